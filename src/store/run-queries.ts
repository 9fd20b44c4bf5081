import { type Kysely, sql } from 'kysely'
import type { RunCounts, RunFilter } from '../contract/run-endpoints.ts'
import { type LogLine, type Run, RunState, type StepName } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { allOf, runConditions } from './run-filter.ts'
import { toRun } from './runs.ts'
import type { Schema } from './schema.ts'
import { searchRuns } from './search-runs.ts'

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
  'cancel_requested_by',
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
  'settled_reason',
  'worked_ms',
  'allows_overlap',
  'turn',
] as const

/**
 * Runs, newest first, by keyset. `next` is the id to continue after.
 * @throws AtlasError `run.not_found` when `after` is no run
 */
export async function listRuns(
  db: Kysely<Schema>,
  query: RunFilter & { after?: string | undefined; limit: number },
): Promise<{ runs: Run[]; next: string | null }> {
  const conditions = runConditions(query)
  if (query.after !== undefined) {
    await requireRun(db, query.after)
    // Compared inside Postgres: a JavaScript Date would cut the microseconds off and repeat or skip runs.
    conditions.push(sql`(runs.queued_at, runs.id) < (select queued_at, id from runs where id = ${query.after})`)
  }
  const found = query.search === undefined ? null : await searchRuns(db, query.search, conditions, query.limit + 1)
  const rows = await db
    .selectFrom('runs')
    .select(runColumns)
    .where(found === null ? allOf(conditions) : sql<boolean>`runs.id = any(${found}::text[])`)
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const runs = rows.slice(0, query.limit).map(toRun)
  return { runs, next: rows.length > query.limit ? (runs.at(-1)?.id ?? null) : null }
}

/** Beyond this many, runs of a state are not counted: nobody reads the difference, and a count of all would take its time. */
const MOST_COUNTED = 10_000

/** How many runs are in which state. */
export async function countRuns(db: Kysely<Schema>, filter: Omit<RunFilter, 'state' | 'search' | 'gaveUp'>): Promise<RunCounts> {
  const where = allOf(runConditions(filter))
  const { rows } = await sql<{ state: RunState; runs: string }>`
    select state, (select count(*) from (select 1 from runs where runs.state = states.state and ${where} limit ${MOST_COUNTED}) counted) as runs
    from unnest(${[...RunState.options]}::text[]) as states (state)`.execute(db)
  const open = sql<{ runs: string }>`
    select count(*) as runs from (select 1 from runs where gave_up_at is not null and settled_at is null and ${where} limit ${MOST_COUNTED}) counted`
  const gaveUp = await open.execute(db)
  const states = rows.map(({ state, runs }) => ({ state, runs: Number(runs) })).filter(({ runs }) => runs > 0)
  return { states, gaveUp: Number(gaveUp.rows[0]?.runs), most: MOST_COUNTED }
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

export interface LogQuery {
  after: number
  limit: number
  search?: string | undefined
  level?: string | undefined
  step?: string | undefined
  stream?: string | undefined
}

/** Log lines of a run with an id above `after`, in order. @throws AtlasError `run.not_found` */
export async function readRunLog(db: Kysely<Schema>, runId: string, query: LogQuery): Promise<LogLine[]> {
  let select = db
    .selectFrom('run_log')
    .select(['id', 'at', 'level', 'stream', 'step', 'message'])
    .where('run_id', '=', runId)
    .where('id', '>', query.after)
    .orderBy('id')
    .limit(query.limit)
  if (query.search !== undefined && query.search !== '')
    select = select.where(sql<boolean>`position(${query.search.toLowerCase()} in lower(message)) > 0`)
  if (query.level !== undefined) select = select.where('level', 'in', query.level.split(',') as LogLine['level'][])
  if (query.step !== undefined) select = select.where('step', 'in', query.step.split(','))
  if (query.stream !== undefined) select = select.where('stream', '=', query.stream)
  const rows = await select.execute()
  if (rows.length === 0) await requireRun(db, runId)
  return rows.map((row) => ({ ...row, at: row.at.toISOString(), step: row.step as StepName | null }))
}

async function requireRun(db: Kysely<Schema>, runId: string): Promise<void> {
  const found = await db.selectFrom('runs').select('id').where('id', '=', runId).executeTakeFirst()
  if (found === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
}
