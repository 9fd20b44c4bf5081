import { mayLeadStreet } from './lexicon.ts'
import { withCapitals } from './lower-case-text.ts'
import type { NameFinding, Reading } from './name-finding.ts'
import { beginsNothing } from './plain-start.ts'
import { readAge } from './read-age.ts'
import { readNumberFirst } from './read-number-first.ts'
import { readCapitals } from './read-capitals.ts'
import { isNaming, readLowerNames } from './read-lower-names.ts'
import { readOrganisation } from './read-organisation.ts'
import { readLabelledPostcode, readPostcodePlace, readZipPlusFour } from './read-postcode.ts'
import { Tokens } from './tokens.ts'
import { STREET_LEAD } from './word-kinds.ts'
import { CODE, INITIAL, LOWER, NUMBER } from './word-shapes.ts'

/** A stretch that is read at once; longer texts are parted at line breaks. */
const STRETCH = 1 << 16

/** From this score, a finding says something of the next one in a list. */
const LISTED = 0.4

let tokens: Tokens | undefined
let latest: { text: string; found: NameFinding[] } | undefined

/**
 * Names of persons, places, organisations and addresses, and what goes with them (titles, ages, nationalities, postcodes), by rules and lists, in one pass.
 * The recognizers of these entities share it: the findings of the latest text are kept until the current task of the event loop is over.
 * @returns findings that do not overlap, in the order of the text; offsets in UTF-16 code units
 */
export function findNames(text: string): readonly NameFinding[] {
  if (latest?.text === text) return latest.found
  if (latest === undefined) queueMicrotask(forget)
  latest = { text, found: readText(text) }
  return latest.found
}

/** No text outlives the call that brought it. */
function forget(): void {
  latest = undefined
}

function readText(text: string): NameFinding[] {
  tokens ??= new Tokens()
  const found: NameFinding[] = []
  for (let from = 0; from < text.length;) {
    const to = stretchEnd(text, from)
    tokens.read(text, from, to)
    const capitals = from === 0 && to === text.length ? withCapitals(tokens, text) : null
    if (capitals !== null) tokens.read(capitals, from, to)
    readTokens(tokens, found)
    from = to
  }
  tokens.text = ''
  return found
}

function stretchEnd(text: string, from: number): number {
  if (text.length - from <= STRETCH) return text.length
  // Of the stretch alone: a search back in the whole text would go on to its start.
  const stretch = text.slice(from, from + STRETCH)
  const end = Math.max(stretch.lastIndexOf('\n'), 0) || Math.max(stretch.lastIndexOf(' '), 0)
  return end > 0 ? from + end + 1 : from + STRETCH
}

function readTokens(t: Tokens, found: NameFinding[]): void {
  let next = 0
  for (let place = 0; place < t.notableCount; place++) {
    const index = t.notable[place] ?? 0
    if (index < next) continue
    const reading = readAt(t, index, t.shape[index] ?? 0)
    if (reading === null) continue
    for (const one of reading.found) found.push(one)
    next = Math.max(reading.next, index + 1)
    const last = reading.found.at(-1)
    if (last !== undefined && last.score >= LISTED) t.last = { entity: last.entity, next }
  }
}

function readAt(t: Tokens, index: number, shape: number): Reading | null {
  if (shape === LOWER) return t.isLabel(index) ? readLabelled(t, index) : null
  if (shape <= INITIAL) return beginsNothing(t, index) ? null : readWord(t, index)
  return shape <= CODE ? readNumber(t, index) : readOrganisation(t, index, index + 1)
}

function readWord(t: Tokens, index: number): Reading {
  const labelled = t.isLabel(index) ? readLabelled(t, index) : null
  return labelled ?? readCapitals(t, index)
}

function readLabelled(t: Tokens, index: number): Reading | null {
  return isNaming(t, index) ? readLowerNames(t, index) : readLabelledPostcode(t, index)
}

function readNumber(t: Tokens, index: number): Reading | null {
  const age = readAge(t, index)
  if (age !== null || isBeforePlainWord(t, index)) return age
  const address = readNumberFirst(t, index)
  if (address !== null || t.shape[index] !== NUMBER) return address
  return readPostcodePlace(t, index) ?? readZipPlusFour(t, index)
}

/** Before a word in lower case that is neither a house's letter nor a street's first word, a number is at most an age. */
function isBeforePlainWord(t: Tokens, index: number): boolean {
  const next = index + 1
  const length = (t.end[next] ?? 0) - (t.start[next] ?? 0)
  if (t.shape[next] !== LOWER || next >= t.count || length < 2) return false
  return !mayLeadStreet(t.letterAt(next), length) || (t.kindsOf(next) & STREET_LEAD) === 0
}
