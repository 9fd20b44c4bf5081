import type { AlertSeverity } from '../../contract/alert-rules.ts'
import type { AlertChange } from '../../contract/alerts.ts'
import type { WaitingAlert } from '../../store/alert-outbox.ts'

/** One alert in a message: names, counts and codes, and never a value from a row or the name of a person. */
export interface MessageItem {
  id: string
  change: 'opened' | 'occurred' | 'recovered' | 'reminded'
  severity: AlertSeverity
  rule: string
  what: string
  cause: string | null
  since: string
  /** When it was over; null while it is not. */
  until: string | null
  count: number
  pipeline: string | null
  dataset: string | null
  run: string | null
  downstream: { names: string[]; total: number }
  next: string
}

/** What a channel is told, in whatever form it takes. */
export interface AlertMessage {
  /** The first so many; the rest is a number. */
  items: MessageItem[]
  more: number
  /** Sent by somebody who wants to see whether it arrives. */
  isTest: boolean
}

/** More than this many in one message are read by nobody. */
const SHOWN = 10
const RANK: Record<AlertSeverity, number> = { critical: 0, warning: 1, info: 2 }
const TOLD = new Set<AlertChange['change']>(['opened', 'occurred', 'recovered', 'reminded'])

/** The message about what waits, the worst first, what is over last; several changes of one alert are told as the last of them. */
export function composeMessage(waiting: readonly WaitingAlert[]): AlertMessage {
  const items = waiting
    .map(toItem)
    .toSorted((one, other) => Number(one.until !== null) - Number(other.until !== null) || RANK[one.severity] - RANK[other.severity])
  return { items: items.slice(0, SHOWN), more: Math.max(0, items.length - SHOWN), isTest: false }
}

function toItem({ alert, changes }: WaitingAlert): MessageItem {
  const told = changes.filter((change) => TOLD.has(change)) as MessageItem['change'][]
  const last = told.at(-1) ?? 'occurred'
  return {
    id: alert.id,
    // What opened and occurred again before anybody heard of it is new to whoever reads.
    change: last === 'occurred' && told.includes('opened') ? 'opened' : last,
    severity: alert.severity,
    rule: alert.kind,
    what: alert.what,
    cause: alert.cause,
    since: alert.opened_at.toISOString(),
    until: alert.state === 'open' ? null : (alert.ended_at?.toISOString() ?? null),
    count: alert.occurrences,
    pipeline: alert.pipeline,
    dataset: alert.dataset,
    run: alert.run_id,
    downstream: alert.downstream,
    next: alert.next,
  }
}

/** What the test button sends. */
export function testMessage(now: Date): AlertMessage {
  const item: MessageItem = {
    id: 'test',
    change: 'opened',
    severity: 'info',
    rule: 'test',
    what: 'This is a test message of Atlas; nothing is wrong',
    cause: null,
    since: now.toISOString(),
    until: null,
    count: 1,
    pipeline: null,
    dataset: null,
    run: null,
    downstream: { names: [], total: 0 },
    next: 'Nothing is to be done.',
  }
  return { items: [item], more: 0, isTest: true }
}
