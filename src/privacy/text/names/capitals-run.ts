import { isAsking } from './asking-words.ts'
import { DOT, HYPHEN, SPACE } from './characters.ts'
import { givenStrength, surnameStrength } from './judge-person.ts'
import { isNewPlace } from './place-shape.ts'
import { isCapital, isSentenceStart } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_GIVEN,
  ANY_PLACE,
  FUNCTION,
  GIVEN,
  ORG_KNOWN,
  PARTICLE,
  PERSON_LEAD,
  PLACE,
  PLACE_SMALL,
  REGION,
  STREET_LEAD,
  TITLE,
} from './word-kinds.ts'
import { CAPITALISED, INITIAL, LOWER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const LONGEST_RUN = 8
/** Small words that are prepositions too: between two names only after a given name. */
const LOOSE_PARTICLES = new WordSet('af av do y e st san el den der las los le')
/** Joined to the name by a hyphen: al-Khatib. */
const ARABIC_ARTICLES = new WordSet('al el ul ad ar as ash at az an abu ibn bin')
/** Shortened, and the name goes on: St. Jude, Ndr. Frihavnsgade. */
const SHORTENED = new WordSet('St Ste Skt Sct Mt Ft Ndr Sdr Gl Nr Vr Chr Kr')

/** Second parts of Korean and Chinese given names, in lower case after a hyphen: Ji-woo, Ing-wen. None is an English word. */
const SYLLABLES = new WordSet(
  'eun woo hoon jin hyun seok yeon yoon hee hwan kyung jun joon soo gyu seo rin yul ji jae jung jeong hyuk hyeon joo gyeong geun cheol chul seong seob sik suk tae wook yeol yong hye hwa kyu nam sook taek bok min wen ming hua mei ling ying shu chun jeou bian cheng chia chieh chih ching chuan chung feng hao hsin hsiang hsiung hui jen jie jing kuo liang pei ping sheng shih ting tung wei yi yuan yun zhi',
)
const LONGEST_SYLLABLE = 5

/** The word after the capitalised words that stand together. */
export function runEnd(t: Tokens, index: number): number {
  let end = index + 1
  while (end < t.count && end < index + LONGEST_RUN) {
    const gap = t.gap[end] ?? 0
    if (isCapital(t.shape[end])) {
      if (!continuesRun(t, end, gap)) break
      end += 1
    } else if (t.shape[end] === LOWER && gap === SPACE && isParticleBetween(t, end)) end += t.shape[end + 1] === LOWER ? 2 : 1
    else if (gap === HYPHEN && isSyllable(t, end)) end += 1
    else break
  }
  while (end > index + 1 && t.shape[end - 1] === LOWER && t.gap[end - 1] !== HYPHEN) end -= 1
  return Math.max(end, t.phraseEnd(index, PLACE | REGION), smallPlaceEnd(t, index, end))
}

function isSyllable(t: Tokens, index: number): boolean {
  const before = index - 1
  if (t.shape[before] !== CAPITALISED || t.shape[index] !== LOWER || (t.gap[index + 1] ?? 0) === HYPHEN) return false
  return (t.end[before] ?? 0) - (t.start[before] ?? 0) <= LONGEST_SYLLABLE && SYLLABLES.has(t, index)
}

/** "Stoke-on-Trent", "Newcastle upon Tyne": listed with small words in it. */
function smallPlaceEnd(t: Tokens, index: number, end: number): number {
  const phrase = t.phraseEnd(index, PLACE_SMALL)
  return phrase > end && isCapital(t.shape[phrase - 1]) ? phrase : end
}

function continuesRun(t: Tokens, index: number, gap: number): boolean {
  if ((gap & ~SPACE) === 0 || gap === HYPHEN) return true
  if ((gap & ~(SPACE | DOT)) !== 0) return false
  return t.shape[index - 1] === INITIAL || (t.kindsOf(index - 1) & TITLE) !== 0 || SHORTENED.has(t, index - 1)
}

function isParticleBetween(t: Tokens, index: number): boolean {
  if ((t.kindsOf(index) & PARTICLE) === 0) return false
  let next = index + 1
  if ((t.kindsOf(next) & PARTICLE) !== 0 && t.shape[next] === LOWER) next += 1
  const isArticle = t.gap[next] === HYPHEN && ARABIC_ARTICLES.has(t, index)
  if ((t.gap[next] !== SPACE && !isArticle) || t.shape[next] !== CAPITALISED) return false
  if (isArticle) return (t.kindsOf(index - 1) & FUNCTION) === 0
  if ((t.kindsOf(index - 1) & FUNCTION) !== 0) return false
  return (t.kindsOf(index - 1) & GIVEN) !== 0 || !LOOSE_PARTICLES.has(t, index)
}

/** Past words that only begin a sentence, a greeting or a label: "Dear", "The", "Kunde". */
export function skipLead(t: Tokens, index: number, end: number): number {
  let first = index
  while (first < end && isLead(t, first, end)) first += 1
  return first
}

function isLead(t: Tokens, index: number, end: number): boolean {
  const kinds = t.kindsOf(index)
  if ((kinds & (TITLE | STREET_LEAD)) !== 0 || t.shape[index] === INITIAL || t.phraseEnd(index, ANY_PLACE | ORG_KNOWN) > index) return false
  const isLast = index === end - 1
  if ((kinds & FUNCTION) !== 0 && (kinds & ANY_GIVEN) !== 0) {
    if (isAsking(t, index)) return true
    if (isLast) return isSentenceStart(t, index)
    return surnameStrength(t, index + 1) < 3 && t.shape[index + 1] !== INITIAL && givenStrength(t, index + 1) < 3
  }
  if ((kinds & FUNCTION) !== 0) return !isNewPlace(t, index)
  if ((kinds & PERSON_LEAD) !== 0 && (kinds & GIVEN) === 0 && !isLast)
    return surnameStrength(t, index) < 3 || givenStrength(t, index + 1) > 2
  return false
}
