import { COMMA, DOT, HYPHEN, NEWLINE, SLASH, SPACE } from './characters.ts'
import { digitsAt, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { CODE, INITIAL, LOWER, NUMBER } from './word-shapes.ts'

/** A floor after the number, in the Netherlands. */
const ROMAN = /^I{1,3}V?$/
const HOUSE = /^[0-9]{1,5}[a-zA-Z]{0,2}$/

/** A house number, with its letter or the end of a range: gives the word after it, or `index` when there is none. */
export function houseEnd(t: Tokens, index: number): number {
  if (index >= t.count || !isHouse(t, index)) return index
  let end = index + 1
  const gap = t.gap[end] ?? 0
  if (gap === HYPHEN && (isHouse(t, end) || ROMAN.test(wordAt(t, end)))) end += isBlockNumber(t, end) ? 2 : 1
  else if (gap === SLASH && isHouse(t, end)) end += 1
  else if (gap === SPACE && t.shape[end] === INITIAL && t.gap[end + 1] === SPACE && isFlat(t, end + 1)) end += 2
  else if (gap === SPACE && t.shape[end] === INITIAL && isLetter(t, end) && endsPart(t, end + 1)) end += 1
  else if (gap === SPACE && t.shape[end] === LOWER && isLetter(t, end) && endsPart(t, end + 1)) end += 1
  return end
}

/** "1-7-1": block, lot and house. */
function isBlockNumber(t: Tokens, index: number): boolean {
  return t.gap[index + 1] === HYPHEN && digitsAt(t, index + 1) > 0 && digitsAt(t, index + 1) < 4
}

/** The flat after the stair: "5 B 12,". */
function isFlat(t: Tokens, index: number): boolean {
  const digits = digitsAt(t, index)
  return digits > 0 && digits < 4 && endsPart(t, index + 1)
}

function isLetter(t: Tokens, index: number): boolean {
  return (t.end[index] ?? 0) - (t.start[index] ?? 0) === 1
}

function endsPart(t: Tokens, index: number): boolean {
  return index >= t.count || ((t.gap[index] ?? 0) & (COMMA | NEWLINE | DOT)) !== 0
}

/** Whether a word is a house number by itself. */
export function isHouse(t: Tokens, index: number): boolean {
  const shape = t.shape[index]
  if (shape === NUMBER) return (t.end[index] ?? 0) - (t.start[index] ?? 0) <= 5
  if (shape !== CODE || (t.end[index] ?? 0) - (t.start[index] ?? 0) > 7 || t.text.charCodeAt(t.start[index] ?? 0) > 0x39) return false
  return HOUSE.test(wordAt(t, index))
}
