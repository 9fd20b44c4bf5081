import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { readRun } from './runs.ts'
import type { Schema } from './schema.ts'

/** An OpenLineage run event. */
export interface LineageEvent extends Record<string, unknown> {
  eventType: 'COMPLETE' | 'FAIL' | 'ABORT'
  /** ISO 8601. */
  eventTime: string
  producer: string
  schemaURL: string
}

/** Keeps the event of a run, in the transaction that ends it. */
export async function insertLineageEvent(db: Kysely<Schema>, runId: string, event: LineageEvent): Promise<void> {
  await db
    .insertInto('lineage_events')
    .values({ run_id: runId, event: JSON.stringify(event) })
    .onConflict((conflict) => conflict.column('run_id').doNothing())
    .execute()
}

/** The event of a finished run. @throws AtlasError `run.not_found`, `run.no_lineage` */
export async function readLineageEvent(db: Kysely<Schema>, runId: string): Promise<LineageEvent> {
  const row = await db.selectFrom('lineage_events').select('event').where('run_id', '=', runId).executeTakeFirst()
  if (row !== undefined) return row.event as LineageEvent
  const { state } = await readRun(db, runId)
  throw new AtlasError('run.no_lineage', `Run ${runId} is ${state} and has no OpenLineage event.`)
}
