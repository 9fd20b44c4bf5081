import { type Kysely, sql } from 'kysely'
import type {
  AlertReason,
  ExpectedMark,
  ExpectedScope,
  HistoryPoint,
  MetricKey,
  MetricKind,
  MetricSeries,
} from '../contract/quality-history.ts'
import { AtlasError } from '../core/errors.ts'
import { insertRows } from './insert-rows.ts'
import type { Schema } from './schema.ts'
import { snapshotName } from './snapshots.ts'

/** A metric of a snapshot that is about to be published, with what its history says of it. */
export interface JudgedMetric extends MetricKey {
  at: Date
  kind: MetricKind
  value: number
  low: number | null
  high: number | null
  verdict: 'learning' | 'ok' | 'alert'
  reason: AlertReason | null
}

/** A point as the next one is judged by it. */
export interface KeptPoint {
  at: Date
  value: number
  verdict: 'learning' | 'ok' | 'alert'
  reason: AlertReason | null
  mark: ExpectedScope | null
}

/** One text for the metric of a dataset. */
export function metricName({ rule, column, metric }: MetricKey): string {
  return JSON.stringify([rule ?? '', column ?? '', metric])
}

/** Keeps metrics of snapshots, in the transaction that publishes them. */
export async function insertMetrics(
  db: Kysely<Schema>,
  metrics: readonly (JudgedMetric & { runId: string | null; datasetId: number; snapshotId: number })[],
): Promise<void> {
  const rows = metrics.map(({ rule, column, runId, datasetId, snapshotId, ...each }) => ({
    run_id: runId,
    dataset_id: datasetId,
    snapshot_id: snapshotId,
    rule: rule ?? '',
    column: column ?? '',
    ...each,
    // JSON has no infinity; Postgres reads the word.
    value: String(each.value),
    low: each.low === null ? null : String(each.low),
    high: each.high === null ? null : String(each.high),
  }))
  await insertRows(db, 'quality_history', rows)
}

/**
 * The newest points of every metric of a dataset, oldest first, by `metricName`; in one query.
 * @param snapshots how many snapshots back
 */
export async function readHistories(db: Kysely<Schema>, dataset: string, snapshots: number): Promise<Map<string, KeptPoint[]>> {
  const { rows } = await sql<KeptPoint & { rule: string; column: string; metric: string }>`
    with newest as (
      select s.id from snapshots s join datasets d on d.id = s.dataset_id
      where d.name = ${dataset} and exists (select 1 from quality_history h where h.snapshot_id = s.id)
      order by s.id desc limit ${snapshots})
    select h.rule, h."column", h.metric, h.at, h.value, h.verdict, h.reason, e.scope as mark
    from quality_history h join newest on newest.id = h.snapshot_id left join quality_expected e on e.point_id = h.id
    order by h.id`.execute(db)
  const histories = new Map<string, KeptPoint[]>()
  for (const { rule, column, metric, ...point } of rows) {
    const name = metricName({ rule, column, metric })
    const points = histories.get(name)
    if (points === undefined) histories.set(name, [point])
    else points.push(point)
  }
  return histories
}

function selectPoints(db: Kysely<Schema>) {
  return db
    .selectFrom('quality_history')
    .leftJoin('quality_expected', 'point_id', 'quality_history.id')
    .select([
      'quality_history.id',
      'quality_history.snapshot_id',
      'run_id',
      'quality_history.at',
      'rule',
      'column',
      'metric',
      'kind',
      'value',
      'low',
      'high',
    ])
    .select(['verdict', 'reason', 'scope', 'why', 'by', 'quality_expected.at as marked_at'])
}

type PointRow = Awaited<ReturnType<ReturnType<typeof selectPoints>['executeTakeFirstOrThrow']>>

/** One metric of a dataset, oldest first: the newest `limit` points that match. */
export async function readHistory(
  db: Kysely<Schema>,
  datasetId: number,
  query: MetricKey & { from?: string; to?: string; limit: number },
): Promise<{ kind: MetricKind; points: HistoryPoint[] }> {
  let select = selectPoints(db)
    .where('dataset_id', '=', datasetId)
    .where('rule', '=', query.rule ?? '')
    .where('column', '=', query.column ?? '')
    .where('metric', '=', query.metric)
    .orderBy('quality_history.id', 'desc')
    .limit(query.limit)
  if (query.from !== undefined) select = select.where('quality_history.at', '>=', new Date(query.from))
  if (query.to !== undefined) select = select.where('quality_history.at', '<', new Date(query.to))
  const rows = await select.execute()
  return { kind: rows[0]?.kind ?? 'number', points: rows.toReversed().map(toPoint) }
}

/** Every metric of a dataset that has a point, with its newest one; alerts first. @param snapshotId only of this snapshot, and alerts alone */
export async function listSeries(db: Kysely<Schema>, datasetId: number, snapshotId?: number): Promise<MetricSeries[]> {
  let newest = db
    .selectFrom('quality_history')
    .select((select) => [select.fn.max<number>('id').as('id'), select.fn.countAll<number>().as('points')])
    .where('dataset_id', '=', datasetId)
    .groupBy(['rule', 'column', 'metric'])
  if (snapshotId !== undefined)
    newest = newest.where('snapshot_id', '<=', snapshotId).having((having) => having.fn.max('snapshot_id'), '=', snapshotId)
  let select = selectPoints(db)
    .innerJoin(newest.as('newest'), 'newest.id', 'quality_history.id')
    .select('newest.points')
    .orderBy((order) => order.case().when('verdict', '=', 'alert').then(0).else(1).end())
    .orderBy('rule')
    .orderBy('column')
    .orderBy('metric')
  if (snapshotId !== undefined) select = select.where('verdict', '=', 'alert').where('scope', 'is', null)
  const rows = await select.execute()
  return rows.map((row) => ({
    rule: row.rule === '' ? null : row.rule,
    column: row.column === '' ? null : row.column,
    metric: row.metric,
    kind: row.kind,
    points: Number(row.points),
    last: toPoint(row),
  }))
}

/** Says that a point was expected; said again, it is changed. @throws AtlasError `quality.point_not_found` */
export async function markExpected(
  db: Kysely<Schema>,
  dataset: string,
  pointId: string,
  mark: { scope: ExpectedScope; why: string; by: string },
  at: Date,
): Promise<{ point: HistoryPoint; key: MetricKey }> {
  const row = await requirePoint(db, dataset, pointId)
  await db
    .insertInto('quality_expected')
    .values({ point_id: row.id, ...mark, at })
    .onConflict((conflict) => conflict.column('point_id').doUpdateSet({ ...mark, at }))
    .execute()
  return { point: toPoint({ ...row, ...mark, marked_at: at }), key: toKey(row) }
}

/** Takes it back; a point that was not called expected stays as it is. @throws AtlasError `quality.point_not_found` */
export async function unmarkExpected(
  db: Kysely<Schema>,
  dataset: string,
  pointId: string,
): Promise<{ point: HistoryPoint; key: MetricKey }> {
  const row = await requirePoint(db, dataset, pointId)
  await db.deleteFrom('quality_expected').where('point_id', '=', row.id).execute()
  return { point: toPoint({ ...row, scope: null }), key: toKey(row) }
}

async function requirePoint(db: Kysely<Schema>, dataset: string, pointId: string): Promise<PointRow> {
  const row = await selectPoints(db)
    .innerJoin('datasets', 'datasets.id', 'quality_history.dataset_id')
    .where('datasets.name', '=', dataset)
    .where('quality_history.id', '=', Number(pointId))
    .executeTakeFirst()
  if (row !== undefined) return row
  throw new AtlasError('quality.point_not_found', `${dataset} has no point ${pointId} in its history.`)
}

function toKey({ rule, column, metric }: PointRow): MetricKey {
  return { rule: rule === '' ? null : rule, column: column === '' ? null : column, metric }
}

function toPoint(row: PointRow): HistoryPoint {
  const mark = toMark(row)
  return {
    id: String(row.id),
    snapshotId: snapshotName(row.snapshot_id),
    runId: row.run_id,
    at: row.at.toISOString(),
    value: row.value,
    low: row.low,
    high: row.high,
    verdict: mark === null ? row.verdict : 'expected',
    reason: row.reason,
    mark,
  }
}

function toMark({ scope, why, by, marked_at: at }: PointRow): ExpectedMark | null {
  return scope === null || why === null || by === null || at === null ? null : { scope, why, by, at: at.toISOString() }
}
