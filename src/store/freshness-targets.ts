import { type Kysely, sql } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { parseInterval } from '../core/schedule/interval.ts'
import type { Schema } from './schema.ts'

/** Sets how old a dataset may become. */
export async function saveFreshnessTarget(
  db: Kysely<Schema>,
  { dataset, within, withinSeconds, by }: { dataset: string; within: string; withinSeconds: number; by: string },
  now: Date,
): Promise<void> {
  const change = { within, within_seconds: withinSeconds, updated_at: now }
  await db
    .insertInto('freshness_targets')
    .values({ dataset, ...change, created_by: by, created_at: now })
    .onConflict((conflict) => conflict.column('dataset').doUpdateSet(change))
    .execute()
}

/** Targets that were set by themselves or that files hold; not those declared with transforms. */
export function listSetTargets(db: Kysely<Schema>): Promise<SetTarget[]> {
  return db.selectFrom('freshness_targets').select(['dataset', 'within', 'file', 'pipeline']).orderBy('dataset').execute()
}

export interface SetTarget {
  dataset: string
  within: string
  /** The file that holds it. */
  file: string | null
  /** The pipeline whose file it is, or was. */
  pipeline: string | null
}

/** Gives a target into the hands of the file of a pipeline; its value is set apart. */
export async function giveFreshnessTarget(db: Kysely<Schema>, dataset: string, holder: { file: string; pipeline: string }): Promise<void> {
  await db.updateTable('freshness_targets').set(holder).where('dataset', '=', dataset).execute()
}

/** @throws AtlasError `freshness.from_git` naming the file that holds the target, where one does */
export async function refuseHeldTarget(db: Kysely<Schema>, dataset: string): Promise<void> {
  const row = await db.selectFrom('freshness_targets').select('file').where('dataset', '=', dataset).executeTakeFirst()
  if (row?.file == null) return
  throw new AtlasError('freshness.from_git', `The freshness target for ${dataset} stands in ${row.file}, and is changed there.`, {
    next: `Edit ${row.file} and run atlas apply.`,
  })
}

/** @throws AtlasError `freshness.not_found` */
export async function deleteFreshnessTarget(db: Kysely<Schema>, dataset: string): Promise<void> {
  const row = await db.deleteFrom('freshness_targets').where('dataset', '=', dataset).returning('dataset').executeTakeFirst()
  if (row === undefined) throw new AtlasError('freshness.not_found', `There is no freshness target for ${dataset}.`)
}

/** A target as it holds: set by itself, or declared with a transform of a stored pipeline. */
export interface FreshnessTarget {
  dataset: string
  within: string
  withinMs: number
  since: Date
  /** The pipeline that declares it; null for one that was set by itself, which counts before a declared one. */
  declaredBy: string | null
  /** The file that holds it. */
  file: string | null
}

/** All targets, by dataset. */
export async function listFreshnessTargets(db: Kysely<Schema>): Promise<FreshnessTarget[]> {
  const set = await db.selectFrom('freshness_targets').selectAll().execute()
  const { rows: declared } = await sql<{ pipeline: string; name: string; within: string; since: Date; file: string | null }>`
    select pipelines.name as pipeline, transform ->> 'name' as name, transform ->> 'freshness' as within, pipelines.updated_at as since,
      case when pipelines.released_at is null then pipelines.file end as file
    from pipelines cross join lateral jsonb_array_elements(pipelines.definition -> 'transforms') as transform
    where transform ->> 'freshness' is not null`.execute(db)
  const targets = new Map<string, FreshnessTarget>()
  for (const { pipeline, name, within, since, file } of declared)
    targets.set(`navigate.${name}`, {
      dataset: `navigate.${name}`,
      within,
      withinMs: parseInterval(within),
      since,
      declaredBy: pipeline,
      file,
    })
  for (const row of set)
    targets.set(row.dataset, {
      dataset: row.dataset,
      within: row.within,
      withinMs: row.within_seconds * 1000,
      since: row.created_at,
      declaredBy: null,
      file: row.file,
    })
  return [...targets.values()].toSorted((one, other) => (one.dataset < other.dataset ? -1 : 1))
}

/** A snapshot that others were made from and that was made from none: what a source gave, and when it was read. */
export interface DataOrigin {
  dataset: string
  /** Name of the pipeline that read it; null where its run is not kept. */
  pipeline: string | null
  /** When reading what it was made from began. */
  readAt: Date
  /** When reading what is published now began. */
  newestAt: Date
}

/** Where the published snapshot of each dataset comes from: the snapshots at the beginning, through everything recorded. Absent when never published. */
export async function readDataOrigins(db: Kysely<Schema>, datasets: readonly string[]): Promise<Map<string, DataOrigin[]>> {
  const { rows } = await sql<{ target: string; dataset: string; pipeline: string | null; read_at: Date; newest_at: Date }>`
    with recursive made as (
      select name as target, snapshot_id from datasets where name = any(${[...datasets]}::text[]) and snapshot_id is not null
      union
      select made.target, input.input_snapshot_id from made join snapshot_inputs as input on input.snapshot_id = made.snapshot_id)
    select made.target, datasets.name as dataset, runs.pipeline, least(runs.started_at, snapshots.committed_at) as read_at, least(newest_run.started_at, newest.committed_at) as newest_at
    from made join snapshots on snapshots.id = made.snapshot_id join datasets on datasets.id = snapshots.dataset_id
    left join runs on runs.id = snapshots.run_id
    join snapshots as newest on newest.id = datasets.snapshot_id left join runs as newest_run on newest_run.id = newest.run_id
    where not exists (select from snapshot_inputs as input where input.snapshot_id = made.snapshot_id)
    order by made.target, datasets.name`.execute(db)
  const found = new Map<string, DataOrigin[]>()
  for (const { target, dataset, pipeline, read_at: readAt, newest_at: newestAt } of rows)
    found.set(target, [...(found.get(target) ?? []), { dataset, pipeline, readAt, newestAt }])
  return found
}

/** What is known of the newest runs of a pipeline, for its freshness. */
export interface PipelinePulse {
  openRunId: string | null
  lastState: string | null
  lastCode: string | null
  lastFinishedAt: Date | null
  /** How long its newest successful run took. */
  durationMs: number | null
  paused: 'source_paused' | 'pipeline_paused' | 'pipeline_missing' | null
}

/** How the pipelines of these names are. */
export async function readPulses(db: Kysely<Schema>, pipelines: readonly string[]): Promise<Map<string, PipelinePulse>> {
  const { rows } = await sql<{
    name: string
    open: string | null
    state: string | null
    code: string | null
    finished_at: Date | null
    duration_ms: number | null
    paused: PipelinePulse['paused']
  }>`
    select wanted.name,
      (select id from runs where pipeline = wanted.name and kind = 'pipeline' and state in ('queued', 'running') order by queued_at limit 1) as open,
      last.state, last.error ->> 'code' as code, last.finished_at,
      (select (extract(epoch from finished_at - started_at) * 1000)::float8 from runs where pipeline = wanted.name and kind = 'pipeline'
        and state in ('succeeded', 'partial') order by queued_at desc, id desc limit 1) as duration_ms,
      case when pipelines.paused then 'pipeline_paused' when pipelines.name is null and sources.name is null then 'pipeline_missing'
        when coalesce(sources.paused, saved.paused) then 'source_paused' end as paused
    from unnest(${[...pipelines]}::text[]) as wanted (name)
    left join pipelines on pipelines.name = wanted.name
    left join sources on sources.name = wanted.name and pipelines.name is null
    left join sources as saved on saved.name = pipelines.definition -> 'source' ->> 'saved'
    left join lateral (select state, error, finished_at from runs where pipeline = wanted.name and kind = 'pipeline' and finished_at is not null
      order by queued_at desc, id desc limit 1) as last on true`.execute(db)
  return new Map(
    rows.map((row) => [
      row.name,
      {
        openRunId: row.open,
        lastState: row.state,
        lastCode: row.code,
        lastFinishedAt: row.finished_at,
        durationMs: row.duration_ms,
        paused: row.paused,
      },
    ]),
  )
}
