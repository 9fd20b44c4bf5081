import { type Kysely, sql } from 'kysely'
import type { ScorePoint } from '../contract/quality-overview.ts'
import type { Layer } from '../contract/names.ts'
import type { CheckStatus, Dimension } from '../contract/quality.ts'
import { completeSummary, type StoredSummary } from '../core/stored-quality.ts'
import type { Schema } from './schema.ts'
import { snapshotName } from './snapshots.ts'

/** Results of one dataset that have dimension, outcome and kind of origin in common. */
export interface OutcomeGroup {
  dimension: Dimension
  status: CheckStatus
  automatic: boolean
  results: number
  /** Most failing rows of one of them. */
  failing: number
}

/** A published dataset with the outcomes of its rules. */
export interface MeasuredRow {
  dataset_id: number
  name: string
  layer: Layer
  snapshot_id: number
  rows: number
  committed_at: Date
  quality: StoredSummary | null
  pii_columns: number | null
  outcomes: OutcomeGroup[]
  anomalies: number
}

export interface ScorecardFilter {
  layer?: Layer | undefined
  q?: string | undefined
  from?: string | undefined
  to?: string | undefined
  minScore?: number | undefined
  maxScore?: number | undefined
  pii?: 'yes' | 'no' | 'unknown' | undefined
}

/** Published datasets that match, with the outcomes of the rules of their published snapshot. Explore is never checked and comes only when asked for. */
export async function listMeasured(db: Kysely<Schema>, filter: ScorecardFilter): Promise<MeasuredRow[]> {
  const like = filter.q === undefined || filter.q === '' ? null : `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<MeasuredRow>`
    with published as (
      select d.id as dataset_id, d.name, d.layer, s.id as snapshot_id, s.rows, s.committed_at, s.quality, s.pii_columns
      from datasets d join snapshots s on s.id = d.snapshot_id
      where case when ${filter.layer ?? null}::text is null then d.layer <> 'explore' else d.layer = ${filter.layer ?? null} end
        and (${like}::text is null or d.name ilike ${like})
        and (${filter.from ?? null}::timestamptz is null or (s.quality is not null and s.committed_at >= ${filter.from ?? null}::timestamptz))
        and (${filter.to ?? null}::timestamptz is null or (s.quality is not null and s.committed_at < ${filter.to ?? null}::timestamptz))
        and (${filter.minScore ?? null}::float8 is null or (s.quality ->> 'score')::float8 >= ${filter.minScore ?? null}::float8)
        and (${filter.maxScore ?? null}::float8 is null or (s.quality ->> 'score')::float8 <= ${filter.maxScore ?? null}::float8)
        and case ${filter.pii ?? null}::text when 'yes' then s.pii_columns > 0 when 'no' then s.pii_columns = 0
          when 'unknown' then s.pii_columns is null else true end),
    grouped as (
      select c.snapshot_id, c.result ->> 'dimension' as dimension, c.result ->> 'status' as status,
        ${isAutomatic} as automatic, count(*)::int as results, max((c.result ->> 'failing')::bigint) as failing
      from check_results c join published p on p.snapshot_id = c.snapshot_id group by 1, 2, 3, 4),
    outcomes as (
      select snapshot_id, jsonb_agg(jsonb_build_object('dimension', dimension, 'status', status, 'automatic', automatic, 'results', results, 'failing', failing)) as outcomes
      from grouped group by 1),
    alerts as (
      select h.snapshot_id, count(*)::int as anomalies from quality_history h join published p on p.snapshot_id = h.snapshot_id
      where h.verdict = 'alert' and not exists (select 1 from quality_expected e where e.point_id = h.id) group by 1)
    select p.*, coalesce(o.outcomes, '[]'::jsonb) as outcomes, coalesce(a.anomalies, 0) as anomalies
    from published p left join outcomes o using (snapshot_id) left join alerts a using (snapshot_id) order by p.name`.execute(db)
  return rows
}

/** Results of older versions do not say where their rule came from; see `completeResult`. */
const isAutomatic = sql<boolean>`coalesce(c.result ->> 'origin' = 'automatic',
  c.result ->> 'check' in ('not-blank', 'finite', 'type', 'unique') and c.result ->> 'status' <> 'failed' and not (c.result ->> 'blocking')::boolean)`

interface TrendRow {
  dataset_id: number
  id: number
  committed_at: Date
  quality: StoredSummary | null
  rows: number
}

/** The scores of the newest snapshots of each dataset, oldest first, by the id of the dataset. Snapshots that were not measured are gaps. */
export async function readTrends(db: Kysely<Schema>, datasetIds: readonly number[], snapshots: number): Promise<Map<number, ScorePoint[]>> {
  const { rows } = await sql<TrendRow>`
    select d.id as dataset_id, s.id, s.committed_at, s.quality, s.rows
    from datasets d cross join lateral (
      select id, committed_at, quality, rows from snapshots where dataset_id = d.id order by id desc limit ${snapshots}) s
    where d.id = any(${[...datasetIds]}::int[]) order by s.id`.execute(db)
  const byDataset = Map.groupBy(rows, (row) => row.dataset_id)
  return new Map([...byDataset].map(([datasetId, each]) => [datasetId, each.map(toScorePoint)]))
}

function toScorePoint({ id, committed_at: at, quality, rows }: TrendRow): ScorePoint {
  const summary = quality === null ? null : completeSummary(quality)
  return {
    snapshotId: snapshotName(id),
    at: at.toISOString(),
    score: summary?.score ?? null,
    dimensions: summary?.dimensions ?? null,
    rows,
  }
}

/** A dataset's score at the end of a day on which it was measured. */
export interface DayScore {
  datasetId: number
  layer: Layer
  /** ISO date in UTC. */
  day: string
  score: number | null
}

/** The last score of each day of each dataset since a day, and the last one before it, by day. */
export async function readDayScores(db: Kysely<Schema>, datasetIds: readonly number[], since: string): Promise<DayScore[]> {
  const { rows } = await sql<DayScore>`
    select distinct on (s.dataset_id, day) s.dataset_id as "datasetId", d.layer, greatest(to_char(s.committed_at at time zone 'UTC', 'YYYY-MM-DD'), ${since}) as day,
      (s.quality ->> 'score')::float8 as score
    from snapshots s join datasets d on d.id = s.dataset_id
    where s.dataset_id = any(${[...datasetIds]}::int[]) and s.quality is not null
    order by s.dataset_id, day, s.id desc`.execute(db)
  return rows.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

/** The results of the newest run that was refused after a snapshot was published; null where there is none. */
export async function readRefused(db: Kysely<Schema>, datasetId: number, after: Date) {
  const newest = await db
    .selectFrom('check_results')
    .select(['run_id', 'created_at'])
    .where('dataset_id', '=', datasetId)
    .where('snapshot_id', 'is', null)
    .where('created_at', '>', after)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest?.run_id == null) return null
  const rows = await db
    .selectFrom('check_results')
    .select('result')
    .where('dataset_id', '=', datasetId)
    .where('snapshot_id', 'is', null)
    .where('run_id', '=', newest.run_id)
    .orderBy('ordinal')
    .execute()
  return { runId: newest.run_id, at: newest.created_at.toISOString(), results: rows.map(({ result }) => result) }
}
