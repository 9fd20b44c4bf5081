import type { Kysely, Transaction } from 'kysely'
import type { Run, StepName } from '../contract/runs.ts'
import type { Schedule } from '../contract/schedules.ts'
import { newId } from '../core/ids.ts'
import { spreadDelay } from '../core/schedule/spread.ts'
import { timesBetween } from '../core/schedule/timing.ts'
import { insertRow, insertSteps } from '../store/runs.ts'
import { claimDueSchedule, openRuns, scheduledPipeline, settleSchedule } from '../store/schedule-firing.ts'
import type { ScheduleRow } from '../store/schedules.ts'
import type { Schema } from '../store/schema.ts'

export interface FiringOptions {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
  /** Steps of a run as they are shown while it waits. */
  steps: readonly { ordinal: number; stream: string; name: StepName }[]
  /** Folder that relative paths of pipelines start from. */
  workingFolder: string
  /** The home in which its files lie. */
  homeId?: string
  /** What is stored with sealed secrets is stored in here. */
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  /** Hears of each run that was queued, once that is durable. */
  onQueued(run: Run): void
  /** Stops a run that a newer one takes the place of. */
  cancel(runId: string, by: string): Promise<unknown>
  onError(error: unknown, scheduleId: string): void
}

/** A time this long ago was missed; a shorter delay is how long a round may take. */
const ON_TIME_MS = 60_000
const MOST_MADE_UP = 100

/**
 * Queues the runs of every schedule that is due. Each schedule is dealt with in one transaction that claims it, inserts its runs and moves it past
 * its times, so that several schedulers on one database start no time twice. One that fails is told to `onError` and tried again in the next round.
 * @returns the runs queued
 */
export async function fireSchedules(options: FiringOptions): Promise<Run[]> {
  const queued: Run[] = []
  const failed: string[] = []
  for (;;) {
    const fired = await options.whileSealing(() => fireNext(options, failed))
    if (fired === null) return queued
    for (const run of fired.runs) options.onQueued(run)
    for (const runId of fired.older) await options.cancel(runId, `schedule ${fired.scheduleId}`).catch(ignoreFinished)
    queued.push(...fired.runs)
  }
}

interface Fired {
  scheduleId: string
  runs: Run[]
  /** Runs that are to be cancelled for these. */
  older: string[]
}

async function fireNext(options: FiringOptions, failed: string[]): Promise<Fired | null> {
  let claimed: string | null = null
  try {
    return await options.db.transaction().execute(async (transaction) => {
      const now = options.now()
      const row = await claimDueSchedule(transaction, now, failed)
      claimed = row?.id ?? null
      return row === null ? null : await fire(transaction, row, now, options)
    })
  } catch (error) {
    if (claimed === null) throw error
    failed.push(claimed)
    options.onError(error, claimed)
    return { scheduleId: claimed, runs: [], older: [] }
  }
}

async function fire(db: Transaction<Schema>, row: ScheduleRow, now: Date, options: FiringOptions): Promise<Fired> {
  const until = now.getTime() - spreadDelay(row.id, row.jitter_seconds)
  const times = timesBetween(row.timing, row.handled_until.getTime(), until)
  const chosen = chooseTimes(times, until, row.missed)
  const open = chosen.length === 0 ? [] : await openRuns(db, row.pipeline)
  const definition = await scheduledPipeline(db, row.pipeline)
  const reason = typeof definition === 'string' ? definition : row.overlap === 'skip' && open.length > 0 ? 'overlap' : null
  const runs: Run[] = []
  if (typeof definition !== 'string' && reason === null) {
    for (const [index, time] of chosen.entries()) {
      // Ids sort by their time, and of runs queued at once the one with the lowest id is carried out first.
      const id = newId('r', now.getTime() + index, options.random)
      const origin = { trigger: 'schedule', requestedBy: row.created_by, scheduleId: row.id, logicalTime: new Date(time) } as const
      runs.push(await insertRow(db, { id, definition, ...whereabouts(options), ...origin }))
      await insertSteps(db, id, options.steps)
    }
  }
  const settled = settle(row, times, runs.length, reason)
  await settleSchedule(db, row, settled, now)
  return { scheduleId: row.id, runs, older: row.overlap === 'cancel_older' && runs.length > 0 ? open : [] }
}

function whereabouts({ workingFolder, homeId }: FiringOptions): { workingFolder: string; homeId?: string } {
  return { workingFolder, ...(homeId === undefined ? {} : { homeId }) }
}

function settle(row: ScheduleRow, times: readonly number[], runs: number, reason: Schedule['lastSkipReason']) {
  const newest = times.at(-1)
  return {
    newest: newest === undefined ? row.handled_until : new Date(newest),
    skipped: times.length - runs,
    reason: reason ?? ('missed' as const),
  }
}

/** Of the times that came up, oldest first, those that get a run. */
function chooseTimes(times: readonly number[], until: number, missed: Schedule['missed']): readonly number[] {
  if (missed === 'all') return times.slice(-MOST_MADE_UP)
  const newest = times.at(-1)
  return newest === undefined || (missed === 'skip' && until - newest > ON_TIME_MS) ? [] : [newest]
}

/** The older run may have come to its end by itself. */
function ignoreFinished(error: unknown): void {
  if ((error as { code?: string }).code !== 'run.finished') throw error
}
