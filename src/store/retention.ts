import { sql, type Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * Lets go of snapshots that are neither published, nor among the newest `keepLast` of their dataset, nor were published within `keepDays`.
 * Their rows stay in the history; their files are collected once nothing else names them.
 * @returns how many were let go
 */
export async function expireSnapshots(db: Kysely<Schema>, options: { now: Date; keepDays: number; keepLast: number }): Promise<number> {
  const since = new Date(options.now.getTime() - options.keepDays * 86_400_000)
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ id: number }>`
      with ranked as (
        select s.id, s.dataset_id, row_number() over (partition by s.dataset_id order by s.id desc) as newest,
               lead(s.committed_at) over (partition by s.dataset_id order by s.id) as replaced_at
        from snapshots s where s.expired_at is null)
      update snapshots set expired_at = ${options.now}
      from ranked join datasets d on d.id = ranked.dataset_id
      where snapshots.id = ranked.id and ranked.newest > ${options.keepLast} and ranked.replaced_at < ${since}
        and d.snapshot_id is distinct from ranked.id
      returning snapshots.id`.execute(transaction)
    const ids = rows.map((row) => row.id)
    if (ids.length > 0) {
      await transaction
        .deleteFrom('snapshot_files')
        .where(sql<boolean>`snapshot_id = any(${ids}::bigint[])`)
        .execute()
      await transaction
        .deleteFrom('profiles')
        .where(sql<boolean>`snapshot_id = any(${ids}::bigint[])`)
        .execute()
    }
    return ids.length
  })
}

/**
 * Destroys files that no snapshot names any more. First a file is marked, so that no commit can name it again; it is removed after the grace
 * period, for readers that are still pinned to it.
 * @param remove destroys a file; one that is not there is no error
 * @returns how many files were removed
 */
export async function collectFiles(
  db: Kysely<Schema>,
  remove: (path: string) => Promise<void>,
  options: { now: Date; graceMs: number },
): Promise<number> {
  await sql`
    update files set deleted_at = ${options.now}
    where deleted_at is null and not exists (select 1 from snapshot_files sf where sf.file_id = files.id)`.execute(db)
  const before = new Date(options.now.getTime() - options.graceMs)
  const due = await db.selectFrom('files').select(['id', 'path']).where('deleted_at', '<=', before).execute()
  for (const file of due) {
    await remove(file.path)
    await db.deleteFrom('files').where('id', '=', file.id).execute()
  }
  return due.length
}
