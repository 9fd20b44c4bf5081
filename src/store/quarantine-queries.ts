import { type Kysely, sql } from 'kysely'
import type { QuarantineBatch } from '../contract/datasets.ts'
import type { QuarantineOverview } from '../contract/quarantine.ts'
import type { RunState } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { requireDataset } from './dataset-queries.ts'
import type { Schema } from './schema.ts'

/** States of a run that made its rows visible. */
export const PUBLISHED: RunState[] = ['succeeded', 'partial', 'rate_limited']

/** Quarantine batches of a dataset, newest first. @throws AtlasError `dataset.not_found` */
export async function listQuarantine(db: Kysely<Schema>, dataset: string): Promise<QuarantineBatch[]> {
  const datasetId = await requireDataset(db, dataset)
  const rows = await db
    .selectFrom('quarantine')
    .select(['id', 'run_id', 'stage', 'rows', 'reasons', 'created_at'])
    .where('dataset_id', '=', datasetId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    dataset,
    runId: row.run_id,
    stage: row.stage,
    rows: row.rows,
    reasons: row.reasons,
    createdAt: row.created_at.toISOString(),
  }))
}

/** Where the rows of a batch are. @throws AtlasError `quarantine.not_found` */
export async function findQuarantine(db: Kysely<Schema>, id: string): Promise<{ dataset: string; path: string; rows: number }> {
  const row = await db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .select(['datasets.name as dataset', 'quarantine.path', 'quarantine.rows'])
    .where('quarantine.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new AtlasError('quarantine.not_found', `There is no quarantine batch ${id}.`)
  return row
}

/** The batches of rows that were landed and that a published run kept out of a dataset; paths are relative to the lake folder. */
export async function publishedRefusals(db: Kysely<Schema>, dataset: string): Promise<{ id: string; path: string }[]> {
  return db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .innerJoin('runs', 'runs.id', 'quarantine.run_id')
    .select(['quarantine.id', 'quarantine.path'])
    .where('datasets.name', '=', dataset)
    .where('runs.state', 'in', PUBLISHED)
    .where('quarantine.stage', '<>', 'extract')
    .execute()
}

/** A batch with where its rows are. */
export interface QuarantineBatchFile {
  id: string
  runId: string
  stage: 'extract' | 'standardise' | 'check'
  /** Relative to the lake folder. */
  path: string
  rows: number
  createdAt: Date
  /** Whether the run that refused its rows published the others. */
  isPublished: boolean
  /** Whether its source was read in full since, which brought the row as it is now. */
  isReread: boolean
}

/** The batches of a dataset, newest first. @throws AtlasError `dataset.not_found` */
export async function quarantineFiles(db: Kysely<Schema>, dataset: string): Promise<QuarantineBatchFile[]> {
  const datasetId = await requireDataset(db, dataset)
  const rows = await db
    .selectFrom('quarantine')
    .leftJoin('runs', 'runs.id', 'quarantine.run_id')
    .select(['quarantine.id', 'run_id', 'stage', 'path', 'rows', 'quarantine.created_at', 'runs.state', reread.as('reread')])
    .where('dataset_id', '=', datasetId)
    .orderBy('quarantine.created_at', 'desc')
    .orderBy('quarantine.id', 'desc')
    .execute()
  return rows.map(({ id, run_id, stage, path, rows: count, created_at, state, reread: isReread }) => ({
    id,
    runId: run_id,
    stage,
    path,
    rows: count,
    createdAt: created_at,
    isPublished: state === null || PUBLISHED.includes(state),
    isReread,
  }))
}

/** Whether explore was replaced whole by a run after the one that refused the rows. */
const reread = sql<boolean>`exists (
  select 1 from datasets of_batch
  join datasets explore on explore.name = 'explore.' || split_part(of_batch.name, '.', 2)
  join snapshots mine on mine.dataset_id = explore.id and mine.run_id = quarantine.run_id
  where of_batch.id = quarantine.dataset_id and mine.id < (
    select later.id from snapshots later where later.dataset_id = explore.id and later.operation = 'replace' order by later.id desc limit 1))`

/** Of these batches those whose source was read in full since. */
export async function rereadBatches(db: Kysely<Schema>, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('quarantine')
    .select('id')
    .where('id', 'in', [...ids])
    .where(reread)
    .execute()
  return rows.map(({ id }) => id)
}

const SETTLED = ['replaying', 'replayed', 'released', 'superseded', 'discarded'] as const

/** Quarantined rows of every dataset that has any, by what became of them; most open rows first. */
export async function overviewQuarantine(db: Kysely<Schema>): Promise<QuarantineOverview[]> {
  const { rows } = await sql<Record<'batches' | 'rows' | (typeof SETTLED)[number], string> & { dataset: string; at: Date }>`
    with marked as (
      select m.batch_id, m.state, sum(m.row_count) as rows from quarantine_marks m left join runs r on r.id = m.run_id
      where m.state <> 'replaying' or r.state in ('queued', 'running') group by 1, 2),
    summed as (select batch_id, ${sql.join(SETTLED.map((state) => sql`sum(rows) filter (where state = ${sql.lit(state)}) as ${sql.id(state)}`))}
      from marked group by 1)
    select d.name as dataset, count(*) as batches, sum(q.rows) as rows, max(q.created_at) as at,
      ${sql.join(SETTLED.map((state) => sql`coalesce(sum(${sql.id('s', state)}), 0) as ${sql.id(state)}`))}
    from quarantine q join datasets d on d.id = q.dataset_id left join summed s on s.batch_id = q.id group by d.name`.execute(db)
  const found = rows.map(({ dataset, at, batches, rows: all, ...counts }): QuarantineOverview => {
    const settled = Object.fromEntries(SETTLED.map((state) => [state, Number(counts[state])])) as Record<(typeof SETTLED)[number], number>
    const open = Number(all) - SETTLED.reduce((sum, state) => sum + settled[state], 0)
    return { dataset, batches: Number(batches), rows: Number(all), states: { open, ...settled }, lastAt: at.toISOString() }
  })
  return found.toSorted((one, other) => other.states.open - one.states.open || (one.dataset < other.dataset ? -1 : 1))
}
