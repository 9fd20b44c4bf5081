import { readFileSync } from 'node:fs'
import path from 'node:path'
import { foldOf } from './characters.ts'
import {
  COMMON,
  GIVEN,
  GIVEN_RARE,
  kindOfSection,
  NATION,
  ORG_KNOWN,
  PHRASE,
  PLACE,
  PLACE_SMALL,
  REGION,
  SURNAME,
  SURNAME_RARE,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'

const FILES = ['words.txt', 'common-words.txt', 'given-names.txt', 'surnames.txt', 'places.txt']
const PRIME_1 = 0x01000193
const PRIME_2 = 0x5bd1e995
/** Two hashes of 32 bits stand for a word, so that no string is made of it. They begin with these. */
export const HASH_SEED_1 = 0x811c9dc5 | 0
export const HASH_SEED_2 = 0x2545f491

/** Both hashes of a word as it is looked up go on by one folded code unit. */
export function hashStep1(hash: number, code: number): number {
  return Math.imul(hash ^ code, PRIME_1)
}
export function hashStep2(hash: number, code: number): number {
  return Math.imul(hash + code, PRIME_2) ^ (hash >>> 13)
}
/** The hash of a phrase goes on by the hash of its next word. */
export function joinHashes(phrase: number, word: number): number {
  return (Math.imul(phrase, 31) + word) ^ (phrase >>> 7)
}

/** Words (or phrases) to bits of what they can be. Open addressing in one array, three numbers and a blank a slot, so that a look-up is one line of cache. */
export class WordTable {
  readonly #mask: number
  readonly #slots: Int32Array

  /** @param capacity how many words it will hold at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity * 1.6))
    this.#mask = size - 1
    this.#slots = new Int32Array(size * 4)
  }

  /** Bits of the word of these hashes; 0 for one that is not listed. */
  kinds(first: number, second: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = (first ^ (first >>> 15)) & mask
    for (;;) {
      const at = slot << 2
      const kinds = slots[at + 2] ?? 0
      if (kinds === 0 || (slots[at] === first && slots[at + 1] === second)) return kinds
      slot = (slot + 1) & mask
    }
  }

  add(first: number, second: number, kinds: number): void {
    const slots = this.#slots
    let slot = (first ^ (first >>> 15)) & this.#mask
    while (slots[slot * 4 + 2] !== 0 && (slots[slot * 4] !== first || slots[slot * 4 + 1] !== second)) slot = (slot + 1) & this.#mask
    slots[slot * 4] = first
    slots[slot * 4 + 1] = second
    slots[slot * 4 + 2] = (slots[slot * 4 + 2] ?? 0) | kinds
  }
}

export interface Lexicon {
  words: WordTable
  /** Those that mean something in lower case too: a small table that stays in the cache. */
  lowerCase: WordTable
  phrases: WordTable
}

/** Kinds that matter in a word in lower case. */
const LOWER_CASE = ~(
  COMMON |
  VERY_COMMON |
  GIVEN |
  GIVEN_RARE |
  SURNAME |
  SURNAME_RARE |
  PLACE |
  PLACE_SMALL |
  REGION |
  NATION |
  ORG_KNOWN |
  TECHNICAL
)

let loaded: Lexicon | undefined

/** The lists of names, places and words under `data/`; read once, when first asked for. */
export function lexicon(): Lexicon {
  loaded ??= load()
  return loaded
}

function load(): Lexicon {
  const built: Lexicon = { words: new WordTable(200_000), lowerCase: new WordTable(5000), phrases: new WordTable(40_000) }
  for (const file of FILES) loadFile(built, readFileSync(path.join(import.meta.dirname, 'data', file), 'utf8'))
  return built
}

function loadFile(into: Lexicon, content: string): void {
  let kinds = 0
  for (const line of content.split('\n')) {
    if (line.startsWith('#')) continue
    if (line.startsWith('[')) kinds = kindOfSection[line.slice(1, -1)] ?? 0
    else if (kinds !== 0) for (const word of line.split(' ')) if (word !== '') addEntry(into, word, kinds)
  }
}

function addEntry({ words, lowerCase, phrases }: Lexicon, entry: string, kinds: number): void {
  const parts = entry.split(/[_\-/.&]+/).filter((part) => part !== '')
  const [head, ...rest] = parts.map(hashesOf)
  if (head === undefined) return
  if (rest.length === 0) {
    words.add(head[0], head[1], kinds)
    if ((kinds & LOWER_CASE) !== 0) lowerCase.add(head[0], head[1], kinds)
    return
  }
  words.add(head[0], head[1], PHRASE)
  let [first, second] = head
  for (const part of rest) [first, second] = [joinHashes(first, part[0]), joinHashes(second, part[1])]
  phrases.add(first, second, kinds)
}

/** Both hashes of a word. */
export function hashesOf(word: string): readonly [number, number] {
  let [first, second]: [number, number] = [HASH_SEED_1, HASH_SEED_2]
  for (let index = 0; index < word.length; index++) {
    const code = foldOf[word.charCodeAt(index)] ?? 0
    first = hashStep1(first, code)
    second = hashStep2(second, code)
  }
  return [first, second]
}
