import { type Kysely, sql, type Transaction } from 'kysely'
import type { Run, RunCause } from '../../contract/runs.ts'
import type { EventTrigger } from '../../contract/triggers.ts'
import { noteEvent, noteFired, type TriggerRow } from '../../store/event-triggers.ts'
import type { Schema } from '../../store/schema.ts'
import type { FiringOptions } from '../fire-schedules.ts'
import { type QueueOptions, queuePipeline } from '../queue-pipeline.ts'

/** What triggers get from outside. */
export interface TriggerOptions extends QueueOptions {
  db: Kysely<Schema>
  now(): Date
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  onQueued(run: Run): void
  cancel: FiringOptions['cancel']
}

export interface TriggerFact {
  /** Names the event among those of its trigger: one that was dealt with is no event. */
  key: string
  by: string
  cause?: Omit<RunCause, 'event'>
}

/** What came of one event. */
export interface Outcome {
  run: Run | null
  reason: EventTrigger['lastSkipReason']
  /** Runs that are to be cancelled for it, once it is durable. */
  older: string[]
}

/**
 * Deals with one event of a trigger that the caller holds: once, whoever tells of it how often.
 * @returns null when it was dealt with before
 */
export async function fireTrigger(
  db: Transaction<Schema>,
  trigger: TriggerRow,
  { key, by, cause = {} }: TriggerFact,
  options: TriggerOptions,
): Promise<Outcome | null> {
  const now = options.now()
  if (!(await noteEvent(db, trigger.id, key, now))) return null
  const reason = await refusal(db, trigger, cause)
  const wanted = { trigger: 'event', requestedBy: by, cause: { event: trigger.id, ...cause } } as const
  const queued: Outcome =
    reason === null ? await queuePipeline(db, trigger.pipeline, wanted, trigger.overlap, options, now) : { run: null, reason, older: [] }
  if (queued.run !== null) await noteFired(db, trigger.id, { runId: queued.run.id, key }, now)
  else if (queued.reason !== null) await noteFired(db, trigger.id, { reason: queued.reason }, now)
  return queued
}

/** Cancels the runs that newer ones took the place of, once those are durable. */
export async function cancelOlder({ cancel }: Pick<TriggerOptions, 'cancel'>, older: readonly string[], by: string): Promise<void> {
  for (const runId of older)
    await cancel(runId, by).catch((error: unknown) => {
      // The older run may have come to its end by itself.
      if ((error as { code?: string }).code !== 'run.finished') throw error
    })
}

/** Why a publication gives no run although nothing else speaks against it. */
async function refusal(db: Transaction<Schema>, trigger: TriggerRow, cause: RunCause): Promise<'coalesced' | 'circle' | null> {
  if (trigger.kind !== 'dataset') return null
  if (cause.upstream !== undefined && (await comesFrom(db, cause.upstream, trigger.pipeline))) return 'circle'
  if (trigger.overlap !== 'queue') return null
  const waiting = await db
    .selectFrom('runs')
    .select('id')
    .where('pipeline', '=', trigger.pipeline)
    .where('state', '=', 'queued')
    .where('trigger', '=', 'event')
    .where(sql<boolean>`cause ->> 'event' = ${trigger.id}`)
    .executeTakeFirst()
  return waiting === undefined ? null : 'coalesced'
}

const LONGEST_CHAIN = 1000

/** Whether a run of the pipeline is the run itself, or what set it off through others. */
async function comesFrom(db: Transaction<Schema>, runId: string, pipeline: string): Promise<boolean> {
  const { rows } = await sql`
    with recursive chain as (
      select kind, pipeline, cause ->> 'upstream' as upstream, 1 as length from runs where id = ${runId}
      union all
      select runs.kind, runs.pipeline, runs.cause ->> 'upstream', length + 1 from chain join runs on runs.id = chain.upstream
      where length < ${LONGEST_CHAIN})
    select from chain where kind = 'pipeline' and pipeline = ${pipeline} limit 1`.execute(db)
  return rows.length > 0
}
