import type { Kysely } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { type AlertChannelRow, noteChannelTry } from '../../store/alert-channels.ts'
import {
  claimDelivery,
  claimRipeChannel,
  type DeliveryRow,
  fillDelivery,
  insertDelivery,
  settleDelivery,
  takeWaiting,
} from '../../store/alert-outbox.ts'
import { databaseNow } from '../../store/database-clock.ts'
import type { Schema } from '../../store/schema.ts'
import type { Secrets } from '../../store/secrets/create-secrets.ts'
import { type AlertMessage, composeMessage } from './alert-message.ts'
import { alertChannelOf } from './channels/index.ts'
import type { Saying } from './message-text.ts'

export interface DeliveryOptions extends Saying {
  db: Kysely<Schema>
  secrets: Pick<Secrets, 'openSettings'>
  random(bytes: number): Uint8Array
  onError(error: unknown, deliveryId: string): void
  /** The database's clock unless told. */
  clock?: (db: Kysely<Schema>) => Promise<Date>
  /** Aborted when Atlas stops: what is being sent then is tried again later. */
  stopping?: AbortSignal
  /** Longest time that one try may take. */
  timeoutMs?: number
}

const TIMEOUT_MS = 10_000
/** How long after the longest try a sender that was killed is taken for dead. */
const LEASE_SLACK_MS = 5_000
const FIRST_WAIT_S = 60
const LONGEST_WAIT_S = 3600
const GIVE_UP_AFTER_S = 86_400
/** Channels that are sent to at once; of one channel one message at a time. */
const AT_ONCE = 8

/**
 * Makes one message of what waits for each channel that is ripe. The message and the rows it is made of change together.
 * @returns messages made
 */
export async function formDeliveries({ db, random, clock = databaseNow }: DeliveryOptions): Promise<number> {
  for (let made = 0; ; made++) {
    const formed = await db.transaction().execute(async (transaction) => {
      const now = await clock(transaction)
      const channel = await claimRipeChannel(transaction, now)
      if (channel === null) return false
      const id = newId('ad', now.getTime(), random)
      await insertDelivery(transaction, { id, channelId: channel.id, now })
      const waiting = await takeWaiting(transaction, channel.id, id)
      await fillDelivery(transaction, id, composeMessage(waiting), waiting.length)
      return true
    })
    if (!formed) return made
  }
}

/** What is being sent, by channel; each resolves when its try is settled. */
export type Going = Map<string, Promise<void>>

/**
 * Begins to send what is due, and waits for none of it: a channel that hangs holds up no other. Of one channel one message is sent at a time. A message is
 * sent again with the same id until it is taken: at least once, and exactly once for a receiver that keeps the ids.
 * @param onEnd hears whether a message was taken
 */
export async function beginDue(options: DeliveryOptions, going: Going, onEnd: (taken: boolean) => void): Promise<void> {
  const { db, random, clock = databaseNow, timeoutMs = TIMEOUT_MS } = options
  while (going.size < AT_ONCE) {
    const now = await clock(db)
    const lease = newId('lease', now.getTime(), random)
    const row = await claimDelivery(db, { now, lease, leaseMs: timeoutMs + LEASE_SLACK_MS, except: [...going.keys()] })
    if (row === null) return
    const end = trySending(options, row, row.channel).catch((error: unknown) => {
      options.onError(error, row.id)
      return false
    })
    going.set(
      row.channel_id,
      end.then((taken) => {
        going.delete(row.channel_id)
        onEnd(taken)
      }),
    )
  }
}

/** Sends every message that is due, and waits until none is. @returns messages that were taken */
export async function sendDue(options: DeliveryOptions): Promise<number> {
  const going: Going = new Map()
  let taken = 0
  for (;;) {
    await beginDue(options, going, (isTaken) => (taken += isTaken ? 1 : 0))
    if (going.size === 0) return taken
    await Promise.race(going.values())
  }
}

async function trySending(options: DeliveryOptions, row: DeliveryRow, channel: AlertChannelRow): Promise<boolean> {
  const { db, clock = databaseNow } = options
  try {
    const answer = await sendMessage(options, channel, { deliveryId: row.id, message: row.message as AlertMessage, now: row.tried_at })
    const now = await clock(db)
    await settleDelivery(db, row, { state: 'sent', sent_at: now, answer, error: null })
    await noteChannelTry(db, channel.id, now, null)
    return true
  } catch (error) {
    if (!(error instanceof AtlasError)) options.onError(error, row.id)
    const now = await clock(db)
    await settleDelivery(db, row, afterFailure(row, error, now))
    await noteChannelTry(db, channel.id, now, wordsOf(error))
    return false
  }
}

/** 60 s, 120 s, … at most an hour, for a day. Waits are added up, so that a clock that is set neither shortens nor lengthens the day. */
function afterFailure(row: DeliveryRow, error: unknown, now: Date) {
  const asked = error instanceof AtlasError ? (error.retryAfterS ?? 0) : 0
  const backoff = FIRST_WAIT_S * 2 ** Math.min(row.attempts - 1, 10)
  const waitS = Math.min(LONGEST_WAIT_S, Math.max(backoff, asked))
  if (row.waited_seconds + waitS > GIVE_UP_AFTER_S) return { state: 'gave_up' as const, error: wordsOf(error) }
  return { due_at: new Date(now.getTime() + waitS * 1000), waited_seconds: row.waited_seconds + waitS, error: wordsOf(error) }
}

function wordsOf(error: unknown): string {
  return error instanceof AtlasError ? error.message.slice(0, 500) : 'Atlas has a fault; see its log.'
}

/**
 * Sends one message to a channel now. A channel that does not answer within the time is given up for this try, whatever it does.
 * @returns what the other side answered
 * @throws AtlasError `alert.not_delivered`, `source.refused`, `secret.unreadable`
 */
export async function sendMessage(
  options: Omit<DeliveryOptions, 'db' | 'random' | 'onError'>,
  channel: Pick<AlertChannelRow, 'name' | 'kind' | 'settings'>,
  { deliveryId, message, now }: { deliveryId: string; message: AlertMessage; now: Date },
): Promise<string> {
  const { baseUrl, timeZone, environment, secrets, stopping, timeoutMs = TIMEOUT_MS } = options
  const kind = alertChannelOf(channel.kind)
  const settings = kind.settings.parse(await secrets.openSettings(channel.settings))
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = stopping === undefined ? timeout : AbortSignal.any([timeout, stopping])
  const sending = { baseUrl, timeZone, environment, deliveryId, channel: channel.name, now, signal }
  const late = new Promise<never>((_, reject) => {
    const why = (): string =>
      stopping?.aborted === true
        ? 'Atlas was stopped while the message was being sent.'
        : `${channel.name} did not answer within ${timeoutMs / 1000} s.`
    signal.addEventListener('abort', () => reject(new AtlasError('alert.not_delivered', why())), { once: true })
  })
  return Promise.race([kind.send(settings, message, sending), late])
}
