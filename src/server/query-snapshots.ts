import path from 'node:path'
import type { Kysely } from 'kysely'
import type { Caller } from '../access/caller.ts'
import { requirePermission } from '../access/caller.ts'
import type { SqlReply, SqlRequest } from '../contract/sql.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from '../store/schema.ts'
import { type PinnedSnapshot, pinSnapshot, snapshotName } from '../store/snapshots.ts'
import type { Platform } from './platform.ts'
import { isRaw, passRawRead } from './raw-access.ts'

/**
 * Runs one SELECT over the snapshots that the caller may see, all pinned at one moment.
 * @throws AtlasError `sql.*`, `dataset.*`, `access.denied` where the SQL names explore
 */
export async function querySnapshots(
  platform: Platform,
  asking: { caller: Caller; address: string },
  request: SqlRequest,
  signal: AbortSignal,
): Promise<SqlReply> {
  const { lake, settings, folders } = platform
  // Loaded when first used: it brings DuckDB, which starting the server does not wait for.
  const { parseUserSql } = await import('../lake/user-sql/parse.ts')
  const { runUserSql } = await import('../lake/user-sql/run.ts')
  const { datasets } = await parseUserSql(request.sql)
  const raw = datasets.filter(isRaw)
  if (raw.length > 0) requirePermission(asking.caller, 'datasets.read_raw', `Reading ${raw.join(', ')}, which holds data as it came,`)
  const pinned = await pinAll(platform.db, datasets, request.at)
  const snapshots = Object.fromEntries(pinned.map((one) => [one.name, snapshotName(one.snapshotId)]))
  if (raw.length > 0) await passRawRead(platform, asking, { action: 'sql.raw_read', target: raw.join(', '), detail: { snapshots } })
  const reply = await runUserSql({
    sql: request.sql,
    files: lake.files,
    relations: pinned.map((one) => ({
      name: one.name,
      scan: lake.scan(one),
      files: one.files.map((file) => path.join(lake.folder, file.path)),
    })),
    limit: request.limit,
    timeoutMs: settings.sqlTimeoutMs,
    memoryBytes: settings.sqlMemoryBytes,
    scratch: folders.scratch,
    signal,
  })
  return { ...reply, snapshots }
}

/** One transaction with one view of the store: a run that publishes meanwhile is seen with all its datasets or with none. */
async function pinAll(db: Kysely<Schema>, names: readonly string[], at: string | undefined): Promise<PinnedSnapshot[]> {
  if (names.length === 0) return []
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const moment = at === undefined ? undefined : await momentOf(transaction, names, at)
      const pinned: PinnedSnapshot[] = []
      for (const name of names) pinned.push(await pinSnapshot(transaction, name, moment?.name === name ? moment.snapshot : moment?.time))
      return pinned
    })
}

/** A snapshot id means that snapshot for its dataset, and for the others the moment at which it was published. */
async function momentOf(
  db: Kysely<Schema>,
  names: readonly string[],
  at: string,
): Promise<{ time: string; name?: string; snapshot?: string }> {
  const id = /^(?:s_)?(\d{1,15})$/.exec(at)?.[1]
  if (id === undefined) return { time: at }
  const found = await db
    .selectFrom('snapshots')
    .innerJoin('datasets', 'datasets.id', 'snapshots.dataset_id')
    .select(['datasets.name', 'snapshots.committed_at'])
    .where('snapshots.id', '=', Number(id))
    .where('datasets.name', 'in', [...names])
    .executeTakeFirst()
  if (found === undefined) throw new AtlasError('dataset.snapshot_not_found', `None of ${names.join(', ')} has a snapshot s_${id}.`)
  return { time: found.committed_at.toISOString(), name: found.name, snapshot: `s_${id}` }
}
