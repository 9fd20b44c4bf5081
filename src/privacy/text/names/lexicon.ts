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
  LABEL,
  REGION,
  SURNAME,
  STREET_LEAD,
  SURNAME_RARE,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'

const FILES = ['words.txt', 'common-words.txt', 'given-names.txt', 'surnames.txt', 'places.txt']
/** A hash of 32 bits (FNV-1a) stands for a word, so that no string is made of it: one in 20,000 words that are not listed passes for one that is. */
const HASH_SEED = 0x811c9dc5 | 0
const HASH_PRIME = 0x01000193

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
  /** Every beginning of a phrase is in it too, from two words on. */
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

/** By the last bits of the first letter, a bit for each length that a word for a postcode has, and one before the name of a street. */
const labelLengths = new Int32Array(32)
const streetLeadLengths = new Int32Array(32)

let loaded: Lexicon | undefined

/** 1 for a word that may be one for a postcode, by its first folded letter and its length, else 0: asked of every word. */
export function labelBit(first: number, length: number): number {
  return ((labelLengths[first & 31] ?? 0) >>> length) & 1
}

/** Whether a word may be one before the name of a street, by its first folded letter and its length. */
export function mayLeadStreet(first: number, length: number): boolean {
  return ((streetLeadLengths[first & 31] ?? 0) & (1 << length)) !== 0
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
    phrases: new WordTable(50_000),
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

function addEntry(into: Lexicon, entry: string, kinds: number): void {
  if (!/[_\-/.&]/.test(entry)) return addWord(into, entry, kinds)
  const [head, ...rest] = entry.split(/[_\-/.&]+/).filter((part) => part !== '')
  if (head === undefined) return
  if (rest.length === 0) return addWord(into, head, kinds)
  into.words.add(hashOf(head), PHRASE)
  let hash = hashOf(head)
  for (const word of rest) {
    hash = joinHashes(hash, hashOf(word))
    into.phrases.add(hash, PHRASE)
  }
  into.phrases.add(hash, kinds)
}

function addWord({ words, lowerCase }: Lexicon, word: string, kinds: number): void {
  const hash = hashOf(word)
  words.add(hash, kinds)
  if ((kinds & LOWER_CASE) !== 0) lowerCase.add(hash, kinds)
  const first = (foldOf[word.charCodeAt(0)] ?? 0) & 31
  if ((kinds & LABEL) !== 0) labelLengths[first] = (labelLengths[first] ?? 0) | (1 << word.length)
  if ((kinds & STREET_LEAD) !== 0) streetLeadLengths[first] = (streetLeadLengths[first] ?? 0) | (1 << word.length)
}

function hashOf(word: string): number {
  let hash = HASH_SEED
  for (let index = 0; index < word.length; index++) hash = hashStep(hash, word.charCodeAt(index))
  return hash
}

/** The hash of the word between two indices. */
export function hashUnits(units: Uint16Array, from: number, to: number): number {
  let hash = HASH_SEED
  for (let index = from; index < to; index++) hash = hashStep(hash, units[index] ?? 0)
  return hash
}

function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ (foldOf[code] ?? 0), HASH_PRIME)
}
