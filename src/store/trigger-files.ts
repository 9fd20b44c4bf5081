import { sql, type Kysely, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** A file as it is on disk. */
export interface SeenFile {
  path: string
  size: number
  modifiedMs: number
}

/**
 * Notes how files are, and gives those that have been so for long enough and were not told of yet, the oldest first. A clock that was set back begins the
 * wait anew.
 * @param stableMs how long a file must not have changed
 */
export async function seeFiles(
  db: Transaction<Schema>,
  triggerId: string,
  files: readonly SeenFile[],
  now: Date,
  stableMs: number,
): Promise<SeenFile[]> {
  const columns = [files.map((file) => file.path), files.map((file) => file.size), files.map((file) => file.modifiedMs)] as const
  await sql`
    insert into trigger_files as known (trigger_id, path, size, modified_ms, seen_at, fired)
    select ${triggerId}, seen.path, seen.size, seen.modified_ms, ${now}, false
    from unnest(${columns[0]}::text[], ${columns[1]}::bigint[], ${columns[2]}::bigint[]) as seen (path, size, modified_ms)
    on conflict (trigger_id, path) do update set size = excluded.size, modified_ms = excluded.modified_ms, seen_at = excluded.seen_at,
      fired = known.fired and (known.size, known.modified_ms) = (excluded.size, excluded.modified_ms)
    where (known.size, known.modified_ms) <> (excluded.size, excluded.modified_ms) or known.seen_at > excluded.seen_at`.execute(db)
  const { rows } = await sql<{ path: string; size: number; modified_ms: number }>`
    select path, size, modified_ms from trigger_files
    where trigger_id = ${triggerId} and not fired and seen_at <= ${new Date(now.getTime() - stableMs)} and path = any(${columns[0]}::text[])
    order by modified_ms, path`.execute(db)
  return rows.map(({ path, size, modified_ms: modifiedMs }) => ({ path, size, modifiedMs }))
}

/** Files that are there when a trigger is made have not arrived. */
export async function knowFiles(db: Kysely<Schema>, triggerId: string, files: readonly SeenFile[], now: Date): Promise<void> {
  const columns = [files.map((file) => file.path), files.map((file) => file.size), files.map((file) => file.modifiedMs)] as const
  await sql`
    insert into trigger_files (trigger_id, path, size, modified_ms, seen_at, fired)
    select ${triggerId}, seen.path, seen.size, seen.modified_ms, ${now}, true
    from unnest(${columns[0]}::text[], ${columns[1]}::bigint[], ${columns[2]}::bigint[]) as seen (path, size, modified_ms)
    on conflict (trigger_id, path) do update set size = excluded.size, modified_ms = excluded.modified_ms, seen_at = excluded.seen_at, fired = true`.execute(
    db,
  )
}

/** A version of a file has been told of. */
export async function markFired(db: Transaction<Schema>, triggerId: string, path: string): Promise<void> {
  await db.updateTable('trigger_files').set({ fired: true }).where('trigger_id', '=', triggerId).where('path', '=', path).execute()
}

/** Lets go of files that are gone, and were last seen to change before an instant. */
export async function forgetFiles(db: Transaction<Schema>, triggerId: string, before: Date, present: readonly SeenFile[]): Promise<void> {
  await sql`
    delete from trigger_files where trigger_id = ${triggerId} and seen_at < ${before}
      and path <> all (${present.map((file) => file.path)}::text[])`.execute(db)
}
