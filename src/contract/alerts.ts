import { z } from 'zod'
import { AlertChannelKind } from './alert-channels.ts'
import { AlertKind, AlertSeverity } from './alert-rules.ts'
import { endpoints } from './endpoint.ts'
import { Count, Instant } from './names.ts'

export const AlertState = z.enum(['open', 'recovered', 'resolved']).meta({
  id: 'AlertState',
  description: 'recovered: what it told of is over. resolved: a person closed it',
})
export type AlertState = z.infer<typeof AlertState>

export const AlertChange = z
  .object({
    change: z.enum(['opened', 'occurred', 'recovered', 'reminded', 'taken', 'snoozed', 'resolved']),
    at: Instant,
    by: z.string().nullable().meta({ description: 'Who; null where Atlas did it' }),
    note: z.string().nullable(),
  })
  .meta({ id: 'AlertChange' })
export type AlertChange = z.infer<typeof AlertChange>

/** One thing that went wrong, from when it was seen first until it is over. */
export const Alert = z
  .object({
    id: z.string(),
    ruleId: z.string().nullable().meta({ description: 'Null when its rule was deleted' }),
    kind: AlertKind,
    severity: AlertSeverity,
    state: AlertState,
    what: z.string().meta({ description: 'What happened, in one line: names, counts and codes' }),
    cause: z.string().nullable().meta({ description: 'Code from the error table; alerts of one cause belong together' }),
    next: z.string().meta({ description: 'What to do about it' }),
    pipeline: z.string().nullable(),
    dataset: z.string().nullable(),
    runId: z.string().nullable(),
    link: z.string().meta({ description: 'Path in the web app that shows the cause' }),
    openedAt: Instant,
    lastAt: Instant.meta({ description: 'When it was seen last' }),
    count: Count.meta({ description: 'How often it was seen' }),
    owner: z.string().nullable(),
    takenAt: Instant.nullable(),
    snoozedUntil: Instant.nullable(),
    endedAt: Instant.nullable(),
    endedBy: z.string().nullable().meta({ description: 'Who resolved it; null where it recovered' }),
    note: z.string().nullable(),
    downstream: z
      .object({ names: z.array(z.string()), total: Count })
      .meta({ description: 'Datasets that are built from what it is about, as far as runs have shown; the first five by name' }),
  })
  .meta({ id: 'Alert' })
export type Alert = z.infer<typeof Alert>

/** One message to one channel. It is sent again with the same id until it is taken, for a day. */
export const AlertDelivery = z
  .object({
    id: z.string().meta({ description: 'Idempotency key: the same for every try' }),
    channel: z.string(),
    kind: AlertChannelKind,
    state: z.enum(['waiting', 'sent', 'gave_up']),
    alerts: Count.meta({ description: 'Alerts that the message tells of' }),
    attempts: Count,
    formedAt: Instant,
    dueAt: Instant.nullable().meta({ description: 'When it is tried next' }),
    sentAt: Instant.nullable(),
    answer: z.string().nullable(),
    error: z.string().nullable().meta({ description: 'What the last try met' }),
  })
  .meta({ id: 'AlertDelivery' })
export type AlertDelivery = z.infer<typeof AlertDelivery>

export const AlertDetail = Alert.extend({ changes: z.array(AlertChange), deliveries: z.array(AlertDelivery) }).meta({ id: 'AlertDetail' })
export type AlertDetail = z.infer<typeof AlertDetail>

/** Whether what is shown can be believed. */
export const AlertStatus = z
  .object({
    open: Count,
    shown: Count.meta({ description: 'Open alerts of rules that deliver to the browser, neither taken nor snoozed' }),
    evaluator: z.object({
      state: z.enum(['up', 'down', 'partial', 'never', 'off']).meta({
        description: 'down: no rule was looked at for two minutes. partial: some rules could not be. off: no rule is enabled',
      }),
      lastAt: Instant.nullable().meta({ description: 'When every enabled rule had been looked at; of several the longest ago' }),
      by: z.string().nullable().meta({ description: 'The process that looks and sends now; null while none does' }),
      failing: z.array(z.object({ ruleId: z.string(), name: z.string(), code: z.string(), lastAt: Instant.nullable() })),
    }),
    undelivered: Count.meta({ description: 'Messages that wait after a failed try, and those given up in the last day' }),
    now: Instant,
  })
  .meta({ id: 'AlertStatus' })
export type AlertStatus = z.infer<typeof AlertStatus>

const alertId = z.object({ alertId: z.string() })
const Note = z.string().max(1000)

export const alertEndpoints = endpoints({
  'GET /alerts': {
    summary: 'List alerts: those that are open, the worst first, or those that are over, the newest first',
    permission: 'runs.read',
    query: z.object({
      state: z.enum(['open', 'history']).default('open'),
      severity: AlertSeverity.optional(),
      pipeline: z.string().optional(),
      dataset: z.string().optional(),
      /** Alerts after this alert id (keyset paging). */
      after: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    reply: z.object({ alerts: z.array(Alert), next: z.string().nullable(), status: AlertStatus }),
  },
  'GET /alerts/status': {
    summary: 'How many alerts are open, and whether rules are being looked at',
    permission: 'runs.read',
    reply: AlertStatus,
  },
  'GET /alerts/:alertId': {
    summary: 'One alert with its history and messages',
    permission: 'runs.read',
    params: alertId,
    reply: AlertDetail,
  },
  'POST /alerts/:alertId/take': {
    summary: 'Take an alert: say that you are on it',
    description: 'Further occurrences are counted and no longer sent; that it is over is.',
    permission: 'alerts.act',
    params: alertId,
    reply: AlertDetail,
  },
  'POST /alerts/:alertId/snooze': {
    summary: 'Be silent about an alert for some time',
    permission: 'alerts.act',
    params: alertId,
    body: z.strictObject({
      minutes: z.int().min(1).max(43_200).meta({ title: 'Minutes', description: 'From now; 30 days at most' }),
      note: Note.optional(),
    }),
    reply: AlertDetail,
  },
  'POST /alerts/:alertId/resolve': {
    summary: 'Close an alert; it opens again when the same thing happens once more',
    permission: 'alerts.act',
    params: alertId,
    body: z.strictObject({ note: Note.min(1).meta({ title: 'Note', description: 'What was done' }) }),
    reply: AlertDetail,
  },
})
