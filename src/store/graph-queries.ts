import { type Kysely, sql } from 'kysely'
import type { GraphRun } from '../contract/graph.ts'
import type { GraphPipeline } from '../core/graph/dataset-graph.ts'
import { normaliseName } from '../core/names.ts'
import type { Layer } from '../contract/names.ts'
import type { RunState } from '../contract/runs.ts'
import { listPipelines } from './pipelines.ts'
import type { Schema } from './schema.ts'
import { listSources } from './sources.ts'

/** A dataset as the graph shows it. */
export interface GraphDataset {
  name: string
  layer: Layer
  snapshotId: number | null
  committedAt: Date | null
  rows: number | null
  qualityScore: number | null
  /** The run that published it, as far as it is kept. */
  madeBy: GraphRun['kind'] | null
  pipeline: string | null
}

/** All datasets, with the run that made what readers see. */
export async function listGraphDatasets(db: Kysely<Schema>): Promise<GraphDataset[]> {
  const rows = await db
    .selectFrom('datasets')
    .leftJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .leftJoin('runs', 'runs.id', 'snapshots.run_id')
    .select(['datasets.name', 'datasets.layer', 'datasets.snapshot_id', 'snapshots.committed_at', 'snapshots.rows'])
    .select(sql<number | null>`(snapshots.quality ->> 'score')::float8`.as('score'))
    .select(['runs.kind', 'runs.pipeline'])
    .orderBy('datasets.name')
    .execute()
  return rows.map((row) => ({
    name: row.name,
    layer: row.layer,
    snapshotId: row.snapshot_id,
    committedAt: row.committed_at,
    rows: row.rows,
    qualityScore: row.score,
    madeBy: row.kind,
    pipeline: row.pipeline,
  }))
}

export interface MakerRuns {
  open: GraphRun | null
  last: GraphRun | null
}

interface Row {
  kind: GraphRun['kind']
  pipeline: string
  id: string
  state: RunState
  trigger: GraphRun['trigger']
  queued_at: Date
  started_at: Date | null
  finished_at: Date | null
  code: string | null
}

/** Of each pipeline and transform: the run that is queued or going on, and the newest that has ended. By `makerKey`. */
export async function readMakerRuns(
  db: Kysely<Schema>,
  makers: readonly { kind: string; name: string }[],
): Promise<Map<string, MakerRuns>> {
  const columns = sql`id, state, trigger, queued_at, started_at, finished_at, error ->> 'code' as code`
  const { rows } = await sql<Row>`
    with makers as (select * from unnest(${makers.map(({ kind }) => kind)}::text[], ${makers.map(({ name }) => name)}::text[]) as maker (kind, pipeline))
    select makers.kind, makers.pipeline, found.* from makers cross join lateral (
      (select ${columns} from runs where runs.pipeline = makers.pipeline and runs.kind = makers.kind and state in ('queued', 'running')
       order by (state = 'running') desc, queued_at limit 1)
      union all
      (select ${columns} from runs where runs.pipeline = makers.pipeline and runs.kind = makers.kind and state not in ('queued', 'running')
       order by queued_at desc, id desc limit 1)) as found`.execute(db)
  const found = new Map<string, MakerRuns>()
  for (const row of rows) {
    const key = makerKey({ kind: row.kind, name: row.pipeline })
    const runs = found.get(key) ?? { open: null, last: null }
    runs[row.state === 'queued' || row.state === 'running' ? 'open' : 'last'] = toGraphRun(row)
    found.set(key, runs)
  }
  return found
}

/** Names a pipeline or transform: they may have the same name. */
export function makerKey({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`
}

function toGraphRun(row: Row): GraphRun {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    trigger: row.trigger,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.code,
  }
}

/** What the published snapshot of each dataset was made from, by names. */
export async function listRecordedInputs(db: Kysely<Schema>): Promise<{ name: string; input: string }[]> {
  return db
    .selectFrom('datasets')
    .innerJoin('snapshot_inputs', 'snapshot_inputs.snapshot_id', 'datasets.snapshot_id')
    .innerJoin('datasets as input', 'input.id', 'snapshot_inputs.input_dataset_id')
    .select(['datasets.name', 'input.name as input'])
    .execute()
}

/** Stored pipelines, and the saved sources that have none of their name. */
export async function graphPipelines(db: Kysely<Schema>): Promise<GraphPipeline[]> {
  const [pipelines, sources] = await Promise.all([listPipelines(db), listSources(db)])
  const stored = pipelines.map(({ name, definition }) => ({
    name,
    source: definition.source.saved ?? name,
    connector: definition.source.connector,
    tables: definition.streams.map(tableOf),
  }))
  const names = new Set(stored.map(({ name }) => name))
  const saved = sources.filter(({ name }) => !names.has(name))
  return [...stored, ...saved.map(({ name, connector, streams }) => ({ name, source: name, connector, tables: streams.map(tableOf) }))]
}

function tableOf({ name, dataset }: { name: string; dataset?: string | undefined }): string {
  return dataset ?? normaliseName(name)
}
