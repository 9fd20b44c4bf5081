import { normaliseName } from '../core/names.ts'

/** True when one of the words stands in a column's name: as a part of it, or at the start of a compound such as `telefonnummer`. */
export function hasContext(columnName: string, words: readonly string[]): boolean {
  const name = normaliseName(columnName)
  const parts = name.split('_')
  return words.some(
    (word) =>
      name === word ||
      parts.some((part) => part === word || (word.length >= 4 && part.startsWith(word)) || (word.length >= 5 && part.endsWith(word))),
  )
}
