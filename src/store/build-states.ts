import { type Kysely, sql } from 'kysely'
import type { RunState } from '../contract/runs.ts'
import type { Schema } from './schema.ts'

/** The newest run of a transform that has ended. */
export interface LastBuild {
  runId: string
  state: RunState
  code: string | null
  finishedAt: Date
}

export interface BuildStates {
  /** Transforms (table names) of which a run is queued or going on. */
  open: Set<string>
  lastRuns: Map<string, LastBuild>
  /** The published snapshot of each dataset. */
  published: Map<string, number>
  /** Of each published navigate dataset: what it was made from, with the snapshot read. */
  inputs: Map<string, Map<string, number>>
}

/** How far transforms are. Open runs are read before snapshots: a run that ends meanwhile counts as open, and is looked at again. */
export async function readBuildStates(db: Kysely<Schema>, transforms: readonly string[]): Promise<BuildStates> {
  const open = await db
    .selectFrom('runs')
    .select('pipeline')
    .distinct()
    .where('kind', '=', 'transform')
    .where('state', 'in', ['queued', 'running'])
    .execute()
  const lastRuns = await readLastRuns(db, transforms)
  const published = await db
    .selectFrom('datasets')
    .select(['name', sql<number>`snapshot_id`.as('snapshot_id')])
    .where('snapshot_id', 'is not', null)
    .execute()
  return {
    open: new Set(open.map(({ pipeline }) => pipeline)),
    lastRuns,
    published: new Map(published.map((row) => [row.name, row.snapshot_id])),
    inputs: await readInputs(db),
  }
}

async function readLastRuns(db: Kysely<Schema>, transforms: readonly string[]): Promise<Map<string, LastBuild>> {
  const { rows } = await sql<{ name: string; id: string; state: RunState; code: string | null; finished_at: Date }>`
    select wanted.name, last.id, last.state, last.code, last.finished_at from unnest(${[...transforms]}::text[]) as wanted (name)
    cross join lateral (
      select id, state, error ->> 'code' as code, finished_at from runs
      where runs.pipeline = wanted.name and kind = 'transform' and finished_at is not null
      order by queued_at desc, id desc limit 1) as last`.execute(db)
  return new Map(rows.map(({ name, id, state, code, finished_at }) => [name, { runId: id, state, code, finishedAt: finished_at }]))
}

async function readInputs(db: Kysely<Schema>): Promise<Map<string, Map<string, number>>> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshot_inputs', 'snapshot_inputs.snapshot_id', 'datasets.snapshot_id')
    .innerJoin('datasets as input', 'input.id', 'snapshot_inputs.input_dataset_id')
    .select(['datasets.name', 'input.name as input', 'snapshot_inputs.input_snapshot_id as snapshot_id'])
    .execute()
  const inputs = new Map<string, Map<string, number>>()
  for (const row of rows) inputs.set(row.name, (inputs.get(row.name) ?? new Map<string, number>()).set(row.input, row.snapshot_id))
  return inputs
}
