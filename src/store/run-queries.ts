import { type Kysely, sql } from 'kysely'
import type { LogLine, Run, RunDetail, RunState, StepName } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { readRun, toRun, toStep } from './runs.ts'
import type { Schema } from './schema.ts'

/** What a list of runs needs; the definition and the report can be large and stay where they are. */
export const runColumns = [
  'id',
  'pipeline',
  'state',
  'trigger',
  'requested_by',
  'schedule_id',
  'logical_time',
  'working_folder',
  'queued_at',
  'started_at',
  'finished_at',
  'cancel_requested_at',
  'fencing_token',
  'source_rows',
  'published_rows',
  'quarantined_rows',
  'deduplicated_rows',
  'discarded_rows',
  'quality_score',
  'pii_columns',
  'error',
  'kind',
  'priority',
  'failures',
  'max_attempts',
  'not_before',
  'pools',
  'home_id',
  'cause',
  'retry_of',
  'gave_up_at',
  'settled_at',
  'settled_by',
] as const

/**
 * Runs, newest first, by keyset. `next` is the id to continue after.
 * @throws AtlasError `run.not_found` when `after` is no run
 */
export async function listRuns(
  db: Kysely<Schema>,
  query: { state?: RunState; pipeline?: string; after?: string; limit: number },
): Promise<{ runs: Run[]; next: string | null }> {
  let select = db
    .selectFrom('runs')
    .select(runColumns)
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (query.state !== undefined) select = select.where('state', '=', query.state)
  if (query.pipeline !== undefined) select = select.where('pipeline', '=', query.pipeline)
  if (query.after !== undefined) {
    await requireRun(db, query.after)
    // Compared inside Postgres: a JavaScript Date would cut the microseconds off and repeat or skip runs.
    select = select.where(sql<boolean>`(queued_at, id) < (select queued_at, id from runs where id = ${query.after})`)
  }
  const rows = await select.execute()
  const runs = rows.slice(0, query.limit).map(toRun)
  return { runs, next: rows.length > query.limit ? (runs.at(-1)?.id ?? null) : null }
}

/** Runs that wait or are under way, oldest first. */
export async function listOpenRuns(db: Kysely<Schema>): Promise<Run[]> {
  const rows = await db
    .selectFrom('runs')
    .select(runColumns)
    .where('state', 'in', ['queued', 'running'])
    .orderBy('queued_at')
    .limit(500)
    .execute()
  return rows.map(toRun)
}

/** One run with its steps and report. @throws AtlasError `run.not_found` */
export async function readRunDetail(db: Kysely<Schema>, runId: string): Promise<RunDetail> {
  const row = await readRun(db, runId)
  const steps = await db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('ordinal').execute()
  return { ...toRun(row), steps: steps.map(toStep), report: row.report }
}

/** Log lines of a run with an id above `after`, in order. @throws AtlasError `run.not_found` */
export async function readRunLog(db: Kysely<Schema>, runId: string, query: { after: number; limit: number }): Promise<LogLine[]> {
  const rows = await db
    .selectFrom('run_log')
    .select(['id', 'at', 'level', 'stream', 'step', 'message'])
    .where('run_id', '=', runId)
    .where('id', '>', query.after)
    .orderBy('id')
    .limit(query.limit)
    .execute()
  if (rows.length === 0) await requireRun(db, runId)
  return rows.map((row) => ({ ...row, at: row.at.toISOString(), step: row.step as StepName | null }))
}

async function requireRun(db: Kysely<Schema>, runId: string): Promise<void> {
  const found = await db.selectFrom('runs').select('id').where('id', '=', runId).executeTakeFirst()
  if (found === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
}
