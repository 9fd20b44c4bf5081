import type { Kysely } from 'kysely'
import { checkpointPaths } from './read-checkpoints.ts'
import { replayPaths } from './quarantine-replays.ts'
import type { Schema } from './schema.ts'

/** Paths, relative to the lake folder, of every file that a snapshot, a quarantine batch, a replay or a checkpoint names and that is not destroyed yet. */
export async function committedPaths(db: Kysely<Schema>): Promise<Set<string>> {
  const files = await db.selectFrom('files').select('path').execute()
  const batches = await db.selectFrom('quarantine').select('path').execute()
  const kept = [...(await checkpointPaths(db)), ...(await replayPaths(db))]
  return new Set([...[...files, ...batches].map((row) => row.path), ...kept])
}

/** What the store recorded of every file that readers may need. */
export async function recordedFiles(db: Kysely<Schema>): Promise<{ path: string; sizeBytes: number; sha256: string }[]> {
  const files = await db.selectFrom('files').select(['path', 'size_bytes', 'sha256']).where('deleted_at', 'is', null).execute()
  const batches = await db.selectFrom('quarantine').select(['path', 'size_bytes', 'sha256']).execute()
  return [...files, ...batches].map((row) => ({ path: row.path, sizeBytes: row.size_bytes, sha256: row.sha256 }))
}
