import { type Kysely, sql } from 'kysely'
import type { AttentionItem, DashboardStats } from '../contract/dashboard.ts'
import { Layer } from '../contract/names.ts'
import { listRuns } from './run-queries.ts'
import type { Schema } from './schema.ts'

/** Things of one kind that the dashboard names at most; the pages behind show all. */
const attentionLimit = 5

/** The dashboard's figures, each counted from the tables at this moment. `attention` is what the store knows to need a person. */
export async function readDashboard(db: Kysely<Schema>, now: Date): Promise<DashboardStats> {
  const figures = await readFigures(db)
  const { runs } = await listRuns(db, { limit: 10 })
  return {
    totalRuns: figures.total_runs,
    avgQualityScore: figures.avg_quality_score,
    totalPiiDetections: figures.pii_cells,
    activeConnectors: figures.active_connectors,
    recentRuns: runs,
    asOf: now.toISOString(),
    scope: {
      scoredDatasets: figures.scored_datasets,
      classifiedDatasets: figures.classified_datasets,
      classifiedRows: figures.classified_rows,
    },
    attention: [...(await endedBadly(db)), ...(await keptPersonalData(db)), ...(await quarantined(db))],
    layers: await readLayers(db),
  }
}

interface Figures {
  total_runs: number
  active_connectors: number
  avg_quality_score: number | null
  scored_datasets: number
  pii_cells: number
  classified_datasets: number
  classified_rows: number
}

/** One statement, so that all figures are of one moment. Only chart counts: navigate may be the same files under another name. Sums of bigint are numeric in Postgres and cast back. */
async function readFigures(db: Kysely<Schema>): Promise<Figures> {
  const { rows } = await sql<Figures>`
    with published as (
      select s.quality, s.pii_cells, s.rows, d.layer from datasets d join snapshots s on s.id = d.snapshot_id)
    select
      (select count(*) from runs) as total_runs,
      (select count(distinct definition -> 'source' ->> 'connector') from runs where state = 'succeeded') as active_connectors,
      avg((quality ->> 'score')::double precision) filter (where layer = 'chart') as avg_quality_score,
      count(quality ->> 'score') filter (where layer = 'chart') as scored_datasets,
      coalesce(sum(pii_cells) filter (where layer = 'chart'), 0)::bigint as pii_cells,
      count(pii_cells) filter (where layer = 'chart') as classified_datasets,
      coalesce(sum(rows) filter (where layer = 'chart' and pii_cells is not null), 0)::bigint as classified_rows
    from published`.execute(db)
  const figures = rows[0]
  if (figures === undefined) throw new Error('an aggregate without a row')
  return figures
}

async function readLayers(db: Kysely<Schema>): Promise<DashboardStats['layers']> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['layer', (select) => select.fn.countAll<number>().as('datasets'), (select) => select.fn.max('committed_at').as('updated_at')])
    .select(sql<number>`sum(rows)::bigint`.as('rows'))
    .groupBy('layer')
    .execute()
  return Layer.options.map((layer) => {
    const found = rows.find((row) => row.layer === layer)
    return { layer, datasets: Number(found?.datasets ?? 0), rows: found?.rows ?? 0, updatedAt: found?.updated_at?.toISOString() ?? null }
  })
}

/** Pipelines whose newest finished run failed or was blocked; a later success clears it. */
async function endedBadly(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const { rows } = await sql<{
    id: string
    pipeline: string
    state: 'failed' | 'blocked'
    finished_at: Date
    error: { title: string; detail: string } | null
  }>`
    select id, pipeline, state, finished_at, error from (
      select distinct on (pipeline) id, pipeline, state, finished_at, error from runs
      where state in ('succeeded', 'failed', 'blocked') and finished_at is not null order by pipeline, queued_at desc, id desc) newest
    where state <> 'succeeded' order by state desc, finished_at desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => ({
    kind: row.state === 'failed' ? 'run_failed' : 'run_blocked',
    title: row.state === 'failed' ? `The last run of ${row.pipeline} failed` : `The last run of ${row.pipeline} was blocked by a check`,
    detail: row.error?.detail ?? 'Readers see what they saw before.',
    since: row.finished_at.toISOString(),
    link: `/runs/${row.id}`,
    verb: 'Open the run',
  }))
}

/** Published datasets that hold personal data as it came, by policy. Of chart.x and navigate.x the first is named. */
async function keptPersonalData(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const { rows } = await sql<{ name: string; committed_at: Date; columns: string[] }>`
    select name, committed_at, columns from (
      select distinct on (split_part(d.name, '.', 2)) d.name, s.committed_at, array_agg(distinct f.finding ->> 'column') as columns
      from datasets d
        join snapshots s on s.id = d.snapshot_id
        join findings f on f.snapshot_id = s.id
      where d.layer <> 'explore' and s.pii_columns > 0 and f.finding ->> 'action' = 'keep'
      group by d.name, s.committed_at order by split_part(d.name, '.', 2), d.name) kept
    order by committed_at desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => ({
    kind: 'pii_kept',
    title: `${row.name} holds personal data as it came`,
    detail: `Kept by policy in ${row.columns.join(', ')}.`,
    since: row.committed_at.toISOString(),
    link: `/datasets/${row.name}`,
    verb: 'See the columns',
  }))
}

async function quarantined(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['datasets.name', 'snapshots.quarantined', 'snapshots.committed_at'])
    .where('snapshots.quarantined', '>', 0)
    .orderBy('snapshots.quarantined', 'desc')
    .limit(attentionLimit)
    .execute()
  return rows.map((row) => ({
    kind: 'quarantine',
    title: `${row.quarantined} ${row.quarantined === 1 ? 'row' : 'rows'} of ${row.name} in quarantine`,
    detail: 'Refused with a reason each, and kept for repair.',
    since: row.committed_at.toISOString(),
    link: `/datasets/${row.name}?tab=quarantine`,
    verb: 'See the rows',
  }))
}
