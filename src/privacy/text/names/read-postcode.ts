import { COMMA, HYPHEN, NEWLINE, PARENTHESIS, SPACE } from './characters.ts'
import { givenStrength } from './judge-person.ts'
import type { NameFinding, Reading } from './name-finding.ts'
import { postcodeEnd } from './read-address-tail.ts'
import { digitsAt, followsClosely, isCapital, isSentenceStart, Surroundings } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_PLACE, PLACE, STATE_CODE } from './word-kinds.ts'
import { ALL_CAPITALS } from './word-shapes.ts'

/** "1364 København K", "75001 Paris": a postcode before a listed place; null when there is none at `index`. */
export function readPostcodePlace(t: Tokens, index: number): Reading | null {
  const digits = digitsAt(t, index)
  if (digits !== 4 && digits !== 5) return null
  if (!followsClosely(t, index + 1) || !isCapital(t.shape[index + 1])) return null
  const isListed = (t.kindsOf(index + 1) & PLACE) !== 0 || t.phraseEnd(index + 1, PLACE) > index + 1
  if (!isListed) return null
  let end = Math.max(t.phraseEnd(index + 1, ANY_PLACE), index + 2)
  if (followsClosely(t, end) && isDistrict(t, end)) end += 1
  return { next: end, found: [place(t, index, end, 0.5, 'postcode and place')] }
}

function isDistrict(t: Tokens, index: number): boolean {
  return t.shape[index] === 3 || (t.shape[index] === ALL_CAPITALS && (t.end[index] ?? 0) - (t.start[index] ?? 0) === 2)
}

/** "Springfield, IL 62704": the place with its state and postcode; null when the words `first` to `end` are not followed by a state's code. */
export function readPlacePostcode(t: Tokens, first: number, end: number): Reading | null {
  let state = end
  if ((t.gap[end] ?? 0) !== (COMMA | SPACE)) {
    if (end - first < 2 || t.shape[end - 1] !== ALL_CAPITALS) return null
    state = end - 1
  }
  if ((t.kindsOf(state) & STATE_CODE) === 0 || t.shape[state] !== ALL_CAPITALS || state >= t.count) return null
  const postcode = followsClosely(t, state + 1) ? postcodeEnd(t, state + 1) : state + 1
  const hasPostcode = postcode > state + 1 && digitsAt(t, state + 1) === 5
  if (!hasPostcode && (state !== end || isPersonal(t, first, end))) return null
  if (new Surroundings(t, first, end).isGlued) return null
  const found = [place(t, first, state + 1, hasPostcode ? 0.75 : 0.55, 'place and state')]
  if (hasPostcode) found.push({ ...place(t, state + 1, postcode, 0.7, 'postcode after a state'), entity: 'POSTAL_CODE' })
  return { next: hasPostcode ? postcode : state + 1, found }
}

/** "Anna Holm, MD": a person with a degree, not a place in Maryland. */
function isPersonal(t: Tokens, first: number, end: number): boolean {
  return end - first > 1 && givenStrength(t, first) > 2 && t.phraseEnd(first, ANY_PLACE) < end
}

/** "zip code 90210": a postcode after its label. */
export function readLabelledPostcode(t: Tokens, index: number): Reading | null {
  for (let word = index + 1; word < t.count && word < index + 5; word++) {
    const end = postcodeEnd(t, word)
    if (end > word) return { next: end, found: [{ ...place(t, word, end, 0.6, 'postcode after its label'), entity: 'POSTAL_CODE' }] }
    if (isSentenceStart(t, word) && ((t.gap[word] ?? 0) & 256) === 0) return null
  }
  return null
}

/** "90210-1234": five digits, a hyphen, four, and no further group on either side. */
export function readZipPlusFour(t: Tokens, index: number): Reading | null {
  if (digitsAt(t, index) !== 5 || digitsAt(t, index + 1) !== 4 || t.gap[index + 1] !== HYPHEN) return null
  const [before, after] = [t.gap[index] ?? 0, t.gap[index + 2] ?? 0]
  if (((before | after) & HYPHEN) !== 0 || (before & (SPACE | NEWLINE)) === 0) return null
  // The last groups of a longer number, such as a phone's: (11) 91234-5678.
  const group = digitsAt(t, index - 1)
  if (group > 0 && group < 4 && (before & ~(SPACE | PARENTHESIS)) === 0) return null
  return { next: index + 2, found: [{ ...place(t, index, index + 2, 0.45, 'ZIP+4'), entity: 'POSTAL_CODE' }] }
}

function place(t: Tokens, first: number, end: number, score: number, pattern: string): NameFinding {
  return { entity: 'LOCATION', start: t.start[first] ?? 0, end: t.end[end - 1] ?? 0, score, pattern, checksum: null }
}
