import { isAsking } from './asking-words.ts'
import { AMPERSAND, COMMA, DOT, HYPHEN, QUOTE, SPACE } from './characters.ts'
import { givenStrength } from './judge-person.ts'
import type { Reading } from './name-finding.ts'
import { followsClosely, isCapital, isSentenceStart, Surroundings, wordAt } from './surroundings.ts'
import { ALL_CAPITALS, CAMEL, CODE, LOWER, type Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  ANY_SURNAME,
  FUNCTION,
  GIVEN,
  NATION,
  ORG_FORM,
  ORG_KNOWN,
  ORG_WORD,
  PERSON_LEAD,
  PLACE,
  REGION,
  SURNAME,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'

const JOINING = new Set(['and', 'og', 'und', 'och', 'et', 'y', 'e', 'és', 'en', 'i'])
const OF = new Set(['of', 'for', 'i', 'på', 'af', 'for', 'de', 'di', 'der', 'des', 'the', 'del', 'della', 'in', 'du', 'do', 'at'])
/** Letters of the longest of the words above. */
const longestJoint = 5
const TAILS = new Set([
  'sons',
  'son',
  'co',
  'company',
  'partners',
  'associates',
  'brothers',
  'bros',
  'sønner',
  'søn',
  'daughters',
  'co.',
  'figli',
  'filhos',
  'fils',
  'társa',
  'hijos',
  'asociados',
  'zonen',
  'söhne',
  'sønn',
  'søner',
])
/** Kinds of organisation that stand before the name: Restaurant Klitten, Università di Bologna. */
const HEADS = new Set(
  'restaurant café cafe hotel brasserie bistro pizzeria region museo musée museu università universidad universidade université universiteit uniwersytet banque banco banca bankhaus jobcenter advokatfirmaet advokaterne grundejerforeningen ejerforeningen andelsboligforeningen andelsforeningen boligforeningen idrætsforeningen landsforeningen foreningen fonden tandlægerne lægehuset plejehjemmet plejecenter børnehaven højskolen efterskolen gymnasiet institut instituto istituto lycée ospedale hôpital clinique clínica bäckerei apotheke spedition klinik firma restauranten vognmand murermester tømrermester malermester vvs'.split(
    ' ',
  ),
)
/** Forms that are words or other abbreviations too: taken only as the last word and written so. */
const LOOSE_FORM = /^(?:se|sa|as|ab|ag|co|ug|nv|sl|hf|bv|spa|corp|ev|kg|lp|doo|kk|pty|oy|amba)$/i

const DOTTED_FORM =
  /^(?:j?\.?d\.o\.o|d\.d|a\.s|k\.s|s\.r\.o|v\.o\.s|s\.r\.l|s\.p\.a|s\.n\.c|s\.a\.s|s\.a|s\.l|s\.p|e\.v|b\.v|n\.v|e\.k|o\.ü)$/

/** Whether the name of an organisation may go on with the word: and, of. */
export function joinsNames(t: Tokens, index: number): boolean {
  if ((t.end[index] ?? 0) - (t.start[index] ?? 0) > longestJoint) return false
  const word = wordAt(t, index)
  return JOINING.has(word) || OF.has(word)
}

/** The organisation whose name is, or begins with, the capitalised words `index` to `end`; null when they are none. */
export function readOrganisation(t: Tokens, index: number, end: number): Reading | null {
  return readForm(t, index, end) ?? readKnown(t, index) ?? readFirm(t, index, end) ?? readWord(t, index, end)
}

function found(t: Tokens, from: number, to: number, score: number, pattern: string): Reading {
  return {
    next: to,
    found: [{ entity: 'ORGANIZATION', start: t.start[from] ?? 0, end: t.end[to - 1] ?? 0, score, pattern, checksum: null }],
  }
}

/** A company form after the name: Cronin Inc, Møller & Søn ApS, Nordlys A/S, "Foo, Ltd." */
function readForm(t: Tokens, index: number, end: number): Reading | null {
  let from = index
  while (from < end && leadsOn(t, from)) from += 1
  let joins = 0
  for (let word = from; word < t.count && word < from + 9; word++) {
    const gap = t.gap[word] ?? 0
    if (word > from) {
      const form = formEnd(t, word)
      // In lower case after one word alone, such as begins a sentence, it may be anything.
      const isForm = form > word && (t.shape[word] !== LOWER || word - from > 1)
      if (isForm && (gap & ~(SPACE | COMMA)) === 0) return withPoint(t, from, form)
      if (
        (gap & ~(SPACE | HYPHEN | AMPERSAND | COMMA | 64 | DOT)) !== 0 ||
        ((gap & DOT) !== 0 && (t.end[word - 1] ?? 0) - (t.start[word - 1] ?? 0) > 2)
      )
        return null
    }
    const isJoin =
      word > from && t.shape[word] === LOWER && (JOINING.has(wordAt(t, word)) || wordAt(t, word) === 's' || wordAt(t, word) === 'of')
    if (isJoin && wordAt(t, word) === 'of' && (t.kindsOf(word - 1) & PERSON_LEAD) !== 0) {
      // "CEO of Arellano Shipping Inc."
      from = word + 1
      continue
    }
    // "Allard, Séguin and Larose and Ferland Ltd": two firms.
    if (isJoin && JOINING.has(wordAt(t, word)) && ++joins > 1) return null
    if (!isJoin && !isCapital(t.shape[word]) && t.shape[word] !== CODE && t.shape[word] !== CAMEL) return null
    if (word >= end && (gap & COMMA) !== 0 && !isFirmList(t, from, word)) return null
  }
  return null
}

/** "The", "Is": no part of the name. */
function leadsOn(t: Tokens, index: number): boolean {
  if ((t.kindsOf(index) & FUNCTION) !== 0 && (t.kindsOf(index) & (ANY_GIVEN | ANY_SURNAME)) === 0) return true
  return isAsking(wordAt(t, index)) && isSentenceStart(t, index)
}

function isFirmList(t: Tokens, from: number, word: number): boolean {
  return word - from <= 3 && (t.kindsOf(from) & ANY_SURNAME) !== 0
}

/** The word after a company's form at `word`; `word` when there is none. */
function formEnd(t: Tokens, word: number): number {
  if (t.shape[word] === LOWER && t.gap[word + 1] === DOT) return dottedFormEnd(t, word)
  const phrase = t.phraseEnd(word, ORG_FORM)
  if (phrase > word && (t.gap[word + 1] ?? 0) !== SPACE) return isCapital(t.shape[word]) ? phrase : word
  if (phrase > word) return phrase
  if ((t.kindsOf(word) & ORG_FORM) === 0 || t.shape[word] === LOWER) return word
  const text = wordAt(t, word)
  if (!LOOSE_FORM.test(text)) return word + 1
  return t.shape[word] === ALL_CAPITALS || /^(?:Co|Corp|Oy|Pty)$/.test(text) ? word + 1 : word
}

/** "d.o.o.", "a.s.", "s.r.l.": single letters with points between them. */
function dottedFormEnd(t: Tokens, word: number): number {
  let end = word + 1
  while (end < word + 4 && t.gap[end] === DOT && t.shape[end] === LOWER && (t.end[end] ?? 0) - (t.start[end] ?? 0) < 3) end += 1
  return end > word + 1 && DOTTED_FORM.test(t.text.slice(t.start[word], t.end[end - 1])) ? end : word
}

/** With a second form ("& Co. KG") and the point of "Inc." where the sentence goes on. */
function withPoint(t: Tokens, from: number, form: number): Reading {
  let end = form
  for (let more = 0; more < 3 && end < t.count; more++) {
    if (((t.gap[end] ?? 0) & ~(SPACE | AMPERSAND | DOT)) !== 0) break
    const next = formEnd(t, end)
    if (next === end) break
    end = next
  }
  return found(t, from, end, 0.8, 'name and company form')
}

/** "Samsung Electronics", "KPMG Poland": the branch belongs to the name. */
function branchEnd(t: Tokens, index: number): number {
  const isBranch = followsClosely(t, index) && isCapital(t.shape[index]) && (t.kindsOf(index) & (ORG_WORD | REGION)) !== 0
  return isBranch ? Math.max(index + 1, t.phraseEnd(index, REGION)) : index
}

/** Organisations that everybody knows. */
function readKnown(t: Tokens, index: number): Reading | null {
  const end = t.phraseEnd(index, ORG_KNOWN)
  if (end > index) return found(t, index, branchEnd(t, end), 0.6, 'known organisation')
  const kinds = t.kindsOf(index)
  const isCommon = (kinds & (ANY_COMMON | ANY_GIVEN | TECHNICAL)) !== 0
  if ((kinds & ORG_KNOWN) === 0 || isCommon) return null
  return found(t, index, branchEnd(t, index + 1), new Surroundings(t, index, index + 1).isGlued ? 0.1 : 0.5, 'known organisation')
}

/** Surnames joined as firms do: "Johnson, Smith and Lee", "Smith & Sons", "Reed-Cole" is left to persons. */
function readFirm(t: Tokens, index: number, end: number): Reading | null {
  if (end - index > 2) return null
  const gap = t.gap[end] ?? 0
  const isAnd = isJoining(t, end) || ((gap & ~(SPACE | AMPERSAND)) === 0 && (gap & AMPERSAND) !== 0)
  if (isAnd) {
    const second = isJoining(t, end) ? end + 1 : end
    if (!isCapital(t.shape[second]) || !followsAnd(t, second)) return null
    if (TAILS.has(wordAt(t, second).toLowerCase())) return found(t, index, second + 1, 0.65, 'firm of a family')
    const isSign = (gap & AMPERSAND) !== 0
    return isSign && end - index <= 2 && isFirmName(t, index) ? found(t, index, capitalsEnd(t, second), 0.5, 'names joined by &') : null
  }
  if (gap !== (COMMA | SPACE) || end - index !== 1 || !isFirmName(t, index)) return null
  const second = end
  if (!isCapital(t.shape[second]) || !isFirmName(t, second)) return null
  let last = second + 1
  if ((t.gap[last] ?? 0) === (COMMA | SPACE) && isJoining2(t, last)) last += 1
  else if (!isJoining(t, last)) return null
  else last += 1
  if (!isCapital(t.shape[last]) || !isFirmName(t, last) || (isCapital(t.shape[last + 1] ?? 0) && followsClosely(t, last + 1))) return null
  const isList = areGivenNames(t, index, [index, second, last]) || !isEnglishAnd(t, last - 1)
  return isList ? null : found(t, index, last + 1, 0.6, 'firm of several names')
}

/** Firms of several surnames are American; "Hanne, Jørn og Abdi" are persons. */
function isEnglishAnd(t: Tokens, index: number): boolean {
  return wordAt(t, index) === 'and'
}

function isJoining(t: Tokens, index: number): boolean {
  return followsClosely(t, index) && JOINING.has(wordAt(t, index))
}

function isJoining2(t: Tokens, index: number): boolean {
  return index < t.count && JOINING.has(wordAt(t, index))
}

function followsAnd(t: Tokens, index: number): boolean {
  return ((t.gap[index] ?? 0) & ~(SPACE | AMPERSAND)) === 0
}

function isFirmName(t: Tokens, index: number): boolean {
  const kinds = t.kindsOf(index)
  if ((kinds & (TECHNICAL | SURNAME)) === TECHNICAL) return false
  return (kinds & ANY_SURNAME) !== 0 || (kinds & (FUNCTION | ANY_PLACE | NATION | ANY_COMMON)) === 0
}

function areGivenNames(t: Tokens, index: number, words: readonly number[]): boolean {
  if (!words.every((word) => givenStrength(t, word) > 2)) return false
  const around = new Surroundings(t, index, (words.at(-1) ?? index) + 1)
  return !around.atBefore && !around.organisationNear
}

function capitalsEnd(t: Tokens, index: number): number {
  let end = index + 1
  while (end < t.count && end < index + 4 && followsClosely(t, end) && isCapital(t.shape[end])) end += 1
  return end
}

/** What a compound ends with that names a kind of organisation: Landsbank, Grundejerforeningen, Tandlægerne. */
const KIND_ENDING =
  /(?:bank|banken|banka|kasse|kassen|forsikring|universitet|universität|hochschule|kommune|sygehus|hospital|klinik|klinikken|gymnasium|skole|skolen|forening|foreningen|selskab|selskabet|lægerne|firmaet|styrelsen|ministeriet|direktoratet|retten|landsret|kollegiet|centret|værket|versicherung|gesellschaft)$/

/** University, Bank, or a compound of such a word. */
function isKind(t: Tokens, index: number): boolean {
  return (t.kindsOf(index) & ORG_WORD) !== 0 || isCompound(t, index)
}

/** Landsbank, Grundejerforeningen: no word of the lists. */
function isCompound(t: Tokens, index: number): boolean {
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  return (t.kindsOf(index) & ~ORG_WORD) === 0 && length > 8 && isCapital(t.shape[index]) && KIND_ENDING.test(wordAt(t, index).toLowerCase())
}

/** The 's of "King's College" at `index`, with a capitalised word after it. */
function isGenitive(t: Tokens, index: number): boolean {
  return (
    t.gap[index] === QUOTE &&
    t.shape[index] === LOWER &&
    wordAt(t, index) === 's' &&
    followsClosely(t, index + 1) &&
    isCapital(t.shape[index + 1])
  )
}

/** University of X, X Hospital, Bank of Y, Aarhus Kommune. */
function readWord(t: Tokens, index: number, end: number): Reading | null {
  let from = index
  while (from < end && (t.kindsOf(from) & FUNCTION) !== 0 && (t.kindsOf(from) & (ANY_PLACE | ANY_SURNAME)) === 0) from += 1
  if (end - from === 2 && givenStrength(t, from) > 3 && (t.kindsOf(end - 1) & SURNAME) !== 0) return null
  if (from < end && isGenitive(t, end) && isKind(t, end + 1)) return judge(t, from, end + 2)
  for (let word = end - 1; word >= from; word--) {
    if (!isKind(t, word)) continue
    if (word === from && end - from > 1 && HEADS.has(wordAt(t, word).toLowerCase())) return judgeHead(t, from, end)
    if (word === from && isCompound(t, word) && (end - from > 1 || !isSentenceStart(t, from))) return judge(t, from, end)
    const to = ofEnd(t, word + 1 === end ? end : word + 1)
    if (to > word + 1 && word + 1 >= end) return judge(t, from, to)
    if (word > from && word === end - 1) return judge(t, from, end)
    if (word === end - 2 && end - from > 2) return judge(t, from, end)
    return null
  }
  return null
}

/** After "University" at the end of the run: the end of "of Southern Denmark". */
function ofEnd(t: Tokens, index: number): number {
  if (!followsClosely(t, index) || t.shape[index] !== LOWER || !OF.has(wordAt(t, index))) return index
  let name = index + 1
  if (followsClosely(t, name) && wordAt(t, name) === 'the') name += 1
  if (!followsClosely(t, name) || !isCapital(t.shape[name])) return index
  return wordAt(t, index) === 'of' ? capitalsEnd(t, name) : index
}

/** The name after the kind makes it one, whatever it is listed as; "Region 4" and "Hotel Manager" it does not. */
function judgeHead(t: Tokens, from: number, to: number): Reading | null {
  const kinds = t.kindsOf(to - 1)
  if ((kinds & (ANY_COMMON | FUNCTION)) !== 0 && (kinds & (PLACE | REGION | GIVEN)) === 0) return null
  return found(t, from, to, new Surroundings(t, from, to).isGlued ? 0.1 : 0.6, 'kind of organisation and name')
}

function judge(t: Tokens, from: number, to: number): Reading {
  const around = new Surroundings(t, from, to)
  let isProper = false
  let isNamed = false
  for (let word = from; word < to; word++) {
    const kinds = t.kindsOf(word)
    if ((kinds & (ANY_PLACE | ANY_SURNAME | NATION | ANY_GIVEN)) !== 0 && (kinds & ANY_COMMON) === 0) isProper = true
    if ((kinds & (ANY_COMMON | ORG_WORD | FUNCTION | TECHNICAL)) === 0) isProper = true
    if ((kinds & SURNAME) !== 0 && (kinds & (VERY_COMMON | ORG_WORD)) === 0 && !around.isSentenceStart) isNamed = true
  }
  const score =
    (isProper ? 0.5 : isNamed ? 0.3 : 0.2) + (around.atBefore ? 0.1 : 0) + (around.organisationNear ? 0.15 : 0) - (around.isGlued ? 0.4 : 0)
  return found(t, from, to, Math.max(0.05, score), 'name and kind of organisation')
}
