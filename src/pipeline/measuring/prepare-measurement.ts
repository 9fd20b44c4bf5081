import type { Relation } from '../../core/relation.ts'
import { sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { CheckedColumn, CheckScope, OtherTable } from '../../quality/check.ts'
import type { QualityFacts } from '../../quality/measure.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import type { PendingDataset, RunEnvironment } from '../run-context.ts'
import { answerQuery, type QueryPlace } from './answer-query.ts'
import { pinDatasets, relationRows } from './pin-datasets.ts'
import { prepareRules, type PreparedRules } from './prepare-rules.ts'
import { semanticType } from './semantic-type.ts'

/** What measuring needs of the outside world. */
export type MeasuringEnvironment = Pick<RunEnvironment, 'db' | 'lake' | 'now' | 'sql' | 'scratch'>

/** What is known of a dataset before its rows are looked at. */
export interface MeasuredFacts {
  /** layer.name */
  name: string
  columns: readonly CheckedColumn[]
  rows: number | null
  /** Columns that identify a row. */
  keys: readonly string[]
  /** Rows that the source held; null for a table that no source was read for. */
  sourceRows: number | null
  quarantinedRows: number
  /** The source's own count of its rows, where it has one. */
  countedRows: number | null
  ambiguousDates: number
  /** When the newest rows were loaded. */
  loadedAt: Date | null
  previous: PinnedSnapshot | null
  /** Datasets pending in the same run, by `layer.name`: read instead of what is published. */
  pending?: ReadonlyMap<string, PendingDataset>
  /** Its rows; null while they are not written yet: custom queries are then not answered. */
  relation?: Relation | null
}

export interface Measurement {
  prepared: PreparedRules
  facts: QualityFacts
  scope: CheckScope
  place: QueryPlace
}

/**
 * All that rules need beside the rows: expressions proved, queries answered in the confined process, and every dataset they name pinned once.
 * @throws AtlasError `run.cancelled` when `signal` aborts
 */
export async function prepareMeasurement(
  environment: MeasuringEnvironment,
  session: LakeSession,
  dataset: MeasuredFacts,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
): Promise<Measurement> {
  const { lake, db } = environment
  const prepared = await prepareRules(session, dataset.name, rules, dataset.columns)
  const others = await pinDatasets(db, prepared.datasets, dataset.pending ?? new Map())
  const relation = dataset.relation ?? null
  const place: QueryPlace = {
    sql: environment.sql,
    scratch: environment.scratch,
    files: lake.files,
    name: dataset.name,
    relations: relation === null ? others : new Map([...others, [dataset.name, relation]]),
    signal,
  }
  const { keys, rows, sourceRows, quarantinedRows, countedRows, ambiguousDates, loadedAt, previous } = dataset
  const known = { rows, quarantinedRows, countedRows, ambiguousDates, loadedAt, now: environment.now() }
  const looked = {
    expressions: prepared.expressions,
    answers: relation === null ? new Map() : await answerQueries(place, prepared),
    datasets: new Map([...others].map(([name, other]) => [name, toTable(other, lake.folder)])),
    previous: previous === null ? null : { ...toTable(previous, lake.folder), committedAt: previous.committedAt },
    semanticType,
  }
  const scope: CheckScope = { columns: dataset.columns, ...known, ...looked }
  return { prepared, facts: { ...known, ...looked, keys, sourceRows }, scope, place }
}

async function answerQueries(place: QueryPlace, { queries }: PreparedRules) {
  const answers = await Promise.all([...queries].map(async ([rule, query]) => [rule, await answerQuery(place, query)] as const))
  return new Map(answers)
}

function toTable(relation: Relation, folder: string): OtherTable {
  return { relation: sql`(${scanRelation(relation, folder)})`, columns: relation.columns, rows: relationRows(relation) }
}
