import { isAsking } from './asking-words.ts'
import { runEnd } from './capitals-run.ts'
import { COLON, COMMA, HYPHEN, NEWLINE, SPACE } from './characters.ts'
import { givenStrength, isOffice, personScore, surnameStrength } from './judge-person.ts'
import { placeScore } from './judge-place.ts'
import type { NameEntity, NameFinding, Reading } from './name-finding.ts'
import { isCapital, Surroundings, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_SURNAME,
  CALENDAR,
  FUNCTION,
  GIVEN,
  NATION,
  PARTICLE,
  PERSON_VERB,
  PHRASE,
  PLACE,
  REGION,
  SURNAME,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'
import { ALL_CAPITALS, INITIAL } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const SUFFIX = new WordSet('Jr Sr II III IV PhD MD DDS DVM Esq CPA RN MBA MSc OBE MBE CBE')
const RANK = new WordSet('Senior Junior Chief Lead Head Assistant Associate Vice Deputy Principal Managing Executive')
/** What somebody is, in the line under a name. */
const JOB_ENDING =
  /(?:konsulent|chef|leder|direktør|medarbejder|assistent|sekretær|ingeniør|rådgiver|arkitekt|koordinator|redaktør|lærer|advokat|[Mm]anager|[Ee]ngineer|[Oo]fficer|[Cc]onsultant|[Aa]nalyst|[Dd]irector|[Cc]oordinator|[Aa]dministrator)$/
/** A small word of every day: no name in a line in capitals, whatever surname it could be. */
const SMALL_WORD = FUNCTION | VERY_COMMON
/** Findings less sure than this are not worth a line; the threshold of an analysis lies above. */
const LOWEST = 0.3
export const NOTHING: readonly NameFinding[] = []

interface Judged {
  entity: NameEntity
  first: number
  end: number
  score: number
}

/** The likeliest reading of the words, as a whole or without one word at either end. */
export function judgeRun(t: Tokens, first: number, end: number, title: boolean): Reading {
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
  if (best.entity === 'PERSON' && best.first === first + 1 && isSurnameFirst(t, first, end)) best = { ...best, first }
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

/** "Lim Wei Jie": a surname that is nothing else, before two given names. */
function isSurnameFirst(t: Tokens, first: number, end: number): boolean {
  if (end - first !== 3 || surnameStrength(t, first) < 3 || (t.kindsOf(first) & ~(ANY_GIVEN | ANY_SURNAME | PHRASE)) !== 0) return false
  return givenStrength(t, first + 1) > 2 && givenStrength(t, first + 2) > 1
}

/** "Reginald Ashcroft III", "Anna Holm, MD": what stands after a name belongs to it. */
function withSuffix(t: Tokens, judged: Judged): Judged {
  const { entity, first, end } = judged
  if (entity !== 'PERSON' || end - first < 2 || end >= t.count || ((t.gap[end] ?? 0) & ~(SPACE | COMMA)) !== 0) return judged
  return SUFFIX.has(t, end) ? { ...judged, end: end + 1 } : judged
}

/** Two readings, one after the other. */
export function chain(one: Reading, other: Reading): Reading {
  return { next: other.next, found: [...one.found, ...other.found] }
}

/** Where a month or weekday parts the words, or a small word in a sentence that is all in capitals. */
function calendarCut(t: Tokens, first: number, end: number): number {
  for (let word = first; word < end; word++) {
    const kinds = t.kindsOf(word)
    const isShouted = word > first && t.shape[word] === ALL_CAPITALS && t.shape[word - 1] === ALL_CAPITALS
    if (isShouted && (kinds & PERSON_VERB) !== 0 && isAsking(t, word)) return word
    const parts = isShouted ? CALENDAR | FUNCTION : CALENDAR
    if (isShouted && (kinds & SMALL_WORD) === SMALL_WORD && (kinds & (GIVEN | PARTICLE)) === 0) return word
    if ((kinds & parts) !== 0 && (kinds & (GIVEN | SURNAME | PARTICLE)) === 0) return word === first ? first + 1 : word
  }
  return end
}

function judge(t: Tokens, first: number, end: number, title: boolean): Judged {
  const around = new Surroundings(t, first, end)
  const person = personScore(t, first, end, around, title || around.titleBefore)
  const place = placeScore(t, first, end, around)
  const nation = isNation(t, first, end) ? nationScore(around) + (around.isBeforeNoun || end - first > 1 ? 0.3 : 0) : 0
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
  if (RANK.has(t, first) || (isField && JOB_ENDING.test(wordAt(t, end - 1)))) return 0
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

/** Danish, Sri Lankan, Social Democrats. */
function isNation(t: Tokens, first: number, end: number): boolean {
  return end - first === 1 ? (t.kindsOf(first) & NATION) !== 0 : t.phraseEnd(first, NATION) === end
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

/** A finding of the words `first` to `end`; a title takes its full stop along. */
export function finding(t: Tokens, entity: NameEntity, first: number, end: number, score: number, pattern: string): NameFinding {
  const hasPoint = entity === 'TITLE' && t.text.charAt(t.end[end - 1] ?? 0) === '.'
  return { entity, start: t.start[first] ?? 0, end: (t.end[end - 1] ?? 0) + (hasPoint ? 1 : 0), score, pattern, checksum: null }
}
