import type { Kysely, Selectable, Transaction } from 'kysely'
import type { PublicationsTable } from './graph-tables.ts'
import type { Schema } from './schema.ts'

export type Publication = Selectable<PublicationsTable>

/** Notes what a commit publishes, in its own transaction: whoever waits for it hears of it exactly when it is visible. */
export async function insertPublications(
  db: Transaction<Schema>,
  runId: string | null,
  snapshots: ReadonlyMap<string, number>,
): Promise<void> {
  if (snapshots.size === 0) return
  const rows = [...snapshots].map(([dataset, snapshotId]) => ({ dataset, snapshot_id: snapshotId, run_id: runId }))
  await db.insertInto('publications').values(rows).execute()
}

/** Takes publications out of the outbox, the oldest first, for this transaction alone. */
export async function takePublications(db: Transaction<Schema>, most: number): Promise<Publication[]> {
  const rows = await db
    .deleteFrom('publications')
    .where('id', 'in', (oldest) => oldest.selectFrom('publications').select('id').orderBy('id').limit(most).forUpdate().skipLocked())
    .returningAll()
    .execute()
  return rows.toSorted((one, other) => one.id - other.id)
}

/** Whether anything waits to be told, or for its turn to be built anew. */
export async function hasWork(db: Kysely<Schema>): Promise<boolean> {
  const [published, pending] = await Promise.all([
    db.selectFrom('publications').select('id').limit(1).executeTakeFirst(),
    db.selectFrom('pending_builds').select('transform').where('state', '=', 'waiting').limit(1).executeTakeFirst(),
  ])
  return published !== undefined || pending !== undefined
}
