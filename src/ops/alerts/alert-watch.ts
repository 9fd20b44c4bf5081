import { forgetOld, nextDelivery } from '../../store/alert-outbox.ts'
import { databaseNow } from '../../store/database-clock.ts'
import { beginDue, type DeliveryOptions, formDeliveries, type Going } from './deliver-alerts.ts'
import { type EvaluationOptions, evaluateRules } from './evaluate-rules.ts'
import { type Rounds, startRounds } from './rounds.ts'

export interface AlertWatch {
  /** Looks soon: a run has ended, or a rule or channel was changed. Many calls are one look. */
  wake(): void
  /** Resolves when nothing is going on and nothing will be started any more. */
  stop(): Promise<void>
}

export type AlertWatchOptions = Omit<EvaluationOptions, 'onError'> &
  Omit<DeliveryOptions, 'onError' | 'stopping'> & {
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
const TIDY_EVERY_MS = 3_600_000
const MESSAGES_KEPT_MS = 30 * 86_400_000
const ALERTS_KEPT_MS = 400 * 86_400_000

/** Looks at rules every 30 s and when woken, and sends what waits. Two rounds of their own: a channel that hangs holds up no look. */
export function startAlertWatch(options: AlertWatchOptions): AlertWatch {
  const stopping = new AbortController()
  const going: Going = new Map()
  const rounds = (part: string) => ({
    firstMs: FIRST_LOOK_MS,
    settleMs: SETTLE_MS,
    onError: (error: unknown) => options.onError(error, part),
  })
  const looking = startRounds(rounds('alert rules'), async () => {
    const onError = (error: unknown, id: string): void => options.onError(error, `alert rule ${id}`)
    const { changes, passedOver } = await evaluateRules({ ...options, onError })
    if (changes > 0) {
      options.onChange()
      sending.wake()
    }
    return passedOver > 0 ? PASSED_OVER_MS : LOOK_EVERY_MS
  })
  const sending: Rounds = startRounds(rounds('alert messages'), () => {
    const onError = (error: unknown, id: string): void => options.onError(error, `alert message ${id}`)
    return sendRound({ ...options, stopping: stopping.signal, onError }, going, () => sending.wake())
  })
  const tidying = startRounds(rounds('old alerts'), () => tidy(options))
  return {
    wake: () => {
      looking.wake()
      sending.wake()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([looking.stop(), sending.stop(), tidying.stop()])
      await Promise.all(going.values())
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
