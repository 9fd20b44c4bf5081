import type { Kysely } from 'kysely'
import { forgetDeliveries, nextDelivery } from '../../store/alert-outbox.ts'
import { databaseNow } from '../../store/database-clock.ts'
import type { Schema } from '../../store/schema.ts'
import { type DeliveryOptions, formDeliveries, sendDue } from './deliver-alerts.ts'
import { type EvaluationOptions, evaluateRules } from './evaluate-rules.ts'
import { type Rounds, startRounds } from './rounds.ts'

export interface AlertWatch {
  /** Looks soon: a run has ended, or a rule or channel was changed. Many calls are one look. */
  wake(): void
  /** Resolves when nothing is going on and nothing will be started any more. */
  stop(): Promise<void>
}

export type AlertWatchOptions = Omit<EvaluationOptions, 'onError'> &
  Omit<DeliveryOptions, 'onError'> & {
    /** Hears when alerts changed, once that is durable. */
    onChange(): void
    onError(error: unknown, part: string): void
  }

const LOOK_EVERY_MS = 30_000
/** After a start schedules get to what they missed before anybody calls them late. */
const FIRST_LOOK_MS = 5_000
/** Ends of runs that come together are looked at together. */
const SETTLE_MS = 300
/** A rule that another process has is looked at again soon: it may not have seen what this one was woken for. */
const PASSED_OVER_MS = 2_000
const SEND_LOOK_MS = 15_000
const SOONEST_MS = 1_000
const KEPT_MS = 30 * 86_400_000

/** Looks at rules every 30 s and when woken, and sends what waits. Two rounds of their own: a channel that hangs holds up no look. */
export function startAlertWatch(options: AlertWatchOptions): AlertWatch {
  const looking = startRounds(
    { firstMs: FIRST_LOOK_MS, settleMs: SETTLE_MS, onError: (error) => options.onError(error, 'alert rules') },
    async () => {
      const { changes, passedOver } = await evaluateRules({
        ...options,
        onError: (error, id) => options.onError(error, `alert rule ${id}`),
      })
      if (changes > 0) {
        options.onChange()
        sending.wake()
      }
      return passedOver > 0 ? PASSED_OVER_MS : LOOK_EVERY_MS
    },
  )
  const sending: Rounds = startRounds(
    { firstMs: FIRST_LOOK_MS, settleMs: SETTLE_MS, onError: (error) => options.onError(error, 'alert messages') },
    () => sendRound({ ...options, onError: (error, id) => options.onError(error, `alert message ${id}`) }),
  )
  return {
    wake: () => {
      looking.wake()
      sending.wake()
    },
    stop: async () => {
      await looking.stop()
      await sending.stop()
    },
  }
}

async function sendRound(options: DeliveryOptions & { db: Kysely<Schema> }): Promise<number> {
  const { db, clock = databaseNow } = options
  await formDeliveries(options)
  await sendDue(options)
  const now = await clock(db)
  await forgetDeliveries(db, new Date(now.getTime() - KEPT_MS))
  const due = await nextDelivery(db)
  if (due === null) return SEND_LOOK_MS
  return Math.min(SEND_LOOK_MS, Math.max(SOONEST_MS, due.getTime() - now.getTime()))
}
