/** A text made plain for matching, and the way back. */
export interface NormalisedText {
  text: string
  /** The span of the original text (UTF-16 code units) that a span of the plain text stands for; nothing removed at its ends is in it. */
  toOriginal(start: number, end: number): { start: number; end: number }
}

/** Soft hyphen, zero-width and direction marks, which show nothing and split what they stand in. */
const UNSEEN = '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff'
const SPACES = '\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000'
const HYPHENS = '\u2010\u2011\u2212\ufe58\ufe63\uff0d'
const FULL_WIDTH = '\uff01-\uff5e'
const DIGITS = '\u0660-\u0669\u06f0-\u06f9\u0966-\u096f'
const ODD = new RegExp(`[${UNSEEN}${SPACES}${HYPHENS}${FULL_WIDTH}${DIGITS}]`, 'g')
const BEYOND_LATIN = /[^\u0000-\u00ff]/
const REMOVED = new RegExp(`[${UNSEEN}]`)
const SPACE = new RegExp(`[${SPACES}]`)
const HYPHEN = new RegExp(`[${HYPHENS}]`)

/**
 * The text as recognizers see it: without characters that show nothing, with full-width signs, foreign decimal digits, spaces and hyphens as in ASCII.
 * Gives the text itself where nothing is to be done.
 */
export function normalise(text: string): NormalisedText {
  if (isPlain(text)) return { text, toOriginal: (start, end) => ({ start, end }) }
  const removed: number[] = []
  const plain = text.replaceAll(ODD, (character, index: number) => {
    if (!REMOVED.test(character)) return foldCharacter(character)
    // Where the character stood, in the plain text.
    removed.push(index - removed.length)
    return ''
  })
  const shiftAt = (at: number): number => countUpTo(removed, at)
  return {
    text: plain,
    toOriginal: (start, end) => ({ start: start + shiftAt(start), end: end > start ? end + shiftAt(end - 1) : start + shiftAt(start) }),
  }
}

/** Most texts are stored a byte a character, for which the first test costs nothing and the next two a fraction of going over it with the expression. */
function isPlain(text: string): boolean {
  if (!BEYOND_LATIN.test(text)) return !text.includes('\u00a0') && !text.includes('\u00ad')
  return text.search(ODD) === -1
}

function foldCharacter(character: string): string {
  if (SPACE.test(character)) return ' '
  if (HYPHEN.test(character)) return '-'
  const code = character.charCodeAt(0)
  if (code >= 0xff01) return String.fromCharCode(code - 0xfee0)
  // The three scripts begin their digits at a code that ends in 0 or 6 of its block.
  return String((code - (code < 0x6f0 ? 0x660 : code < 0x966 ? 0x6f0 : 0x966)) % 10)
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? limit) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
