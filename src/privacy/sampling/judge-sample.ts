import { ENTITIES, type Entity } from '../../contract/entities.ts'
import type { ColumnFinding } from '../classify-columns.ts'
import type { ColumnAnalyzer, FoundInCell } from '../column-analyzer.ts'
import { percent } from '../percent.ts'
import type { ColumnSample } from './column-sample.ts'
import { missBound } from './miss-bound.ts'
import { fixedRandom, perturb } from './perturb.ts'

/** What was counted for one entity. */
interface Tally {
  /** Rows whose cell is the entity and nothing else, and how many different cells these are. */
  wholeRows: number
  wholeCells: number
  /** Those of them that a check digit confirms. */
  wholeChecked: number
  /** Those of the others that have signs between letters and digits. */
  wholeSigned: number
  /** Rows that hold it, at a score that counts. */
  rows: number
  cells: number
  /** Those of them that a check digit confirms. */
  checked: number
  /** The column's name speaks for it. */
  named: boolean
}

/** Any day, word or number may be one: a column is of these kinds only where its name says so. */
const NEEDS_NAME: ReadonlySet<Entity> = new Set<Entity>(['DATE_OF_BIRTH', 'DATE_TIME', 'PASSWORD', 'DK_PNUMBER', 'PASSPORT_NUMBER', 'AGE'])
const COLUMN_SHARE = 0.5
/** Below it a shape alone says too little, as in the analysis of text. */
const THRESHOLD = 0.4
/** Odds against chance that make a column: a hundred to one. */
const LOG_ODDS = Math.log(100)
const TRIALS = 1200
/** What more texts of the same form pass says nothing by itself: with a check digit or signs between, and of bare letters and digits, as running numbers are. */
const MOST_CHANCE = { checked: 0.25, bare: 0.002 }
/** Of cells without a letter, so many are looked at before the others, and one in so many must be of a kind for the others to be looked at. */
const FIRST_CELLS = 400
const FIRST_SHARE = 0.25
const PLAIN_CELLS = 1000
const PLAIN_SHARE = 0.99

/**
 * What the sampled cells of a column hold, judged by likelihood against chance: texts of the same shape with other digits and letters are put to the same
 * rules, and what they pass as often is not found. A shape without a check digit counts with a column name that speaks for it.
 */
export function judgeSample(name: string, given: ColumnSample, analyzer: ColumnAnalyzer): ColumnFinding[] {
  const first = firstCells(given)
  const early = first === null ? null : tally(name, first.cells, analyzer)
  // A column that is plainly of one kind is not looked at further.
  const isPlain = first !== null && [...(early?.values() ?? [])].some(({ wholeRows }) => wholeRows >= PLAIN_SHARE * first.rows)
  const sample = isPlain ? first : given
  const tallies = isPlain && early !== null ? early : tally(name, sample.cells, analyzer)
  const whole = [...tallies]
    .filter(([, { wholeRows }]) => wholeRows >= COLUMN_SHARE * sample.rows)
    .flatMap(([entity, one]) => wholeColumn(name, entity, one, sample, analyzer) ?? [])
    .toSorted((a, b) => b.confidence - a.confidence || b.matches - a.matches)[0]
  const left = sample.rows - (whole?.matches ?? 0)
  const texts = [...tallies]
    .filter(([entity, one]) => entity !== whole?.entity && one.cells > 0 && one.rows <= left)
    .flatMap(([entity, one]) => insideText(name, entity, one, sample, analyzer) ?? [])
  return whole === undefined ? texts : [whole, ...texts]
}

/**
 * What is in cells that were picked out of a whole column because they have the shape of something: their check digits must be more than chance gives among
 * them. `picked.rows` are those of the column.
 */
export function judgePicked(name: string, picked: ColumnSample, analyzer: ColumnAnalyzer): ColumnFinding[] {
  return [...tally(name, picked.cells, analyzer)]
    .filter(([, one]) => one.cells > 0)
    .flatMap(([entity, one]) => insideText(name, entity, one, picked, analyzer) ?? [])
}

function firstCells(sample: ColumnSample): ColumnSample | null {
  if (sample.cells.size < 2 * PLAIN_CELLS) return null
  const cells = new Map([...sample.cells].slice(0, PLAIN_CELLS))
  return { ...sample, cells, rows: [...cells.values()].reduce((sum, rows) => sum + rows, 0), isAll: false }
}

function tally(name: string, cells: ReadonlyMap<string, number>, analyzer: ColumnAnalyzer): Map<Entity, Tally> {
  const tallies = new Map<Entity, Tally>()
  let [letterless, isHopeless] = [0, false]
  for (const [text, rows] of cells) {
    // A number alone is an entity or is none: where hardly any of many is one, the column is not of its kind.
    if (NO_LETTER.test(text)) {
      if (isHopeless) continue
      if (++letterless === FIRST_CELLS) isHopeless = [...tallies.values()].every((one) => one.wholeCells < FIRST_SHARE * FIRST_CELLS)
    }
    const seen = new Set<Entity>()
    for (const found of analyzer(text, name)) {
      const one = tallies.get(found.entity) ?? {
        wholeRows: 0,
        wholeCells: 0,
        wholeChecked: 0,
        wholeSigned: 0,
        rows: 0,
        cells: 0,
        checked: 0,
        named: false,
      }
      tallies.set(found.entity, one)
      if (isWhole(text, found)) {
        one.wholeRows += rows
        one.wholeCells += 1
        if (found.checksum === true) one.wholeChecked += 1
        else if (SIGNED.test(text)) one.wholeSigned += 1
        one.named ||= found.contextWord !== null
      }
      if (found.score < THRESHOLD || seen.has(found.entity)) continue
      seen.add(found.entity)
      one.rows += rows
      one.cells += 1
      if (found.checksum === true) one.checked += 1
    }
  }
  return tallies
}

const SIGNED = /[\p{L}\p{N}][:@/_-][\p{L}\p{N}]/u
const NO_LETTER = /^[\d\s.,:;()+/-]*$/

function isWhole(text: string, { start, end }: FoundInCell): boolean {
  return text.slice(0, start).trim() === '' && text.slice(end).trim() === ''
}

function wholeColumn(name: string, entity: Entity, one: Tally, sample: ColumnSample, analyzer: ColumnAnalyzer): ColumnFinding | null {
  const chance = shareByChance(name, sample.cells, false, (text) =>
    analyzer(text, name).some((found) => found.entity === entity && isWhole(text, found)),
  )
  const most = one.wholeChecked + one.wholeSigned >= COLUMN_SHARE * one.wholeCells ? MOST_CHANCE.checked : MOST_CHANCE.bare
  const isBeyondChance = !NEEDS_NAME.has(entity) && chance <= most && one.wholeCells * Math.log(1 / chance) >= LOG_ODDS
  if (!isBeyondChance && !(one.named && one.rows >= COLUMN_SHARE * sample.rows)) return null
  const share = one.wholeRows / sample.rows
  const score = (isBeyondChance ? 0.95 : 0.7) * (0.6 + 0.4 * share)
  return {
    ...facts(name, entity, one.wholeRows, sample, 'column'),
    confidence: round(one.named ? score + (1 - score) / 2 : score),
    evidence: [
      `${percent(one.wholeRows, sample.rows)} of the cells looked at are of this kind: ${titleOf(entity)}`,
      ...(isBeyondChance ? [`of random texts of the same form ${percent(chance, 1)} would be`] : []),
      ...(one.named ? ['the name of the column says so'] : []),
      ...extent(sample),
    ],
  }
}

/** Entities in text: what check digits confirm must be more than other digits in the same texts would give. */
function insideText(name: string, entity: Entity, one: Tally, sample: ColumnSample, analyzer: ColumnAnalyzer): ColumnFinding | null {
  if (one.checked > 0) {
    const chance = shareByChance(name, sample.cells, true, (text) =>
      analyzer(text, name).some((found) => found.entity === entity && found.score >= THRESHOLD),
    )
    const expected = chance * sample.cells.size
    if (one.cells <= expected + 3 * Math.sqrt(expected)) return null
  }
  return {
    ...facts(name, entity, one.rows, sample, 'text'),
    confidence: round(one.checked > 0 ? 0.95 : 0.7),
    evidence: [`${percent(one.rows, sample.rows)} of the cells looked at hold this: ${titleOf(entity)}`, ...extent(sample)],
  }
}

function facts(name: string, entity: Entity, matches: number, sample: ColumnSample, within: 'column' | 'text') {
  return {
    column: name,
    entity,
    matches,
    rows: sample.rows,
    within,
    kind: within === 'column' ? ('entity' as const) : ('free_text' as const),
    sampled: sample.isAll ? null : { rows: sample.rows, of: sample.of, missBound: missBound(matches, sample.rows) },
  }
}

function extent(sample: ColumnSample): string[] {
  return sample.isAll ? [] : [`${sample.rows} cells of ${sample.of} rows were looked at`]
}

/** Share of texts of the same shape for which the test is true, never below what so many trials can tell. */
function shareByChance(name: string, cells: ReadonlyMap<string, number>, digitsOnly: boolean, test: (text: string) => boolean): number {
  const random = fixedRandom(1 + name.length)
  const texts = [...cells.keys()]
  // Of long texts fewer, which takes about as long.
  const characters = texts.slice(0, 50).reduce((sum, text) => sum + text.length, 0) / Math.min(50, texts.length)
  const trials = Math.max(100, Math.min(TRIALS, Math.round((TRIALS * 40) / Math.max(1, characters))))
  let passed = 0
  for (let trial = 0; trial < trials; trial++) {
    if (test(perturb(texts[Math.floor(random() * texts.length)] ?? '', random, digitsOnly))) passed += 1
  }
  return Math.max(passed, 1) / trials
}

function titleOf(entity: Entity): string {
  return ENTITIES.get(entity)?.title ?? entity
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
