import { z } from 'zod'
import type { Reply } from '../../src/client/call.ts'
import type { Alert, AlertDetail, AlertStatus } from '../../src/contract/alerts.ts'
import type { AlertRule } from '../../src/contract/alert-rules.ts'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { settingsSchema } from '../../src/connectors/settings-schema.ts'
import { alertChannels as channelKinds } from '../../src/ops/alerts/channels/index.ts'
import { alertRules as ruleKinds } from '../../src/ops/alerts/rules/index.ts'
import { ago, HOUR, MIN, NOW } from './fixture-clock.ts'

function alert(id: string, part: Partial<Alert>): Alert {
  return {
    id,
    ruleId: 'run-failed',
    kind: 'run-failed',
    severity: 'critical',
    state: 'open',
    what: 'orders failed: The source does not answer',
    cause: 'source.unreachable',
    next: 'Check the address and the network.',
    pipeline: 'orders',
    dataset: null,
    runId: 'r_failed',
    link: '/runs/r_failed',
    openedAt: ago(3 * HOUR),
    lastAt: ago(12 * MIN),
    count: 14,
    owner: null,
    takenAt: null,
    snoozedUntil: null,
    endedAt: null,
    endedBy: null,
    note: null,
    downstream: { names: ['navigate.customers', 'navigate.revenue'], total: 2 },
    ...part,
  }
}

const open = [
  alert('al_orders', {}),
  alert('al_invoices', {
    what: 'invoices failed: The source does not answer',
    pipeline: 'invoices',
    count: 1,
    owner: 'ida@example.com',
    takenAt: ago(HOUR),
    downstream: { names: [], total: 0 },
  }),
  alert('al_late', {
    ruleId: 'run-late',
    kind: 'run-late',
    severity: 'warning',
    what: 'payroll is late: its run of 2026-11-23 05:00 UTC is not queued',
    cause: null,
    next: 'See whether Atlas is running where schedules fire.',
    pipeline: 'payroll',
    runId: null,
    link: '/schedules',
    count: 1,
    snoozedUntil: new Date(NOW + 3 * HOUR).toISOString(),
  }),
  alert('al_score', {
    ruleId: 'score-below',
    kind: 'score-below',
    severity: 'warning',
    what: 'The quality score of chart.customers is 89.9 %, below 90 %',
    cause: null,
    pipeline: null,
    dataset: 'chart.customers',
    link: '/datasets/chart.customers?tab=quality',
    count: 3,
  }),
]

export const alertStatus: AlertStatus = {
  open: 4,
  shown: 2,
  evaluator: {
    state: 'partial',
    lastAt: ago(MIN / 2),
    by: 'atlas start 4711 on atlas-1',
    failing: [{ ruleId: 'disk-low', name: 'The disk of the lake is nearly full', code: 'internal', lastAt: ago(HOUR) }],
  },
  undelivered: 1,
  now: ago(0),
}

export const neverAlertStatus: AlertStatus = {
  open: 0,
  shown: 0,
  evaluator: { state: 'never', lastAt: null, by: null, failing: [] },
  undelivered: 0,
  now: ago(0),
}

export const openAlerts: Reply<'GET /alerts'> = { alerts: open, next: null, status: alertStatus }
export const neverAlerts: Reply<'GET /alerts'> = { alerts: [], next: null, status: neverAlertStatus }

export const alertHistory: Reply<'GET /alerts'> = {
  alerts: [
    alert('al_over', { state: 'recovered', endedAt: ago(20 * HOUR), openedAt: ago(21 * HOUR), count: 2 }),
    alert('al_done', {
      state: 'resolved',
      endedAt: ago(40 * HOUR),
      openedAt: ago(44 * HOUR),
      endedBy: 'ida@example.com',
      note: 'The VPN was down; it is up again.',
    }),
  ],
  next: null,
  status: alertStatus,
}

export function alertDetail(id: string): AlertDetail {
  const found = [...open, ...alertHistory.alerts].find((one) => one.id === id) ?? open[0]!
  return {
    ...found,
    changes: [
      { change: 'occurred', at: ago(12 * MIN), by: null, note: null },
      { change: 'opened', at: ago(3 * HOUR), by: null, note: null },
    ],
    deliveries: [
      {
        id: 'ad_2',
        channel: 'team',
        kind: 'slack',
        state: 'waiting',
        alerts: 2,
        attempts: 3,
        formedAt: ago(10 * MIN),
        dueAt: new Date(NOW + 4 * MIN).toISOString(),
        sentAt: null,
        answer: null,
        error: 'hooks.slack.com answered 503 service unavailable.',
      },
      {
        id: 'ad_1',
        channel: 'on-call',
        kind: 'webhook',
        state: 'sent',
        alerts: 1,
        attempts: 1,
        formedAt: ago(3 * HOUR),
        dueAt: null,
        sentAt: ago(3 * HOUR - MIN),
        answer: '200 ok',
        error: null,
      },
    ],
  }
}

function rule(id: AlertRule['kind'], part: Partial<AlertRule> = {}): AlertRule {
  const kind = ruleKinds.find((one) => one.id === id)!
  return {
    id,
    kind: id,
    name: kind.title,
    options: {},
    severity: kind.severity,
    pipelines: [],
    datasets: [],
    channels: ['browser', 'ac_hook'],
    repeatMinutes: 60,
    enabled: true,
    open: 0,
    evaluatedAt: ago(MIN / 2),
    evaluationError: null,
    file: null,
    updatedBy: 'atlas',
    updatedAt: ago(900 * HOUR),
    ...part,
  }
}

export const alertRules: AlertRule[] = [
  rule('disk-low', { evaluationError: 'internal', evaluatedAt: ago(HOUR), channels: ['browser'] }),
  rule('run-failed', { open: 2 }),
  rule('run-late', { open: 1, options: { minutes: 30 }, pipelines: ['orders'], file: 'shop/pipelines/orders.yaml' }),
  rule('quality-anomaly', { enabled: false, evaluatedAt: null, channels: [] }),
]

export const alertRuleKinds: Reply<'GET /alert-rules/kinds'> = ruleKinds.map(({ id, title, description, severity, about, options }) => ({
  id,
  title,
  description,
  severity,
  about,
  options: z.toJSONSchema(options, { io: 'input' }),
}))

export const alertBackTest: Reply<'POST /alert-rules/back-test'> = {
  from: ago(336 * HOUR),
  to: ago(0),
  firings: [300, 200, 20].map((hours) => ({ at: ago(hours * HOUR), subject: 'orders' })).toReversed(),
  count: 3,
  why: null,
}

const base = { hourlyLimit: 20, groupSeconds: 60, lastFailedAt: null, lastError: null, waiting: 0, gaveUp: 0, updatedBy: 'ida@example.com' }

export const alertChannels: Reply<'GET /alert-channels'> = [
  {
    ...base,
    id: 'ac_hook',
    name: 'on-call',
    kind: 'webhook',
    settings: { url: 'https://hooks.example.com/atlas', secret: SECRET_KEPT },
    secretsSetAt: { secret: ago(500 * HOUR) },
    lastSentAt: ago(3 * HOUR),
    updatedAt: ago(500 * HOUR),
  },
  {
    ...base,
    id: 'ac_team',
    name: 'team',
    kind: 'slack',
    settings: { url: SECRET_KEPT },
    secretsSetAt: { url: ago(400 * HOUR) },
    lastSentAt: ago(30 * HOUR),
    lastFailedAt: ago(4 * MIN),
    lastError: 'hooks.slack.com answered 503 service unavailable.',
    waiting: 1,
    gaveUp: 2,
    updatedAt: ago(400 * HOUR),
  },
]

export const alertChannelKinds: Reply<'GET /alert-channels/kinds'> = channelKinds.map((kind) => ({
  id: kind.id,
  title: kind.title,
  description: kind.description,
  settings: settingsSchema(kind),
}))

export const alertTest: Reply<'POST /alert-channels/:channelId/test'> = {
  ok: true,
  answer: '200 ok',
  error: null,
  next: null,
  durationMs: 84,
}
