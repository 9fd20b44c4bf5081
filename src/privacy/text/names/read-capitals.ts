import { runEnd, skipLead } from './capitals-run.ts'
import { DOT, NEWLINE, SPACE } from './characters.ts'
import { givenStrength } from './judge-person.ts'
import { chain, finding, judgeRun, NOTHING } from './judge-run.ts'
import type { NameFinding, Reading } from './name-finding.ts'
import { readPostBox, readStreetAlone, readStreetFirst } from './read-address.ts'
import { readUnitFirst } from './read-number-first.ts'
import { readMilitaryAddress } from './read-military-address.ts'
import { readOrganisation } from './read-organisation.ts'
import { readPlacePostcode } from './read-postcode.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_GIVEN, SURNAME, TITLE } from './word-kinds.ts'
import { INITIAL, LOWER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

/** Titles that are written in lower case before a name, in the Nordic languages and Spanish as a rule. */
const LOWER_TITLES = new WordSet(
  'mr mrs ms dr prof hr fru frk frøken herr fröken señor señora señorita sr sra srta doña don signor signora',
)

/** What begins with the capitalised word at `index`. */
export function readCapitals(t: Tokens, index: number): Reading {
  const box = readPostBox(t, index) ?? readMilitaryAddress(t, index) ?? readUnitFirst(t, index)
  if (box !== null) return box
  const end = runEnd(t, index)
  const first = skipLead(t, index, end)
  if (t.shape[first] === INITIAL && t.shape[end - 1] === INITIAL) return { next: Math.max(end, index + 1), found: NOTHING }
  const address = first < end ? (readStreetFirst(t, first, end) ?? addressAtEnd(t, first, end)) : null
  if (address !== null) return address
  const title = titleWithin(t, first, end)
  return title > first ? chain(readRun(t, first, title), readRun(t, title, end)) : readRun(t, first, end)
}

/** "Rufen Sie Herrn Krüger": the title that is no word and that other capitalised words precede; `first` when there is none. */
function titleWithin(t: Tokens, first: number, end: number): number {
  for (let word = first + 1; word < end - 1; word++) {
    const kinds = t.kindsOf(word)
    if ((kinds & TITLE) !== 0 && (kinds & (ANY_COMMON | ANY_GIVEN | SURNAME)) === 0 && (t.kindsOf(word - 1) & TITLE) === 0) return word
  }
  return first
}

/** "Anna Hansen Nørregade 3": the address is the last word with its number. */
function addressAtEnd(t: Tokens, first: number, end: number): Reading | null {
  if (end - first < 3) return null
  const reading = readStreetFirst(t, end - 1, end)
  if (reading === null || (reading.found[0]?.score ?? 0) < 0.7 || givenStrength(t, first) < 3) return null
  return { next: reading.next, found: [...readRun(t, first, end - 1).found, ...reading.found] }
}

/** Organisation, or titles and names, or a place. */
function readRun(t: Tokens, from: number, end: number): Reading {
  if (from >= end) return { next: Math.max(end, from), found: NOTHING }
  let first = from
  let titles = NOTHING
  while (first < end && (t.kindsOf(first) & TITLE) !== 0 && isTitle(t, first, end)) {
    titles = [...titles, finding(t, 'TITLE', first, first + 1, 0.5, 'title')]
    first += 1
  }
  if (first === end) return { next: end, found: NOTHING }
  if (titles.length === 0 && isTitleAlone(t, first, end)) return { next: end, found: [finding(t, 'TITLE', first, end, 0.5, 'title')] }
  const organisation = titles.length === 0 ? readOrganisation(t, first, end) : null
  if (organisation !== null && (organisation.found[0]?.score ?? 0) >= 0.4) return organisation
  const place = titles.length === 0 ? (readPlacePostcode(t, first, end) ?? readStreetAlone(t, first, end)) : null
  if (place !== null) return place
  const best = judgeRun(t, first, end, titles.length > 0)
  if (!hasPerson(best.found)) return best
  const before = titles.length === 0 ? lowerTitleBefore(t, first) : titles
  return before.length === 0 ? best : { next: best.next, found: [...before, ...best.found] }
}

function hasPerson(found: readonly NameFinding[]): boolean {
  for (const { entity } of found) if (entity === 'PERSON') return true
  return false
}

/** "hr." and "fru" right before a name: the title is a finding as "Mr." is. */
function lowerTitleBefore(t: Tokens, first: number): readonly NameFinding[] {
  const title = first - 1
  if (title < 0 || t.shape[title] !== LOWER || ((t.gap[first] ?? 0) & ~(SPACE | DOT)) !== 0) return NOTHING
  return LOWER_TITLES.has(t, title) ? [finding(t, 'TITLE', title, first, 0.5, 'title')] : NOTHING
}

function isTitle(t: Tokens, index: number, end: number): boolean {
  const isAbbreviated = ((t.gap[index + 1] ?? 0) & DOT) !== 0
  if (index + 1 >= end) return false
  if (!isAbbreviated && (t.kindsOf(index) & ANY_COMMON) !== 0 && isNoName(t, index + 1)) return false
  return isAbbreviated || givenStrength(t, index) < 3 || givenStrength(t, index + 1) > 2
}

/** Ledger, Street: more word than name. */
function isNoName(t: Tokens, index: number): boolean {
  return (t.kindsOf(index) & ANY_COMMON) !== 0 && givenStrength(t, index) < 3
}

/** "Mrs." as all there is in a line or a field. */
function isTitleAlone(t: Tokens, first: number, end: number): boolean {
  if (end - first !== 1 || (t.kindsOf(first) & TITLE) === 0) return false
  const after = t.gap[end] ?? 0
  return ((t.gap[first] ?? 0) & NEWLINE) !== 0 && (after & DOT) !== 0 && (after & NEWLINE) !== 0
}
