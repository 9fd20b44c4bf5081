/** Words near a match, the nearest first, in lower case, each between two spaces. */
export type Surroundings = string

/** A test of surroundings for the words of one recognizer. */
export type WordTest = (surroundings: Surroundings) => { word: string; at: number } | null

const WORD = /[\p{L}\p{N}]+/gu
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u
/** Where the words around a match are looked for, in UTF-16 code units. */
const farthest = 120
/** What a short word may go on with and still be that word: `ssns`, `cprnr`. */
const ENDINGS = ['', 's', 'en', 'et', 'er', 'nr', 'no', 'num', 'nummer', 'number', 'id', 'kode', 'code']

/**
 * The words around a span: of the `before` words in front of it the nearest first, then `after` words behind it, then what the caller adds.
 * Letters that touch the span count as a word.
 */
export function surroundingsOf(
  text: string,
  start: number,
  end: number,
  counts: { before: number; after: number },
  added: Surroundings,
): Surroundings {
  const after =
    counts.after === 0
      ? ''
      : `${wordsOf(text.slice(end, end + farthest))
          .slice(0, counts.after)
          .join(' ')} `
  return `${wordsBefore(text, start, counts.before)}${after}${added}`
}

/** Words in front of a place, the nearest first. A word that reaches farther than is looked at is none. */
function wordsBefore(text: string, start: number, count: number): Surroundings {
  const from = Math.max(0, start - farthest)
  let words = ' '
  let at = start
  for (let found = 0; found < count; found++) {
    while (at > from && !isLetterOrDigit(text, at - 1)) at -= 1
    const end = at
    while (at > from && isLetterOrDigit(text, at - 1)) at -= 1
    if (at === end || (at === from && at > 0)) break
    words += `${text.slice(at, end).toLowerCase()} `
  }
  return words
}

function isLetterOrDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (code < 128) return (code > 47 && code < 58) || (code > 96 && code < 123) || (code > 64 && code < 91)
  if (code < 0xd800 || code > 0xdfff) return LETTER_OR_DIGIT.test(text.charAt(index))
  // A half of a character beyond the 16 bits is what the whole is.
  const first = code < 0xdc00 ? index : index - 1
  return LETTER_OR_DIGIT.test(text.slice(first, first + 2))
}

/** Words that a caller knows to belong to the text, such as the name of its column, as surroundings. `PhoneNumber` and `phone_number` are two words. */
export function addedSurroundings(words: readonly string[]): Surroundings {
  if (words.length === 0) return ''
  return words
    .map(
      (word) =>
        `${wordsOf(word.replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 '))
          .reverse()
          .join(' ')} `,
    )
    .join('')
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? []
}

/**
 * A test for context words: a word of four letters and more matches what begins with it, one of five and more also what holds it (`mobiltelefon`),
 * a shorter one itself and its plural. Words of a phrase must follow one another.
 */
export function wordTest(words: readonly string[]): WordTest {
  const parts = words.flatMap((word) => {
    const phrase = wordsOf(word).reverse()
    return phrase.length === 0 ? [] : [{ word, phrase, source: sourceOf(phrase) }]
  })
  if (parts.length === 0) return () => null
  // Without groups, which every match would list; the matched text tells the word, as no earlier one of the list matches it.
  const regex = new RegExp(parts.map(({ source }) => source).join('|'), 'u')
  const known = new Map<string, string>()
  for (const { word, phrase } of parts)
    for (const written of phrase.length === 1 ? writingsOf(phrase[0] ?? '') : []) known.set(written, known.get(written) ?? word)
  const phrases = parts
    .filter(({ phrase }) => phrase.length > 1)
    .map(({ word, source }) => ({ word, whole: new RegExp(`^${source}$`, 'u') }))
  return (surroundings) => {
    const match = regex.exec(surroundings)
    if (match === null) return null
    const word = known.get(match[0]) ?? phrases.find(({ whole }) => whole.test(match[0]))?.word ?? ''
    return { word, at: match.index }
  }
}

/** The regular expression of one word, or of a phrase with its last word first. */
function sourceOf(phrase: readonly string[]): string {
  if (phrase.length > 1) return ` ${phrase.map((each) => `${each}[^ ]*`).join(' ')}`
  return writingsOf(phrase[0] ?? '').join('|')
}

/** The texts that match a single word. */
function writingsOf(word: string): string[] {
  if (word.length < 4) return ENDINGS.map((ending) => ` ${word}${ending} `)
  return [word.length === 4 ? ` ${word}` : word]
}
