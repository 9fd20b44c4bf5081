import type { Kysely } from 'kysely'
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

/** The event that a run left; null for one that left none. */
export async function findLineageEvent(db: Kysely<Schema>, runId: string): Promise<LineageEvent | null> {
  const row = await db.selectFrom('lineage_events').select('event').where('run_id', '=', runId).executeTakeFirst()
  return row === undefined ? null : (row.event as LineageEvent)
}
