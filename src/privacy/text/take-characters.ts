/**
 * Where a number written in groups ends: counts ASCII letters and digits from `start`, single separators in between left out of the count.
 * @param count how many letters and digits it must have
 * @param separators the characters that may stand, one at a time, between two of them
 * @returns the compact text and its end, or null where the text breaks off or goes on with a letter or digit right after it
 */
export function takeCharacters(
  text: string,
  start: number,
  count: number,
  separators = ' \u00a0\u202f-',
): { compact: string; end: number } | null {
  let compact = ''
  let index = start
  while (compact.length < count) {
    const character = text.charAt(index)
    if (isLetterOrDigit(character)) compact += character
    else if (compact === '' || !separators.includes(character) || !isLetterOrDigit(text.charAt(index + 1))) return null
    index += 1
  }
  return /[\p{L}\p{N}_]/u.test(text.charAt(index)) ? null : { compact, end: index }
}

function isLetterOrDigit(character: string): boolean {
  return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z')
}
