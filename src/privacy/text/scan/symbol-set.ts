/** How many symbols a text is made of for the scan: the characters of Latin-1, all others as one, and the edge of the text. */
export const symbolCount = 258
/** Every character beyond Latin-1. */
export const otherSymbol = 256
/** Before the first and after the last character. */
export const edgeSymbol = 257

/** A set of symbols: 1 where it holds one. */
export type SymbolSet = Uint8Array

const LATIN = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
const known = new Map<string, SymbolSet>()

/**
 * The symbols that a part of a regular expression which matches one character can match: exact for Latin-1, and rather one symbol too many beyond.
 * @param source e.g. `[0-9a-f]`, `\p{L}`, `x`
 */
export function symbolsOf(source: string, ignoreCase: boolean): SymbolSet {
  const key = `${ignoreCase ? 'i' : ''} ${source}`
  const found = known.get(key)
  if (found !== undefined) return found
  const regex = new RegExp(`^(?:${source})$`, ignoreCase ? 'isu' : 'su')
  const set = new Uint8Array(symbolCount)
  for (const [code, character] of LATIN.entries()) if (regex.test(character)) set[code] = 1
  // Without regard to case, the Kelvin sign is a k and the long s is an s.
  const folds = ignoreCase && (set[0x6b] === 1 || set[0x73] === 1)
  if (folds || !isAsciiAlone(source)) set[otherSymbol] = 1
  known.set(key, set)
  return set
}

const ASCII_ALONE = /^(?:[^\\.\u0080-\uffff]|\\[dwtnrfv!-/:-@[-`{-~]|\[(?!\^)(?:[^\\\]\u0080-\uffff]|\\[dwtnrfv!-/:-@[-`{-~])*\])$/

/** A character, or a class of characters and ranges, that says for itself that nothing beyond ASCII is in it. */
function isAsciiAlone(source: string): boolean {
  return ASCII_ALONE.test(source)
}

/** All symbols that characters have; with the edge when told. */
export function allSymbols(withEdge = false): SymbolSet {
  const set = new Uint8Array(symbolCount).fill(1)
  if (!withEdge) set[edgeSymbol] = 0
  return set
}

export function unionOf(one: SymbolSet, other: SymbolSet): SymbolSet {
  return one.map((value, symbol) => value | (other[symbol] ?? 0))
}

export function intersectionOf(one: SymbolSet, other: SymbolSet): SymbolSet {
  return one.map((value, symbol) => value & (other[symbol] ?? 0))
}

/** Everything the set does not hold for certain: the other characters and the edge are in both a set and its complement. */
export function complementOf(set: SymbolSet): SymbolSet {
  return set.map((value, symbol) => (symbol >= otherSymbol ? 1 : 1 - value))
}

export function isSubset(one: SymbolSet, other: SymbolSet): boolean {
  return one.every((value, symbol) => value === 0 || other[symbol] === 1)
}
