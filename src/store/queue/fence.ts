import { type Kysely, sql, type Transaction } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import type { Schema } from '../schema.ts'
import type { AttemptKey } from './heartbeat.ts'

/** A run that succeeded was ended by its own attempt, which still says so of its last step. */
const OWN = ['running', 'succeeded', 'partial'] as const

/**
 * For statements that note how far something is: they do not wait until the disk has it. What a crash of the database takes away of them, nobody
 * relies upon; the commit of the run comes after them, and waits.
 */
export const UNHURRIED = sql<string>`set_config('synchronous_commit', 'off', true)`

/**
 * The condition under which an attempt may write, for a CTE of the statement that writes: a row while the run is its own. The lock makes whoever takes
 * the run away wait for this statement, and this statement for them.
 */
export function fenceOf(db: Kysely<Schema>, { runId, fencingToken }: AttemptKey) {
  return db
    .selectFrom('runs')
    .select(UNHURRIED.as('held'))
    .where('id', '=', runId)
    .where('fencing_token', '=', fencingToken)
    .where('state', 'in', OWN)
    .forShare()
}

/** Does several statements as the attempt that owns the run. @throws AtlasError `run.superseded` */
export async function whileHeld<T>(
  db: Kysely<Schema>,
  key: AttemptKey,
  work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    if ((await fenceOf(transaction, key).executeTakeFirst()) === undefined) throw superseded(key)
    return work(transaction)
  })
}

/** For an attempt whose run is not its own any more: cancelled by nobody, it just comes too late. */
export function superseded({ runId, fencingToken }: AttemptKey): AtlasError {
  return new AtlasError(
    'run.superseded',
    `Attempt ${fencingToken} of run ${runId} was given up as lost before; it changes nothing any more.`,
  )
}
