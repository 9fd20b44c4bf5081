import type { Kysely, Selectable } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { LogLine, Run, RunCause, Step, StepName } from '../contract/runs.ts'
import { AtlasError, type ProblemDetails } from '../core/errors.ts'
import { attemptsOf } from '../core/retry.ts'
import { insertRows } from './insert-rows.ts'
import { needsHome } from './queue/needs-home.ts'
import type { RunsTable, StepsTable } from './run-tables.ts'
import type { Schema } from './schema.ts'

export type RunRow = Selectable<RunsTable>

/** The wire form of a run's row. */
export function toRun(row: Omit<RunRow, 'definition' | 'report'>): Run {
  return {
    id: row.id,
    pipeline: row.pipeline,
    state: row.state,
    trigger: row.trigger,
    requestedBy: row.requested_by,
    kind: row.kind,
    cause: row.cause,
    priority: row.priority,
    attempt: row.fencing_token,
    failures: row.failures,
    maxAttempts: row.max_attempts,
    notBefore: row.not_before?.toISOString() ?? null,
    retryOf: row.retry_of,
    gaveUpAt: row.gave_up_at?.toISOString() ?? null,
    settledAt: row.settled_at?.toISOString() ?? null,
    settledBy: row.settled_by,
    settledReason: row.settled_reason,
    workedMs: row.worked_ms,
    logicalTime: row.logical_time?.toISOString() ?? null,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    sourceRows: row.source_rows,
    publishedRows: row.published_rows,
    quarantinedRows: row.quarantined_rows,
    deduplicatedRows: row.deduplicated_rows,
    discardedRows: row.discarded_rows,
    qualityScore: row.quality_score,
    piiColumns: row.pii_columns,
    error: row.error,
  }
}

/** The wire form of a step's row. */
export function toStep(row: Selectable<StepsTable>): Step {
  return {
    stream: row.stream,
    name: row.name as StepName,
    state: row.state,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    rowsIn: row.rows_in,
    rowsOut: row.rows_out,
    bytes: row.bytes,
    note: row.note,
  }
}

export interface NewRun {
  id: string
  definition: PipelineDefinition
  trigger: Run['trigger']
  requestedBy: string
  scheduleId?: string
  /** The time of the schedule that it stands for. */
  logicalTime?: Date
  kind?: Run['kind']
  cause?: RunCause
  /** The run that it does again. */
  retryOf?: string
  workingFolder: string
  /** The home of the process that queues it; kept when the run cannot be carried out elsewhere. */
  homeId?: string
  /** As they are shown while it waits. */
  steps: readonly { ordinal: number; stream: string; name: StepName }[]
}

/** Adds a run in state queued, with its steps in the same transaction: a run that can be claimed can be carried out. */
export async function insertRun(db: Kysely<Schema>, run: NewRun): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const added = await insertRow(transaction, run)
    await insertSteps(transaction, run.id, run.steps)
    return added
  })
}

/** Adds the row of a run, in state queued. Its steps belong into the same transaction. */
export async function insertRow(db: Kysely<Schema>, run: Omit<NewRun, 'steps'>): Promise<Run> {
  const row = await db
    .insertInto('runs')
    .values({
      id: run.id,
      pipeline: run.definition.name,
      definition: JSON.stringify(run.definition),
      state: 'queued',
      trigger: run.trigger,
      requested_by: run.requestedBy,
      schedule_id: run.scheduleId ?? null,
      logical_time: run.logicalTime ?? null,
      kind: run.kind ?? 'pipeline',
      cause: run.cause === undefined ? null : JSON.stringify(run.cause),
      max_attempts: attemptsOf(run.definition.retries, run.trigger),
      retry_of: run.retryOf ?? null,
      priority: run.definition.priority ?? 0,
      allows_overlap: run.definition.overlap === 'allow',
      pools: poolsOf(run.definition),
      home_id: run.homeId !== undefined && run.kind !== 'transform' && needsHome(run.definition, run.workingFolder) ? run.homeId : null,
      working_folder: run.workingFolder,
      fencing_token: 0,
      source_rows: null,
      published_rows: null,
      quarantined_rows: null,
      deduplicated_rows: null,
      discarded_rows: null,
      quality_score: null,
      pii_columns: null,
      error: null,
      report: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRun(row)
}

/** Pools of which a run needs a place, where they have a size: those it names, and that of its saved source. */
function poolsOf({ pools = [], source }: PipelineDefinition): string[] {
  const own = source.saved === undefined ? [] : [`source:${source.saved}`]
  return [...new Set([...pools, ...own])].toSorted()
}

/** Ids of the runs of a pipeline that wait or are going on; a transform may have its name. */
export async function openRunsOf(db: Kysely<Schema>, pipeline: string): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('pipeline', '=', pipeline)
    .where('kind', '=', 'pipeline')
    .where('state', 'in', ['queued', 'running'])
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Notes that a run shall stop. A queued run ends at once.
 * @throws AtlasError `run.not_found`, `run.finished`
 */
export async function requestCancel(db: Kysely<Schema>, runId: string, error: ProblemDetails, by?: string): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirst()
    if (row === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
    if (row.state !== 'queued' && row.state !== 'running') throw new AtlasError('run.finished', `Run ${runId} has finished: ${row.state}.`)
    const now = new Date()
    const ended = row.state === 'queued' ? { state: 'cancelled' as const, finished_at: now, error: JSON.stringify(error) } : {}
    const changed = await transaction
      .updateTable('runs')
      .set({ cancel_requested_at: now, cancel_requested_by: by ?? null, ...ended })
      .where('id', '=', runId)
      .returningAll()
      .executeTakeFirstOrThrow()
    return toRun(changed)
  })
}

/** Adds the steps of a run, waiting. */
export async function insertSteps(
  db: Kysely<Schema>,
  runId: string,
  steps: readonly { ordinal: number; stream: string; name: StepName }[],
): Promise<void> {
  const rows = steps.map(({ ordinal, stream, name }) => ({ run_id: runId, ordinal, stream, name, state: 'waiting' }))
  await insertRows(db, 'steps', rows)
}

/** Adds a log line and gives its wire form. */
export async function insertLog(
  db: Kysely<Schema>,
  runId: string,
  line: { level: 'info' | 'warn' | 'error'; stream: string; step: StepName | null; message: string },
): Promise<LogLine> {
  const row = await db
    .insertInto('run_log')
    .values({ run_id: runId, ...line })
    .returning(['id', 'at'])
    .executeTakeFirstOrThrow()
  return { id: row.id, at: row.at.toISOString(), ...line }
}

/** Reads one run. @throws AtlasError `run.not_found` */
export async function readRun(db: Kysely<Schema>, runId: string): Promise<RunRow> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst()
  if (row === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
  return row
}
