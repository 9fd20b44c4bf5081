import { QUOTE } from './characters.ts'
import { capitalsEnd, organisationReading, OF } from './joined-names.ts'
import { givenStrength } from './judge-person.ts'
import type { Reading } from './name-finding.ts'
import { followsClosely, isCapital, isSentenceStart, Surroundings, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  ANY_SURNAME,
  FUNCTION,
  GIVEN,
  NATION,
  ORG_WORD,
  PLACE,
  REGION,
  SURNAME,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'
import { LOWER } from './word-shapes.ts'

/** Kinds of organisation that stand before the name: Restaurant Klitten, Università di Bologna. */
const HEADS = new Set(
  'restaurant café cafe hotel brasserie bistro pizzeria region museo musée museu università universidad universidade université universiteit uniwersytet banque banco banca bankhaus jobcenter advokatfirmaet advokaterne grundejerforeningen ejerforeningen andelsboligforeningen andelsforeningen boligforeningen idrætsforeningen landsforeningen foreningen fonden tandlægerne lægehuset plejehjemmet plejecenter børnehaven højskolen efterskolen gymnasiet institut instituto istituto lycée ospedale hôpital clinique clínica bäckerei apotheke spedition klinik firma restauranten vognmand murermester tømrermester malermester vvs ooo oao zao pao'.split(
    ' ',
  ),
)
/** What a compound ends with that names a kind of organisation: Landsbank, Grundejerforeningen, Tandlægerne. */
const KIND_ENDING =
  /(?:bank|banken|banka|kasse|kassen|forsikring|universitet|universität|hochschule|kommune|sygehus|hospital|klinik|klinikken|gymnasium|skole|skolen|forening|foreningen|selskab|selskabet|lægerne|firmaet|styrelsen|ministeriet|direktoratet|retten|landsret|kollegiet|centret|værket|versicherung|gesellschaft|sjukhus|sjukhuset|sykehus|sykehuset|högskolan|høgskolen|universitetet|kommunen|bolaget|selskapet|föreningen|stiftelsen|förbundet|forbundet|verket|myndigheten|nämnden|nævnet|instituttet|museet|teatret|biblioteket|centeret|tilsynet|etaten|departementet|hjemmet|akademiet|klubben|borettslag|statistik)$/

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
export function readOrganisationKind(t: Tokens, index: number, end: number): Reading | null {
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
  if (!followsClosely(t, index) || t.shape[index] !== LOWER || !OF.has(t, index)) return index
  let name = index + 1
  if (followsClosely(t, name) && wordAt(t, name) === 'the') name += 1
  if (!followsClosely(t, name) || !isCapital(t.shape[name])) return index
  return wordAt(t, index) === 'of' ? capitalsEnd(t, name) : index
}

/** The name after the kind makes it one, whatever it is listed as; "Region 4" and "Hotel Manager" it does not. */
function judgeHead(t: Tokens, from: number, to: number): Reading | null {
  const kinds = t.kindsOf(to - 1)
  if ((kinds & (ANY_COMMON | FUNCTION)) !== 0 && (kinds & (PLACE | REGION | GIVEN)) === 0) return null
  return organisationReading(t, from, to, new Surroundings(t, from, to).isGlued ? 0.1 : 0.6, 'kind of organisation and name')
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
  return organisationReading(t, from, to, Math.max(0.05, score), 'name and kind of organisation')
}
