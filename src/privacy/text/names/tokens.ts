import { APOSTROPHE, classOf, DIGIT, foldOf, gapBits, LETTER_LOWER, LETTER_UPPER, NEWLINE } from './characters.ts'
import { hashSeeds, hashStep1, hashStep2, joinHashes, lexicon, type Lexicon } from './lexicon.ts'
import { ANY_GIVEN, ANY_SURNAME, COMMON, PHRASE, PLACE, REGION, VERY_COMMON } from './word-kinds.ts'

/** How a word is written. */
export const LOWER = 0
export const CAPITALISED = 1
export const ALL_CAPITALS = 2
export const INITIAL = 3
export const NUMBER = 4
/** Letters and digits, or an identifier. */
export const CODE = 5
export const CAMEL = 6

const NAMED = ANY_GIVEN | ANY_SURNAME | PLACE | REGION | COMMON | VERY_COMMON

/** The words of a stretch of text, in arrays that are used again for the next stretch. */
export class Tokens {
  text = ''
  /** What was found last, and the word after it. */
  last = { entity: '', next: -9 }
  count = 0
  start = new Int32Array(1024)
  end = new Int32Array(1024)
  kinds = new Int32Array(1024)
  shape = new Uint8Array(1024)
  /** Bits of what lies before the word; the one after the last word is a newline. */
  gap = new Uint16Array(1025)
  readonly #first: Int32Array[] = [new Int32Array(1024), new Int32Array(1024)]
  readonly #lexicon: Lexicon = lexicon()

  /** Splits the text between two offsets (UTF-16) into words and looks each capitalised or lower-case one up. */
  read(text: string, from: number, to: number): void {
    this.text = text
    this.last = { entity: '', next: -9 }
    this.#ensure(to - from)
    const { start, end, kinds, shape, gap } = this
    const [hash1 = start, hash2 = start] = this.#first
    const { words } = this.#lexicon
    let count = 0
    let between = NEWLINE
    let index = from
    while (index < to) {
      const kind = classOf[text.charCodeAt(index)] ?? 0
      if (kind > APOSTROPHE || kind === APOSTROPHE) {
        between |= kind === APOSTROPHE ? 64 : (gapBits[kind] ?? 0)
        index += 1
        continue
      }
      const begin = index
      let [first, second]: readonly [number, number] | number[] = hashSeeds as unknown as number[]
      first ??= 0
      second ??= 0
      let stem1 = 0
      let stem2 = 0
      let lower = 0
      let upper = 0
      let digits = 0
      const isUpperFirst = kind === LETTER_UPPER
      for (; index < to; index++) {
        const code = text.charCodeAt(index)
        const type = classOf[code]
        if (type === LETTER_LOWER) lower += 1
        else if (type === LETTER_UPPER) upper += 1
        else if (type === DIGIT) digits += 1
        else if (type !== APOSTROPHE || !joins(text, index, to)) break
        const folded = foldOf[code] ?? 0
        stem1 = first
        stem2 = second
        first = hashStep1(first, folded)
        second = hashStep2(second, folded)
      }
      start[count] = begin
      end[count] = index
      gap[count] = between
      shape[count] = shapeOf(lower, upper, digits, isUpperFirst)
      hash1[count] = first
      hash2[count] = second
      const listed = digits === 0 ? words.kinds(first, second) : 0
      kinds[count] = listed
      if (listed === 0 && isUpperFirst && lower > 1 && text.charCodeAt(index - 1) === 0x73) {
        // The genitive of the Nordic languages and German: the name is without its s.
        const genitive = words.kinds(stem1, stem2) & NAMED
        kinds[count] = genitive
        if (genitive !== 0) end[count] = index - 1
      }
      count += 1
      between = 0
    }
    gap[count] = between | NEWLINE
    this.count = count
  }

  /** Index after the longest listed phrase of two or more words that begins at `index` and has one of the kinds; `index` when there is none. */
  phraseEnd(index: number, wanted: number): number {
    if (((this.kinds[index] ?? 0) & PHRASE) === 0) return index
    const [hash1 = this.start, hash2 = this.start] = this.#first
    let [first, second] = [hash1[index] ?? 0, hash2[index] ?? 0]
    let found = index
    for (let next = index + 1; next < this.count && next < index + 5; next++) {
      if (((this.gap[next] ?? 0) & ~(1 | 8 | 16 | 32 | 128)) !== 0) break
      first = joinHashes(first, hash1[next] ?? 0)
      second = joinHashes(second, hash2[next] ?? 0)
      if ((this.#lexicon.phrases.kinds(first, second) & wanted) !== 0) found = next + 1
    }
    return found
  }

  #ensure(length: number): void {
    const size = (length >> 1) + 2
    if (size <= this.start.length) return
    this.start = new Int32Array(size)
    this.end = new Int32Array(size)
    this.kinds = new Int32Array(size)
    this.shape = new Uint8Array(size)
    this.gap = new Uint16Array(size + 1)
    this.#first[0] = new Int32Array(size)
    this.#first[1] = new Int32Array(size)
  }
}

/** Whether an apostrophe is part of the word (O'Brien, but not Anna's, and no quotation mark). */
function joins(text: string, index: number, to: number): boolean {
  if (index + 1 >= to) return false
  const next = classOf[text.charCodeAt(index + 1)]
  if (next !== LETTER_LOWER && next !== LETTER_UPPER) return false
  const isS = (text.charCodeAt(index + 1) | 32) === 115
  if (!isS || index + 2 >= to) return !isS
  const after = classOf[text.charCodeAt(index + 2)]
  return after === LETTER_LOWER || after === LETTER_UPPER
}

function shapeOf(lower: number, upper: number, digits: number, isUpperFirst: boolean): number {
  if (digits > 0) return lower + upper === 0 ? NUMBER : CODE
  if (upper === 0) return LOWER
  if (!isUpperFirst) return CAMEL
  if (lower > 0) return CAPITALISED
  return upper === 1 ? INITIAL : ALL_CAPITALS
}
