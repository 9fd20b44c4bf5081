import { type Kysely, sql } from 'kysely'
import type { DashboardStats } from '../contract/dashboard.ts'
import { Layer } from '../contract/names.ts'
import { readAttention } from './attention.ts'
import { listRuns } from './run-queries.ts'
import type { Schema } from './schema.ts'

/** The dashboard's figures, each counted from the tables at this moment. */
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
    attention: await readAttention(db, now),
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
