import { AtlasError } from '../core/errors.ts'
import type { Relation } from '../core/relation.ts'
import { sql } from '../core/sql.ts'
import { scanRelation } from '../lake/relation.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import type { LakeSession } from '../lake/lake.ts'
import type { CheckedColumn, OtherTable, SqlAnswer } from '../quality/check.ts'
import { measureQuality, type QualityFacts } from '../quality/measure.ts'
import type { DeclaredRule } from '../quality/plan-rules.ts'
import type { PinnedSnapshot } from '../store/snapshots.ts'
import { answerQuery, type QueryPlace } from './measuring/answer-query.ts'
import { pinDatasets, relationRows } from './measuring/pin-datasets.ts'
import { prepareRules, type PreparedRules } from './measuring/prepare-rules.ts'
import { semanticType } from './measuring/semantic-type.ts'
import type { PendingDataset, RunEnvironment } from './run-context.ts'

/** What measuring needs of the outside world. */
export type MeasuringEnvironment = Pick<RunEnvironment, 'db' | 'lake' | 'now' | 'sql' | 'scratch'>

/** A dataset at the snapshot that is measured, published or about to be. */
export interface MeasuredDataset {
  /** layer.name */
  name: string
  relation: Relation
  columns: readonly CheckedColumn[]
  rows: number
  /** Columns that identify a row. */
  keys: readonly string[]
  /** Rows that the source held; null for a table that no source was read for. */
  sourceRows: number | null
  quarantinedRows: number
  /** The source's own count of its rows, where it has one. */
  countedRows: number | null
  ambiguousDates: number
  loadedAt: Date | null
  previous: PinnedSnapshot | null
  /** Datasets pending in the same run, by `layer.name`: read instead of what is published. */
  pending?: ReadonlyMap<string, PendingDataset>
}

export interface MeasureOptions {
  /** Looks at so many rows, taken at random, and gives intervals; at all rows unless told. */
  sampleRows?: number
  /** 30 minutes unless told. */
  timeoutMs?: number
}

const TIMEOUT_MS = 30 * 60_000

/**
 * Measures one snapshot by its rules. All rules see the other datasets at the same snapshots. Whatever is wrong with a rule is that rule's error;
 * when the measurement takes too long, every rule has that error.
 * @param rules as `datasetRules` gives them
 * @throws AtlasError `run.cancelled` when `signal` aborts, and what reading the lake throws
 */
export async function measureSnapshot(
  environment: MeasuringEnvironment,
  dataset: MeasuredDataset,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
  options: MeasureOptions = {},
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const timer = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, timer])
  const work = (session: LakeSession) => measure(environment, session, dataset, rules, either, options)
  try {
    return await environment.lake.session(work, either)
  } catch (error) {
    if (!timer.aborted || signal.aborted) throw error
    return tooLong(environment, dataset, rules, timeoutMs, signal)
  }
}

async function measure(
  environment: MeasuringEnvironment,
  session: LakeSession,
  dataset: MeasuredDataset,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
  options: MeasureOptions,
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const { lake, db } = environment
  const prepared = await prepareRules(session, dataset.name, rules)
  const others = await pinDatasets(db, prepared.datasets, dataset.pending ?? new Map())
  const place: QueryPlace = {
    sql: environment.sql,
    scratch: environment.scratch,
    lakeFolder: lake.folder,
    name: dataset.name,
    relations: new Map([...others, [dataset.name, dataset.relation]]),
    signal,
  }
  const facts: QualityFacts & { sampleRows?: number } = {
    ...factsOf(environment, dataset),
    expressions: prepared.expressions,
    answers: await answerQueries(place, prepared),
    datasets: new Map([...others].map(([name, relation]) => [name, toTable(relation, lake.folder)])),
    previous: dataset.previous === null ? null : { ...toTable(dataset.previous, lake.folder), committedAt: dataset.previous.committedAt },
    semanticType,
    ...(options.sampleRows === undefined ? {} : { sampleRows: options.sampleRows }),
  }
  const relation = sql`(${scanRelation(dataset.relation, lake.folder)})`
  return measureQuality(session, relation, dataset.columns, prepared.rules, facts)
}

async function answerQueries(place: QueryPlace, { queries }: PreparedRules): Promise<Map<string, SqlAnswer>> {
  const answers = await Promise.all([...queries].map(async ([rule, query]) => [rule, await answerQuery(place, query)] as const))
  return new Map(answers)
}

function factsOf({ now }: MeasuringEnvironment, dataset: MeasuredDataset) {
  const { keys, rows, sourceRows, quarantinedRows, countedRows, ambiguousDates, loadedAt } = dataset
  return { keys, rows, sourceRows, quarantinedRows, countedRows, ambiguousDates, loadedAt, now: now() }
}

function toTable(relation: Relation, folder: string): OtherTable {
  return { relation: sql`(${scanRelation(relation, folder)})`, columns: relation.columns, rows: relationRows(relation) }
}

/** Nothing was measured: each rule says why, and the table gets no score. */
async function tooLong(
  environment: MeasuringEnvironment,
  dataset: MeasuredDataset,
  rules: readonly DeclaredRule[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const { message } = new AtlasError('sql.time_limit', `Measuring ${dataset.name} took longer than ${Math.round(timeoutMs / 1000)} s.`)
  const late = rules.map((rule) => ({ ...rule, problem: message }))
  const facts = { ...factsOf(environment, dataset), keys: [], sourceRows: null }
  return environment.lake.session((session) => measureQuality(session, sql`(select 1 where false)`, [], late, facts), signal)
}
