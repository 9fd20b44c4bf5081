import { isAsking } from './asking-words.ts'
import { COLON, COMMA, DOT, HYPHEN, NEWLINE, SPACE } from './characters.ts'
import { givenStrength, isOffice, personScore, surnameStrength } from './judge-person.ts'
import { placeScore } from './judge-place.ts'
import { isNewPlace } from './place-shape.ts'
import type { NameEntity, NameFinding, Reading } from './name-finding.ts'
import { readPostBox, readStreetAlone, readStreetFirst, readUnitFirst } from './read-address.ts'
import { readMilitaryAddress } from './read-military-address.ts'
import { readOrganisation } from './read-organisation.ts'
import { readPlacePostcode } from './read-postcode.ts'
import { isCapital, isSentenceStart, Surroundings, wordAt } from './surroundings.ts'
import { ALL_CAPITALS, CAPITALISED, INITIAL, LOWER, type Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  CALENDAR,
  FUNCTION,
  GIVEN,
  NATION,
  ORG_KNOWN,
  PARTICLE,
  PERSON_LEAD,
  PERSON_VERB,
  PLACE,
  PLACE_SMALL,
  REGION,
  STREET_LEAD,
  SURNAME,
  TECHNICAL,
  TITLE,
} from './word-kinds.ts'

const LONGEST_RUN = 8
/** Small words that are prepositions too: between two names only after a given name. */
const LOOSE_PARTICLES = new Set(['af', 'av', 'do', 'y', 'e', 'st', 'san', 'el', 'den', 'der', 'las', 'los', 'le'])
/** Titles that are written in lower case before a name, in the Nordic languages and Spanish as a rule. */
const LOWER_TITLES = new Set(
  'mr mrs ms dr prof hr fru frk frøken herr fröken señor señora señorita sr sra srta doña don signor signora'.split(' '),
)
/** Joined to the name by a hyphen: al-Khatib. */
const ARABIC_ARTICLES = new Set(['al', 'el', 'ul', 'ad', 'ar', 'as', 'ash', 'at', 'az', 'an', 'abu', 'ibn', 'bin'])
/** Shortened, and the name goes on: St. Jude, Ndr. Frihavnsgade. */
const SHORTENED = /^(?:Ste?|Skt|Sct|Mt|Ft|Ndr|Sdr|Gl|Nr|Vr|Chr|Kr)$/
const SUFFIX = /^(?:Jr|Sr|II|III|IV|PhD|MD|DDS|DVM|Esq|CPA|RN|MBA|MSc|OBE|MBE|CBE)$/
const RANK = /^(?:Senior|Junior|Chief|Lead|Head|Assistant|Associate|Vice|Deputy|Principal|Managing|Executive)$/
/** Findings less sure than this are not worth a line; the threshold of an analysis lies above. */
const LOWEST = 0.3
const NOTHING: readonly NameFinding[] = []

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

/** The word after the capitalised words that stand together. */
export function runEnd(t: Tokens, index: number): number {
  let end = index + 1
  while (end < t.count && end < index + LONGEST_RUN) {
    const gap = t.gap[end] ?? 0
    if (isCapital(t.shape[end])) {
      if (!continuesRun(t, end, gap)) break
      end += 1
    } else if (t.shape[end] === LOWER && gap === SPACE && isParticleBetween(t, end)) end += t.shape[end + 1] === LOWER ? 2 : 1
    else break
  }
  while (end > index + 1 && t.shape[end - 1] === LOWER) end -= 1
  return Math.max(end, t.phraseEnd(index, PLACE | REGION), smallPlaceEnd(t, index, end))
}

/** "Stoke-on-Trent", "Newcastle upon Tyne": listed with small words in it. */
function smallPlaceEnd(t: Tokens, index: number, end: number): number {
  const phrase = t.phraseEnd(index, PLACE_SMALL)
  return phrase > end && isCapital(t.shape[phrase - 1]) ? phrase : end
}

function continuesRun(t: Tokens, index: number, gap: number): boolean {
  if ((gap & ~SPACE) === 0 || gap === HYPHEN) return true
  if ((gap & ~(SPACE | DOT)) !== 0) return false
  return t.shape[index - 1] === INITIAL || (t.kindsOf(index - 1) & TITLE) !== 0 || SHORTENED.test(wordAt(t, index - 1))
}

function isParticleBetween(t: Tokens, index: number): boolean {
  if ((t.kindsOf(index) & PARTICLE) === 0) return false
  let next = index + 1
  if ((t.kindsOf(next) & PARTICLE) !== 0 && t.shape[next] === LOWER) next += 1
  const isArticle = t.gap[next] === HYPHEN && ARABIC_ARTICLES.has(wordAt(t, index))
  if ((t.gap[next] !== SPACE && !isArticle) || t.shape[next] !== CAPITALISED) return false
  if (isArticle) return (t.kindsOf(index - 1) & FUNCTION) === 0
  if ((t.kindsOf(index - 1) & FUNCTION) !== 0) return false
  return (t.kindsOf(index - 1) & GIVEN) !== 0 || !LOOSE_PARTICLES.has(wordAt(t, index))
}

/** Past words that only begin a sentence, a greeting or a label: "Dear", "The", "Kunde". */
function skipLead(t: Tokens, index: number, end: number): number {
  let first = index
  while (first < end && isLead(t, first, end)) first += 1
  return first
}

function isLead(t: Tokens, index: number, end: number): boolean {
  const kinds = t.kindsOf(index)
  if ((kinds & (TITLE | STREET_LEAD)) !== 0 || t.shape[index] === INITIAL || t.phraseEnd(index, ANY_PLACE | ORG_KNOWN) > index) return false
  const isLast = index === end - 1
  if ((kinds & FUNCTION) !== 0 && (kinds & ANY_GIVEN) !== 0) {
    if (isAsking(wordAt(t, index))) return true
    if (isLast) return isSentenceStart(t, index)
    return surnameStrength(t, index + 1) < 3 && t.shape[index + 1] !== INITIAL && givenStrength(t, index + 1) < 3
  }
  if ((kinds & FUNCTION) !== 0) return !isNewPlace(t, index)
  if ((kinds & PERSON_LEAD) !== 0 && (kinds & GIVEN) === 0 && !isLast)
    return surnameStrength(t, index) < 3 || givenStrength(t, index + 1) > 2
  return false
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
  if (!best.found.some(isPerson)) return best
  const before = titles.length === 0 ? lowerTitleBefore(t, first) : titles
  return before.length === 0 ? best : { next: best.next, found: [...before, ...best.found] }
}

function isPerson({ entity }: NameFinding): boolean {
  return entity === 'PERSON'
}

/** "hr." and "fru" right before a name: the title is a finding as "Mr." is. */
function lowerTitleBefore(t: Tokens, first: number): readonly NameFinding[] {
  const title = first - 1
  if (title < 0 || t.shape[title] !== LOWER || ((t.gap[first] ?? 0) & ~(SPACE | DOT)) !== 0) return NOTHING
  return LOWER_TITLES.has(wordAt(t, title)) ? [finding(t, 'TITLE', title, first, 0.5, 'title')] : NOTHING
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

interface Judged {
  entity: NameEntity
  first: number
  end: number
  score: number
}

/** The likeliest reading of the words, as a whole or without one word at either end. */
function judgeRun(t: Tokens, first: number, end: number, title: boolean): Reading {
  const cut = calendarCut(t, first, end)
  if (cut > first && cut < end) return chain(judgeRun(t, first, cut, title), judgeRun(t, cut, end, false))
  if (end - first === 2 && !title && isOffice(t, first, end - 1)) return { next: end, found: NOTHING }
  const swapped = readSurnameFirst(t, first, end)
  if (swapped !== null) return swapped
  let best = judge(t, first, end, title)
  if (end - first > 1 && best.score < 0.65) {
    best = surer(best, judge(t, first + 1, end, title && end - first > 2))
    best = surer(best, judge(t, first, end - 1, title))
  }
  best = withSuffix(t, best)
  const next = Math.max(end, best.end)
  if (best.score < LOWEST) return { next, found: nationOf(t, first, end) }
  const found = [finding(t, best.entity, best.first, best.end, best.score, patternOf(best))]
  return { next, found: best.end < end ? [...found, ...judgeRun(t, best.end, end, false).found] : found }
}

/** The reading without a word at an end, where it is clearly surer than the one before. */
function surer(best: Judged, other: Judged): Judged {
  return other.score > best.score + (other.end - other.first > 1 ? 0.05 : 0.12) ? other : best
}

/** "Reginald Ashcroft III", "Anna Holm, MD": what stands after a name belongs to it. */
function withSuffix(t: Tokens, judged: Judged): Judged {
  const { entity, first, end } = judged
  if (entity !== 'PERSON' || end - first < 2 || end >= t.count || ((t.gap[end] ?? 0) & ~(SPACE | COMMA)) !== 0) return judged
  return SUFFIX.test(wordAt(t, end)) ? { ...judged, end: end + 1 } : judged
}

function chain(one: Reading, other: Reading): Reading {
  return { next: other.next, found: [...one.found, ...other.found] }
}

/** Where a month or weekday parts the words, or a small word in a sentence that is all in capitals. */
function calendarCut(t: Tokens, first: number, end: number): number {
  for (let word = first; word < end; word++) {
    const kinds = t.kindsOf(word)
    const isShouted = word > first && t.shape[word] === ALL_CAPITALS && t.shape[word - 1] === ALL_CAPITALS
    if (isShouted && (kinds & PERSON_VERB) !== 0 && isAsking(wordAt(t, word))) return word
    const parts = isShouted ? CALENDAR | FUNCTION : CALENDAR
    if ((kinds & parts) !== 0 && (kinds & (GIVEN | SURNAME | PARTICLE)) === 0) return word === first ? first + 1 : word
  }
  return end
}

function judge(t: Tokens, first: number, end: number, title: boolean): Judged {
  const around = new Surroundings(t, first, end)
  const person = personScore(t, first, end, around, title || around.titleBefore)
  const place = placeScore(t, first, end, around)
  const nation = end - first === 1 && (t.kindsOf(first) & NATION) !== 0 ? nationScore(around) + (around.isBeforeNoun ? 0.3 : 0) : 0
  const score = Math.max(person, place, nation)
  const entity =
    score === person ? (isFirmOfTwo(t, first, end, around, title) ? 'ORGANIZATION' : 'PERSON') : score === place ? 'LOCATION' : 'NRP'
  const unknown = unknownOrganisation(t, first, end, around)
  return unknown > score ? { entity: 'ORGANIZATION', first, end, score: unknown } : { entity, first, end, score }
}

/** "Hardy-Carter", where the sentence speaks of a company: two surnames joined, which persons seldom have without a given name or a title. */
function isFirmOfTwo(t: Tokens, first: number, end: number, around: Surroundings, title: boolean): boolean {
  if (end - first !== 2 || t.gap[first + 1] !== HYPHEN || title || around.personBefore) return false
  if (givenStrength(t, first) > 2 && givenStrength(t, first + 1) > 2) return false
  return surnameStrength(t, first + 1) > 0 && (around.organisationNear || around.organisationField || around.isEmployed)
}

/** Capitalised words that are listed nowhere, where the sentence speaks of work or a company. */
function unknownOrganisation(t: Tokens, first: number, end: number, around: Surroundings): number {
  const isField = around.organisationField || (around.isAlone && around.lineAfter === 'PERSON')
  if (!isField && (around.isSentenceStart || around.isGlued || !around.atBefore || !around.organisationNear)) return 0
  if (RANK.test(wordAt(t, first))) return 0
  let listed = 0
  let common = 0
  for (let word = first; word < end; word++) {
    if ((t.kindsOf(word) & (FUNCTION | CALENDAR | NATION | PLACE | REGION | TECHNICAL)) !== 0) listed += 1
    else if ((t.kindsOf(word) & ANY_COMMON) !== 0) common += 1
  }
  return listed + (around.isAfterArticle || end - first === 1 ? common : 0) < end - first ||
    (common > 0 && end - first === 1 && around.isMidSentence && around.isEmployed)
    ? isField
      ? 0.46
      : 0.42
    : 0
}

function nationScore(around: Surroundings): number {
  return around.isGlued ? -1 : 0.42
}

function nationOf(t: Tokens, first: number, end: number): readonly NameFinding[] {
  for (let word = first; word < end; word++) {
    if ((t.kindsOf(word) & NATION) !== 0)
      return [finding(t, 'NRP', word, word + 1, nationScore(new Surroundings(t, word, word + 1)), 'nationality or faith')]
  }
  return NOTHING
}

/** "Hansen, Jens" in a field of its own. */
function readSurnameFirst(t: Tokens, first: number, end: number): Reading | null {
  const before = t.gap[first] ?? 0
  const isField = (before & (NEWLINE | COLON)) !== 0
  if (!isField || end - first !== 1 || t.gap[end] !== (COMMA | SPACE) || surnameStrength(t, first) < 3) return null
  if (givenStrength(t, end) < 3 || !isCapital(t.shape[end])) return null
  const last = runEnd(t, end)
  if (last - end > 3 || ((t.gap[last] ?? 0) & (NEWLINE | COMMA)) === 0) return null
  if (last - end > 1 && surnameStrength(t, last - 1) > givenStrength(t, last - 1) && t.shape[last - 1] !== INITIAL) return null
  return { next: last, found: [finding(t, 'PERSON', first, last, 0.7, 'surname, given name')] }
}

function patternOf({ entity, first, end }: Judged): string {
  if (entity === 'PERSON') return end - first > 1 ? 'names' : 'name'
  return entity === 'LOCATION' ? 'place' : entity === 'NRP' ? 'nationality or faith' : 'name of a company by its sentence'
}

function finding(t: Tokens, entity: NameEntity, first: number, end: number, score: number, pattern: string): NameFinding {
  const hasPoint = entity === 'TITLE' && t.text.charAt(t.end[end - 1] ?? 0) === '.'
  return { entity, start: t.start[first] ?? 0, end: (t.end[end - 1] ?? 0) + (hasPoint ? 1 : 0), score, pattern, checksum: null }
}
