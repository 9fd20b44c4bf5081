import { setTimeout as sleep } from 'node:timers/promises'
import { AtlasError } from '../../core/errors.ts'
import { quoteText } from './quote.ts'
import type { Session } from './session.ts'

/**
 * What can be said about transactions that were writing while the snapshot was taken. Their rows show up later, with cursor values from before.
 *
 * `settled`: every transaction that was writing at `earlier` (a session with an older snapshot) had ended when the snapshot of the reads was taken. What
 * is not in that snapshot began to write later, so its cursor values come after all that `earlier` holds. `open`: one of them still writes. `unknown`: the
 * user may not see transactions.
 */
export type Horizon = { kind: 'settled'; earlier: Session } | { kind: 'open'; earlier: Session } | { kind: 'unknown' }

/** InnoDB shows transactions as they were at most so long ago. */
const STALE_MS = 120
const PATIENCE_MS = 2000

/** Statements that write none, by their first word; anything else that runs may have drawn a cursor value already. */
const READING = `^[[:space:](]*(select|with|show|set|explain|describe|desc|fetch)`

const WRITERS = `select trx_id from information_schema.innodb_trx where trx_is_read_only = 0 and trx_mysql_thread_id <> connection_id()
  and (trx_rows_modified > 0 or (trx_query is not null and not lower(trx_query) regexp ${quoteText(READING)}))`

export const SNAPSHOT = 'start transaction with consistent snapshot, read only'

/**
 * Waits, for two seconds at most, until whoever is writing now has ended, so that the snapshot taken next has it.
 * @param earlier a session for this alone; it holds an older snapshot afterwards
 */
export async function awaitWriters(earlier: Session, signal: AbortSignal): Promise<Horizon> {
  await earlier.rows(SNAPSHOT)
  await sleep(STALE_MS, undefined, { signal }).catch(() => undefined)
  const writers = await openWriters(earlier)
  if (writers === null) return { kind: 'unknown' }
  let left = writers
  for (let waited = 0; left.size > 0 && waited < PATIENCE_MS; waited += STALE_MS) {
    await sleep(STALE_MS, undefined, { signal }).catch(() => undefined)
    const now = await openWriters(earlier)
    left = new Set([...left].filter((writer) => now?.has(writer) === true))
  }
  return { kind: left.size === 0 ? 'settled' : 'open', earlier }
}

async function openWriters(session: Session): Promise<Set<string> | null> {
  try {
    return new Set((await session.rows(WRITERS)).map(([id]) => id ?? ''))
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'source.permission_denied') return null
    throw error
  }
}
