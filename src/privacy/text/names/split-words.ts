import {
  APOSTROPHE_BIT,
  characterTable,
  classOf,
  DIGIT_BIT,
  LETTER_LOWER,
  LETTER_UPPER,
  LOWER_BIT,
  NEWLINE,
  QUOTE,
  UPPER_BIT,
} from './characters.ts'
import { labelBit } from './lexicon.ts'
import { ALL_CAPITALS, CAMEL, CAPITALISED, CODE, INITIAL, LOWER, NUMBER } from './word-shapes.ts'

const APOSTROPHE_ENTRY = APOSTROPHE_BIT | 0x27
const LINE_FEED = 0x0a
/** How a word is written, by the classes of its first character (three bits) and of all others (three more). */
const shapes = Uint8Array.from({ length: 64 }, (_, classes) => shapeOf((classes & 7) << 16, (classes >> 3) << 16))

/** Where the words of a text are written to. */
interface Words {
  readonly start: Int32Array
  readonly end: Int32Array
  readonly shape: Uint8Array
  readonly gap: Uint16Array
  readonly notable: Int32Array
  count: number
  notableCount: number
}

/**
 * Splits the first `length` code units into words; offsets are counted on from `from`. The hot loop: one look into a table a character, and no branch that a
 * word decides but where it ends. A line break written behind the text ends its last word, so that no character needs to be asked whether it is the last.
 */
export function splitWords(units: Uint16Array, from: number, length: number, into: Words): void {
  const { start, end, shape, gap, notable } = into
  const table = characterTable
  let count = 0
  let notables = 0
  let between = NEWLINE
  units[length] = LINE_FEED
  for (let index = 0; index <= length; index++) {
    const entry = table[units[index] ?? 0] ?? 0
    if (entry >= APOSTROPHE_BIT) {
      between |= gapOf(entry)
      continue
    }
    start[count] = from + index
    gap[count] = between
    const first = index
    let rest = 0
    let last = table[units[++index] ?? 0] ?? 0
    while (last < APOSTROPHE_BIT || (last === APOSTROPHE_ENTRY && joins(units, index, length))) {
      rest |= last
      last = table[units[++index] ?? 0] ?? 0
    }
    end[count] = from + index
    const form = shapes[((entry >> 16) & 7) | ((rest >> 13) & 0x38)] ?? 0
    shape[count] = form
    notable[notables] = count
    notables += ((form | labelBit(entry, index - first)) + 7) >> 3
    count += 1
    between = gapOf(last)
  }
  gap[count] = between | NEWLINE
  into.count = count
  into.notableCount = notables
}

/** Bits of a character between words. */
function gapOf(entry: number): number {
  return entry === APOSTROPHE_ENTRY ? QUOTE : entry & 0xffff
}

/** Whether an apostrophe is part of the word (O'Brien, but not Anna's, and no quotation mark). */
function joins(units: Uint16Array, index: number, length: number): boolean {
  if (index + 1 >= length || !isLetter(units[index + 1] ?? 0)) return false
  const isS = ((units[index + 1] ?? 0) | 32) === 115
  if (!isS || index + 2 >= length) return !isS
  return isLetter(units[index + 2] ?? 0)
}

function isLetter(code: number): boolean {
  const type = classOf[code]
  return type === LETTER_LOWER || type === LETTER_UPPER
}

/** How a word is written. @param first entry of the first character @param rest entries of all others, or-ed */
function shapeOf(first: number, rest: number): number {
  const all = first | rest
  if ((all & (DIGIT_BIT | UPPER_BIT)) === 0) return LOWER
  if ((all & DIGIT_BIT) !== 0) return (all & (LOWER_BIT | UPPER_BIT)) === 0 ? NUMBER : CODE
  if ((first & UPPER_BIT) === 0) return CAMEL
  if ((rest & LOWER_BIT) !== 0) return (rest & UPPER_BIT) === 0 ? CAPITALISED : CAMEL
  return rest === 0 ? INITIAL : ALL_CAPITALS
}
