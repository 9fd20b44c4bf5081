import { forgetOld, nextDelivery } from '../../store/alert-outbox.ts'
import { databaseNow } from '../../store/database-clock.ts'
import { beginDue, type DeliveryOptions, formDeliveries, type Going } from './deliver-alerts.ts'
import { type EvaluationOptions, evaluateRules } from './evaluate-rules.ts'
import { createLeading } from './leading.ts'
import type { LeaseHolder } from '../../store/alert-leases.ts'
import { type Rounds, startRounds } from './rounds.ts'

export interface AlertWatch {
  /** Looks soon: a run has ended, or a rule or channel was changed. Many calls are one look. */
  wake(): void
  /** Resolves when nothing is going on and nothing will be started any more. */
  stop(): Promise<void>
}

export type AlertWatchOptions = Omit<EvaluationOptions, 'onError' | 'looksAt'> &
  Omit<DeliveryOptions, 'onError' | 'stopping'> & {
    /** This process among those that could look. */
    holder: LeaseHolder
    /** Hears when alerts changed, once that is durable. */
    onChange(): void
    onError(error: unknown, part: string): void
  }

const LOOK_EVERY_MS = 30_000
/** A third of a lease: one that was lost to a busy moment is not lost. */
const LEASE_LOOK_MS = 4_000
/** After a start schedules get to what they missed before anybody calls them late. */
const FIRST_LOOK_MS = 5_000
/** Ends of runs that come together are looked at together. */
const SETTLE_MS = 300
/** A rule that another process has is looked at again soon: it may not have seen what this one was woken for. */
const PASSED_OVER_MS = 2_000
const SEND_LOOK_MS = 15_000
const SOONEST_MS = 1_000
const TIDY_EVERY_MS = 3_600_000
const MESSAGES_KEPT_MS = 30 * 86_400_000
const ALERTS_KEPT_MS = 400 * 86_400_000

/**
 * Looks at rules every 30 s and when woken, and sends what waits, in one process of all that call this; when that one is gone another does within 16 s. Rounds
 * of their own: a channel that hangs holds up no look.
 */
export function startAlertWatch(options: AlertWatchOptions): AlertWatch {
  const stopping = new AbortController()
  const going: Going = new Map()
  const leading = createLeading(options)
  const rounds = (part: string, settleMs = 0) => ({
    firstMs: FIRST_LOOK_MS,
    settleMs,
    onError: (error: unknown) => options.onError(error, part),
  })
  const looking = startRounds(rounds('alert rules'), async () => {
    const onError = (error: unknown, id: string): void => options.onError(error, `alert rule ${id}`)
    const { changes, passedOver } = await evaluateRules({ ...options, onError, looksAt: (kind) => leading.looksAt(kind) })
    if (changes > 0) {
      options.onChange()
      if (leading.sends) sending.wake()
      else await leading.ask()
    }
    return passedOver > 0 ? PASSED_OVER_MS : LOOK_EVERY_MS
  })
  const sending: Rounds = startRounds(rounds('alert messages'), async () => {
    if (!leading.sends) return SEND_LOOK_MS
    const onError = (error: unknown, id: string): void => options.onError(error, `alert message ${id}`)
    return sendRound({ ...options, stopping: stopping.signal, onError }, going, () => sending.wake())
  })
  const tidying = startRounds(rounds('old alerts'), () => (leading.sends ? tidy(options) : Promise.resolve(LOOK_EVERY_MS)))
  let isAsked = false
  const leases = startRounds(rounds('alert leases', SETTLE_MS), async () => {
    const wasAsked = isAsked
    isAsked = false
    const hasNews = await leading.renew()
    if (wasAsked && !leading.sends) await leading.ask()
    if (hasNews || (wasAsked && leading.sends)) [looking, sending].forEach((each) => each.wake())
    return LEASE_LOOK_MS
  })
  return {
    wake: () => {
      isAsked = true
      leases.wake()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([leases.stop(), looking.stop(), sending.stop(), tidying.stop()])
      await Promise.all(going.values())
      await leading.release().catch((error: unknown) => options.onError(error, 'alert leases'))
    },
  }
}

async function sendRound(options: DeliveryOptions, going: Going, onEnd: () => void): Promise<number> {
  const { db, clock = databaseNow } = options
  await formDeliveries(options)
  await beginDue(options, going, onEnd)
  const due = await nextDelivery(db, [...going.keys()])
  if (due === null) return SEND_LOOK_MS
  return Math.min(SEND_LOOK_MS, Math.max(SOONEST_MS, due.getTime() - (await clock(db)).getTime()))
}

async function tidy({ db, clock = databaseNow }: Pick<AlertWatchOptions, 'db' | 'clock'>): Promise<number> {
  const now = (await clock(db)).getTime()
  await forgetOld(db, { deliveries: new Date(now - MESSAGES_KEPT_MS), alerts: new Date(now - ALERTS_KEPT_MS) })
  return TIDY_EVERY_MS
}
