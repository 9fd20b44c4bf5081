import type { Kysely, Transaction } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import { partitionDefinition } from '../../core/backfill/plan.ts'
import {
  claimBackfills,
  endBackfill,
  nextPartitions,
  noteBackfillProblem,
  notePartition,
  settlePartitions,
} from '../../store/backfill-progress.ts'
import type { BackfillRow } from '../../store/backfills.ts'
import { scheduledPipeline } from '../../store/schedule-firing.ts'
import type { Schema } from '../../store/schema.ts'
import { insertWanted, type NotQueued, type QueueOptions } from '../queue-pipeline.ts'

export interface BackfillOptions extends QueueOptions {
  db: Kysely<Schema>
  now(): Date
  whileSealing<T>(work: () => Promise<T>): Promise<T>
  onQueued(run: Run): void
}

/** What is asked for now goes before what makes up for the past. */
const PRIORITY = -10

const PROBLEMS: Record<Exclude<NotQueued, 'overlap'>, string> = {
  pipeline_missing: 'The pipeline is no longer there.',
  pipeline_paused: 'The pipeline is paused.',
  source_paused: 'The source is paused.',
}

/**
 * Moves every backfill on: takes over how runs ended, and queues the next partitions, no more at once than it allows. All that is known of a backfill
 * is in the store, so any process can go on with it at any time.
 * @returns the runs queued
 */
export async function advanceBackfills(options: BackfillOptions): Promise<Run[]> {
  const { db } = options
  const any = await db.selectFrom('backfills').select('id').where('state', '=', 'running').limit(1).executeTakeFirst()
  if (any === undefined) return []
  const runs = await options.whileSealing(() =>
    db.transaction().execute(async (transaction) => {
      const queued: Run[] = []
      for (const backfill of await claimBackfills(transaction)) queued.push(...(await advance(transaction, backfill, options)))
      return queued
    }),
  )
  for (const run of runs) options.onQueued(run)
  return runs
}

async function advance(db: Transaction<Schema>, backfill: BackfillRow, options: BackfillOptions): Promise<Run[]> {
  const open = await settlePartitions(db, backfill.id)
  const next = open >= backfill.concurrency ? [] : await nextPartitions(db, backfill, backfill.concurrency - open)
  const runs: Run[] = []
  if (next.length > 0) {
    const definition = await scheduledPipeline(db, backfill.pipeline)
    await noteBackfillProblem(db, backfill.id, typeof definition === 'string' ? PROBLEMS[definition] : null)
    if (typeof definition === 'string') return []
    for (const [index, { logicalTime, endsAt }] of next.entries()) {
      const part = backfill.windows ? partitionDefinition(definition, logicalTime, endsAt) : definition
      const wanted = { trigger: 'backfill', requestedBy: backfill.created_by, logicalTime, cause: { backfill: backfill.id } } as const
      // Ids sort by their time: of runs queued at once the earlier partition goes first.
      const at = new Date(options.now().getTime() + index)
      const run = await insertWanted(db, { ...part, priority: definition.priority ?? PRIORITY }, wanted, options, at)
      await notePartition(db, backfill.id, logicalTime, run.id)
      runs.push(run)
    }
  }
  if (runs.length === 0 && open === 0) await endBackfill(db, backfill.id, options.now())
  return runs
}
