import { sql, type Kysely } from 'kysely'
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

/** Of these paths, what the store recorded of those that a snapshot, a quarantine batch, a checkpoint or a replay names. */
export async function recordedAmong(
  db: Kysely<Schema>,
  paths: readonly string[],
): Promise<Map<string, { sizeBytes: number; sha256: string }>> {
  const wanted = new Set(paths)
  const { rows } = await sql<{ path: string; size: number; sha256: string }>`
    select path, size_bytes as size, sha256 from files where path = any(${[...wanted]}::text[])
    union all select path, size_bytes, sha256 from quarantine where path = any(${[...wanted]}::text[])`.execute(db)
  const found = new Map(rows.map((row) => [row.path, { sizeBytes: row.size, sha256: row.sha256 }]))
  if (found.size === wanted.size) return found
  const checkpoints = await db.selectFrom('read_checkpoints').select('landed').execute()
  const replays = await db.selectFrom('quarantine_replays').select('files').execute()
  const others = [...checkpoints.flatMap(({ landed }) => [...landed.files, ...landed.quarantine]), ...replays.flatMap(({ files }) => files)]
  for (const { path, sizeBytes, sha256 } of others) if (wanted.has(path)) found.set(path, { sizeBytes, sha256 })
  return found
}
