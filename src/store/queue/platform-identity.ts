import { type Kysely, sql } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import type { Schema } from '../schema.ts'

/** What every process of one Atlas must have alike. */
export interface PlatformIdentity {
  version: string
  /** Fingerprint of the key of hashes. */
  keys: string
  /** Ids of the keys that open secrets, the current one first; none before the first secret was sealed. */
  secretKeys: string[]
  /** Where the lake is: the URL of a bucket, `shared folder`, or the id of the home whose folder it is. */
  lake: string
}

/** A process whose last sign of life is younger lives. */
const ALIVE_S = 12

/**
 * Notes what the owner of a home brings, for its workers to compare with.
 * @throws AtlasError `worker.keys_differ` while processes with other keys carry out runs on this database
 */
export async function takePlatform(db: Kysely<Schema>, { version, keys, secretKeys, lake }: PlatformIdentity): Promise<void> {
  const noted = await db.selectFrom('platform').select('keys').executeTakeFirst()
  if (noted !== undefined && noted.keys !== keys) await refuseWhileInUse(db)
  const values = { version, keys, secret_keys: secretKeys, lake }
  await db
    .insertInto('platform')
    .values(values)
    .onConflict((conflict) => conflict.column('only_one').doUpdateSet(values))
    .execute()
}

async function refuseWhileInUse(db: Kysely<Schema>): Promise<void> {
  const other = await db
    .selectFrom('workers')
    .select(['host', 'pid'])
    .where('state', 'in', ['active', 'draining'])
    .where('heartbeat_at', '>', sql<Date>`clock_timestamp() - ${ALIVE_S} * interval '1 second'`)
    .executeTakeFirst()
  if (other === undefined) return
  const message = `Process ${other.pid} on ${other.host} works on this database with other keys than those of this home: hashes and secrets would not match.`
  throw new AtlasError('worker.keys_differ', message, {
    next: 'Use the keys of that home here (its folder keys/), or a database of your own.',
  })
}

/**
 * Refuses a worker that cannot do the platform's work as the platform would.
 * @throws AtlasError `worker.no_platform`, `worker.version_mismatch`, `worker.keys_differ`, `worker.other_lake`
 */
export async function joinPlatform(db: Kysely<Schema>, mine: PlatformIdentity): Promise<void> {
  const platform = await readPlatform(db)
  if (platform === undefined) throw new AtlasError('worker.no_platform', 'No Atlas has been started on this database yet.')
  if (platform.version !== mine.version) throw versionMismatch(mine.version, platform.version)
  if (platform.keys !== mine.keys) throw keysDiffer('the key of hashes and pseudonyms (keys/hash.key)')
  const [current] = platform.secret_keys
  if (current !== undefined && !mine.secretKeys.includes(current)) throw keysDiffer('the key that secrets are sealed with')
  if (platform.lake !== mine.lake) throw otherLake(mine.lake, platform.lake)
}

/** @param mine version of the worker */
export function versionMismatch(mine: string, platform: string): AtlasError {
  return new AtlasError('worker.version_mismatch', `This worker is Atlas ${mine}, and the platform is Atlas ${platform}.`, {
    next: `Install Atlas ${platform} on the machine of the worker, then start it again.`,
  })
}

function otherLake(mine: string, platform: string): AtlasError {
  const name = (lake: string): string => (lake.includes('://') || lake.includes(' ') ? lake : `the folder of home ${lake}`)
  return new AtlasError('worker.other_lake', `The lake of this worker is ${name(mine)}, and that of the platform ${name(platform)}.`)
}

function keysDiffer(which: string): AtlasError {
  return new AtlasError('worker.keys_differ', `The worker has not ${which} of the platform: what it wrote could not be joined or opened.`)
}

async function readPlatform(db: Kysely<Schema>) {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('platform') is not null as found`.execute(db)
  return rows[0]?.found === true ? db.selectFrom('platform').selectAll().executeTakeFirst() : undefined
}
