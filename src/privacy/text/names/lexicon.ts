import { readFileSync } from 'node:fs'
import path from 'node:path'
import { foldOf } from './characters.ts'
import { kindOfSection, PHRASE } from './word-kinds.ts'

const FILES = ['words.txt', 'common-words.txt', 'given-names.txt', 'surnames.txt', 'places.txt']
const SEED_1 = 0x811c9dc5 | 0
const SEED_2 = 0x2545f491
const PRIME_1 = 0x01000193
const PRIME_2 = 0x5bd1e995
/** Two hashes of 32 bits stand for a word, so that no string is made of it. */
export const hashSeeds = [SEED_1, SEED_2] as const

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

/** Words (or phrases) to bits of what they can be. Open addressing over typed arrays. */
export class WordTable {
  readonly #mask: number
  readonly #first: Int32Array
  readonly #second: Int32Array
  readonly #kinds: Int32Array

  /** @param capacity how many words it will hold at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity * 2.5))
    this.#mask = size - 1
    this.#first = new Int32Array(size)
    this.#second = new Int32Array(size)
    this.#kinds = new Int32Array(size)
  }

  /** Bits of the word of these hashes; 0 for one that is not listed. */
  kinds(first: number, second: number): number {
    let slot = (first ^ (first >>> 15)) & this.#mask
    while (this.#kinds[slot] !== 0) {
      if (this.#first[slot] === first && this.#second[slot] === second) return this.#kinds[slot] ?? 0
      slot = (slot + 1) & this.#mask
    }
    return 0
  }

  add(first: number, second: number, kinds: number): void {
    let slot = (first ^ (first >>> 15)) & this.#mask
    while (this.#kinds[slot] !== 0 && (this.#first[slot] !== first || this.#second[slot] !== second)) slot = (slot + 1) & this.#mask
    this.#first[slot] = first
    this.#second[slot] = second
    this.#kinds[slot] = (this.#kinds[slot] ?? 0) | kinds
  }
}

export interface Lexicon {
  words: WordTable
  phrases: WordTable
}

let loaded: Lexicon | undefined

/** The lists of names, places and words under `data/`; read once, when first asked for. */
export function lexicon(): Lexicon {
  loaded ??= load()
  return loaded
}

function load(): Lexicon {
  const built: Lexicon = { words: new WordTable(170_000), phrases: new WordTable(40_000) }
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

function addEntry({ words, phrases }: Lexicon, entry: string, kinds: number): void {
  const parts = entry.split(/[_\-/.&]+/).filter((part) => part !== '')
  const [head, ...rest] = parts.map(hashesOf)
  if (head === undefined) return
  if (rest.length === 0) return words.add(head[0], head[1], kinds)
  words.add(head[0], head[1], PHRASE)
  let [first, second] = head
  for (const part of rest) [first, second] = [joinHashes(first, part[0]), joinHashes(second, part[1])]
  phrases.add(first, second, kinds)
}

/** Both hashes of a word. */
export function hashesOf(word: string): readonly [number, number] {
  let [first, second]: [number, number] = [SEED_1, SEED_2]
  for (let index = 0; index < word.length; index++) {
    const code = foldOf[word.charCodeAt(index)] ?? 0
    first = hashStep1(first, code)
    second = hashStep2(second, code)
  }
  return [first, second]
}
