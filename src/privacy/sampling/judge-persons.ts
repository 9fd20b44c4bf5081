import { ENTITIES, type Entity } from '../../contract/entities.ts'
import { normaliseName } from '../../core/names.ts'
import type { ColumnFinding } from '../classify-columns.ts'
import { columnAnalyzer, type ColumnAnalyzer, type FoundInCell } from '../column-analyzer.ts'
import { percent } from '../percent.ts'
import { recognizers } from '../recognizers/index.ts'
import type { ColumnSample } from './column-sample.ts'
import { missBound } from './miss-bound.ts'

/** A column's name that says that a person may stand there; its values still have to. */
const SPEAKS_FOR =
  /(?:^|_)(?:(?:full|first|last|given|family|customer|client|contact|person|patient|employee|user|guest|member|owner)?_?names?|.*navne?|.*namn|nimi|customer|kunde|client|klient|contact|kontakt(?:person)?|person|patient|employee|medarbejder|ansat|author|forfatter|owner|ejer|member|medlem|guest|gaest|student|elev|teacher|laerer|doctor|laege|agent|assignee|recipient|modtager|sender|afsender|holder|signatory|driver|manager|leder|sagsbehandler|caseworker|(?:created|updated|approved|signed)_by)(?:_[0-9]+)?$/
/** One that says it is something else, which people, their towns and their firms share names with. */
const SPEAKS_AGAINST =
  /^by$|(?:^|_)(?:city|town|bynavn|country|land|countries|region|county|kommune|state|brand|maerke|product|produkt|produktnavn|vare|varenavn|item|model|company|companies|firma|firmanavn|virksomhed|virksomhedsnavn|organi[sz]ation|supplier|leverandoer|vendor|store|shop|butik|street|streetname|vej|vejnavn|gade|address|adresse|place|sted|stednavn|location|file|filename|filnavn|host|hostname|server|database|schema|table|column|field|domain|category|kategori|type|status|month|maaned|day|dag|title|titel|department|afdeling|project|projekt|event|song|album|band|team|hold|ship|skib|hotel|restaurant|school|skole)(?:_(?:names?|navn|title))?$/

const SHARE = 0.5
/** Of a column whose name speaks for it: names of many countries are on no list. */
const NAMED_SHARE = 0.4
/** Score from which a whole cell counts, one from which a name inside text does: a phrase with capitals looks like a name more often than a cell does. */
const CELL_SCORE = 0.4
const TEXT_SCORE = 0.6
/** Of a column in which names stand beside other things, such as customers some of whom are firms. */
const MIXED_SHARE = 0.1
/** Different names that a column holds at least: one may be a brand. */
const FEWEST_NAMES = 3
/** Share of cells with a name from which text is said to hold names: below it, it may be the rules that are wrong. */
const TEXT_SHARE = 0.003
/** Different cells that settle what the whole column is. */
const ENOUGH = 2000
const MAY_BE = /\p{L}{2}/u

const BESIDE: readonly Entity[] = [...recognizers.map(({ id }) => id), 'ORGANIZATION', 'LOCATION', 'ADDRESS', 'URL']

/** An analyzer for `judgePersons`. */
export function personAnalyzer(): ColumnAnalyzer {
  return columnAnalyzer(['PERSON'], { scoreThreshold: CELL_SCORE, beside: BESIDE })
}

/**
 * Whether a column holds names of persons: as whole cells, of which most must read as a name (fewer where the column's name says so, none where it says
 * something else), or inside text, in a share of cells and with as many different names as mistakes of the rules would not give.
 */
export function judgePersons(name: string, sample: ColumnSample, analyzer: ColumnAnalyzer): ColumnFinding | null {
  if (sample.rows === 0 || SPEAKS_AGAINST.test(normaliseName(name))) return null
  const isNamed = SPEAKS_FOR.test(normaliseName(name))
  const seen = countNames(name, sample, analyzer, isNamed)
  const share = seen.wholeRows / Math.max(1, seen.looked)
  const names = isNamed ? seen.wholeNames : seen.fullNames
  if (share >= (isNamed ? NAMED_SHARE : SHARE) && names.size >= (isNamed ? 1 : FEWEST_NAMES))
    return finding(
      name,
      'column',
      seen.wholeRows,
      { ...sample, rows: seen.looked, isAll: sample.isAll && seen.looked === sample.rows },
      isNamed,
    )
  const isMixed = share >= MIXED_SHARE && seen.fullNames.size >= FEWEST_NAMES
  const isFree = seen.textNames.size >= fewestInText(sample.cells.size) && seen.textRows >= TEXT_SHARE * sample.rows
  return isMixed || isFree ? finding(name, 'text', seen.textRows, sample, isNamed) : null
}

function fewestInText(cells: number): number {
  return cells < 20 ? 1 : cells < 200 ? 2 : FEWEST_NAMES
}

interface Names {
  /** Rows of the cells that were looked at for being a name as a whole. */
  looked: number
  wholeRows: number
  wholeNames: Set<string>
  /** Those of more than one word: one word alone is a town, a flower or a month as often. */
  fullNames: Set<string>
  textRows: number
  /** Names with more around them. */
  textNames: Set<string>
}

function countNames(name: string, sample: ColumnSample, analyzer: ColumnAnalyzer, isNamed: boolean): Names {
  const seen: Names = { looked: 0, wholeRows: 0, wholeNames: new Set(), fullNames: new Set(), textRows: 0, textNames: new Set() }
  let cells = 0
  for (const [text, rows] of sample.cells) {
    if (++cells <= ENOUGH) seen.looked += rows
    // Nearly all are names: the others need no look.
    else if (seen.wholeRows > 0.9 * seen.looked) break
    if (!MAY_BE.test(text)) continue
    const found = analyzer(isNamed ? withCapitals(text) : text, name)
    if (found.length === 0) continue
    const whole = found.find((one) => isWhole(text, one))
    if (whole !== undefined && cells <= ENOUGH) addWhole(seen, text, rows)
    const sure = found.filter(({ score }) => score >= TEXT_SCORE)
    if (sure.length === 0) continue
    seen.textRows += rows
    if (whole === undefined) for (const { start, end } of sure) seen.textNames.add(text.slice(start, end))
  }
  return seen
}

function addWhole(seen: Names, text: string, rows: number): void {
  seen.wholeRows += rows
  seen.wholeNames.add(text)
  if (/\p{L}[\s,]+\p{L}/u.test(text.trim())) seen.fullNames.add(text)
}

/** `mette holm` and `METTE HOLM` are read as `Mette Holm`. */
function withCapitals(text: string): string {
  const isOneCase = text.length < 60 && (text === text.toLowerCase() || text === text.toUpperCase())
  if (!isOneCase) return text
  const capitalised = text.toLowerCase().replace(/(?<![\p{L}\p{M}'’])\p{L}/gu, (letter) => letter.toUpperCase())
  return capitalised.length === text.length ? capitalised : text
}

function isWhole(text: string, { start, end }: FoundInCell): boolean {
  return text.slice(0, start).trim() === '' && text.slice(end).trim() === ''
}

function finding(column: string, within: 'column' | 'text', matches: number, sample: ColumnSample, isNamed: boolean): ColumnFinding {
  const share = matches / sample.rows
  const confidence = within === 'text' ? 0.7 : (isNamed ? 0.75 : 0.65) + 0.2 * share
  const title = ENTITIES.get('PERSON')?.title ?? 'PERSON'
  return {
    column,
    entity: 'PERSON',
    matches,
    rows: sample.rows,
    confidence: Math.round(confidence * 1000) / 1000,
    within,
    kind: within === 'column' ? 'entity' : 'free_text',
    sampled: sample.isAll ? null : { rows: sample.rows, of: sample.of, missBound: missBound(matches, sample.rows) },
    evidence: [
      `${percent(matches, sample.rows)} of the cells looked at ${within === 'column' ? 'are' : 'hold'} this: ${title}, by lists and rules`,
      ...(isNamed && within === 'column' ? ['the name of the column says so'] : []),
      ...(sample.isAll ? [] : [`${sample.rows} cells of ${sample.of} rows were looked at`]),
    ],
  }
}
