import { isIPv6 } from 'node:net'
import { type Kysely, sql } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from '../store/schema.ts'
import { hashSecret } from './secrets.ts'

/** A failure is forgotten after a day without another. */
export const forgetFailuresAfterMs = 86_400_000

/** After `free` failures in a row each next one closes the door for 1, 2, 4, … seconds, at most `longestS`. */
interface Delay {
  free: number
  longestS: number
}
/** By e-mail, so that one account cannot be guessed from many addresses. The longest wait is short: anyone can make an owner wait. */
const emailDelay: Delay = { free: 5, longestS: 300 }
/** By address, so that one address cannot try many accounts; larger, for offices behind one address. */
const addressDelay: Delay = { free: 20, longestS: 900 }

/** Seconds that the door stays closed after this many failures in a row. */
export function delayAfter(failures: number, { free, longestS }: Delay): number {
  return failures < free ? 0 : Math.min(2 ** (failures - free), longestS)
}

/**
 * Counts an attempt as failed *before* the password is looked at, so that attempts sent at once do not slip through together;
 * `forgive` takes it back when the password was right. Kept in the store: a restart opens no door.
 * @throws AtlasError `access.too_many_attempts` with the seconds to wait, without counting
 */
export async function countAttempt(db: Kysely<Schema>, email: string, address: string, now: Date): Promise<void> {
  await countFor(db, addressKey(address), addressDelay, now)
  await countFor(db, emailKey(email), emailDelay, now)
}

/** Takes the attempt back after a right password: the e-mail starts afresh, the address has one failure less. */
export async function forgive(db: Kysely<Schema>, email: string, address: string): Promise<void> {
  await db.deleteFrom('sign_in_failures').where('key', '=', emailKey(email)).execute()
  await db
    .updateTable('sign_in_failures')
    .set({ failures: sql`greatest(failures - 1, 0)`, blocked_until: null })
    .where('key', '=', addressKey(address))
    .execute()
}

async function countFor(db: Kysely<Schema>, key: string, delay: Delay, now: Date): Promise<void> {
  const forgetBefore = new Date(now.getTime() - forgetFailuresAfterMs)
  const result = await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('sign_in_failures')
      .values({ key, failures: 0, last_failed_at: now })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute()
    const row = await transaction.selectFrom('sign_in_failures').selectAll().where('key', '=', key).forUpdate().executeTakeFirstOrThrow()
    if (row.blocked_until !== null && row.blocked_until > now) return row.blocked_until
    const failures = (row.last_failed_at < forgetBefore ? 0 : row.failures) + 1
    const delayS = delayAfter(failures, delay)
    await transaction
      .updateTable('sign_in_failures')
      .set({ failures, last_failed_at: now, blocked_until: delayS === 0 ? null : new Date(now.getTime() + delayS * 1000) })
      .where('key', '=', key)
      .execute()
    return null
  })
  if (result === null) return
  const retryAfterS = Math.max(1, Math.ceil((result.getTime() - now.getTime()) / 1000))
  throw new AtlasError('access.too_many_attempts', `Too many failed sign-ins; the next try counts in ${retryAfterS} s.`, { retryAfterS })
}

function emailKey(email: string): string {
  return `email:${hashSecret(email.trim().toLowerCase())}`
}

/** An IPv6 customer has at least a /64, so that is what counts as one address. */
function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return `address:${plain}`
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `address:${groups.slice(0, 4).join(':')}::/64`
}
