import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { CheckpointLanded } from './source-tables.ts'

export interface ReadCheckpoint {
  landed: CheckpointLanded
  mark: unknown
  rows: number
  bytes: number
}

/** How far the last full refresh of a stream came before it was cut off; null when it was not, or when something else was asked for. */
export async function readCheckpoint(
  db: Kysely<Schema>,
  pipeline: string,
  stream: string,
  fingerprint: string,
): Promise<ReadCheckpoint | null> {
  const row = await db
    .selectFrom('read_checkpoints')
    .select(['landed', 'mark', 'rows', 'bytes', 'fingerprint'])
    .where('pipeline', '=', pipeline)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return row === undefined || row.fingerprint !== fingerprint ? null : row
}

/** Keeps how far a read is. Its files must be durable already. */
export async function saveCheckpoint(
  db: Kysely<Schema>,
  key: { pipeline: string; stream: string; runId: string; fingerprint: string },
  checkpoint: ReadCheckpoint,
): Promise<void> {
  const values = {
    run_id: key.runId,
    fingerprint: key.fingerprint,
    landed: JSON.stringify(checkpoint.landed),
    mark: JSON.stringify(checkpoint.mark),
    rows: checkpoint.rows,
    bytes: checkpoint.bytes,
    updated_at: new Date(),
  }
  await db
    .insertInto('read_checkpoints')
    .values({ pipeline: key.pipeline, stream: key.stream, ...values })
    .onConflict((conflict) => conflict.columns(['pipeline', 'stream']).doUpdateSet(values))
    .execute()
}

/** Forgets how far a read came. Its files become orphans. */
export async function dropCheckpoint(db: Kysely<Schema>, pipeline: string, stream: string): Promise<void> {
  await db.deleteFrom('read_checkpoints').where('pipeline', '=', pipeline).where('stream', '=', stream).execute()
}

/** Forgets reads that nobody went on with. */
export async function dropOldCheckpoints(db: Kysely<Schema>, olderThan: Date): Promise<void> {
  await db.deleteFrom('read_checkpoints').where('updated_at', '<', olderThan).execute()
}

/** Paths, relative to the lake folder, of every file that a checkpoint names. */
export async function checkpointPaths(db: Kysely<Schema>): Promise<Set<string>> {
  const rows = await db.selectFrom('read_checkpoints').select('landed').execute()
  return new Set(rows.flatMap(({ landed }) => [...landed.files, ...landed.quarantine].map((file) => file.path)))
}
