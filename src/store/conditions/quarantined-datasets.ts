import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export interface QuarantinedDataset {
  name: string
  snapshotId: number
  runId: string | null
  rows: number
  /** Rows refused for the snapshot before it; null when it is the first. */
  rowsBefore: number | null
  committedAt: Date
}

/** Published datasets of whose newest snapshot rows were refused, the most first. */
export async function quarantinedDatasets(db: Kysely<Schema>, limit = 10_000): Promise<QuarantinedDataset[]> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .leftJoin('snapshots as before', 'before.id', 'snapshots.parent_id')
    .select(['datasets.name', 'snapshots.id', 'snapshots.run_id', 'snapshots.quarantined', 'snapshots.committed_at'])
    .select('before.quarantined as before')
    .where('snapshots.quarantined', '>', 0)
    .orderBy('snapshots.quarantined', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    name: row.name,
    snapshotId: row.id,
    runId: row.run_id,
    rows: row.quarantined,
    rowsBefore: row.before,
    committedAt: row.committed_at,
  }))
}
