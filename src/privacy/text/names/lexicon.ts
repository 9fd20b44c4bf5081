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
  POSTCODE_LABEL,
  REGION,
  SURNAME,
  SURNAME_RARE,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'

const FILES = ['words.txt', 'common-words.txt', 'given-names.txt', 'surnames.txt', 'places.txt']
/** A hash of 32 bits stands for a word, so that no string is made of it: one in 20,000 words that are not listed passes for one that is. It begins with this. */
export const HASH_SEED = 0x811c9dc5 | 0
/** FNV-1a: the hash of a word as it is looked up goes on by one folded code unit, `(hash ^ unit) * HASH_PRIME`. */
export const HASH_PRIME = 0x01000193

/** The hash of a phrase goes on by the hash of its next word. */
export function joinHashes(phrase: number, word: number): number {
  return Math.imul(phrase ^ (phrase >>> 15), 0x2c1b3c6d) ^ word
}

/** Words (or phrases) to bits of what they can be. Open addressing in one array, so that a look-up is one line of cache. */
export class WordTable {
  readonly #mask: number
  readonly #slots: Int32Array

  /** @param capacity how many words it will hold at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity * 1.6))
    this.#mask = size - 1
    this.#slots = new Int32Array(size * 2)
  }

  /** Bits of the word of this hash; 0 for one that is not listed. */
  kinds(hash: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const kinds = slots[slot * 2 + 1] ?? 0
      if (kinds === 0 || slots[slot * 2] === hash) return kinds
      slot = (slot + 1) & mask
    }
  }

  add(hash: number, kinds: number): void {
    const slots = this.#slots
    let slot = (hash ^ (hash >>> 15)) & this.#mask
    while (slots[slot * 2 + 1] !== 0 && slots[slot * 2] !== hash) slot = (slot + 1) & this.#mask
    slots[slot * 2] = hash
    slots[slot * 2 + 1] = (slots[slot * 2 + 1] ?? 0) | kinds
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

const labelMask = 1023
const labels = new Uint8Array(labelMask + 1)

let loaded: Lexicon | undefined

/** Whether a hash may be that of a word for a postcode, by a few of its bits: asked of every word in lower case. */
export function mayBeLabel(hash: number): boolean {
  return labels[hash & labelMask] === 1
}

/** The lists of names, places and words under `data/`; read once, when first asked for. */
export function lexicon(): Lexicon {
  loaded ??= load()
  return loaded
}

function load(): Lexicon {
  const built: Lexicon = {
    words: new WordTable(200_000),
    lowerCase: new WordTable(2500),
    phrases: new WordTable(40_000),
  }
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
  if (!/[_\-/.&]/.test(entry)) return addWord(words, lowerCase, hashOf(entry), kinds)
  const [head, ...rest] = entry
    .split(/[_\-/.&]+/)
    .filter((part) => part !== '')
    .map(hashOf)
  if (head === undefined) return
  if (rest.length === 0) return addWord(words, lowerCase, head, kinds)
  words.add(head, PHRASE)
  phrases.add(rest.reduce(joinHashes, head), kinds)
}

function addWord(words: WordTable, lowerCase: WordTable, hash: number, kinds: number): void {
  words.add(hash, kinds)
  if ((kinds & POSTCODE_LABEL) !== 0) labels[hash & labelMask] = 1
  if ((kinds & LOWER_CASE) !== 0) lowerCase.add(hash, kinds)
}

/** The hash of a word. */
export function hashOf(word: string): number {
  let hash = HASH_SEED
  for (let index = 0; index < word.length; index++) hash = Math.imul(hash ^ (foldOf[word.charCodeAt(index)] ?? 0), HASH_PRIME)
  return hash
}
