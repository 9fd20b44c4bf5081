import { z } from 'zod'
import type { Reply } from '../../src/client/call.ts'
import { CheckRule, type CheckResult, type CheckRule as Rule } from '../../src/contract/quality.ts'
import type { HistoryPoint, MetricSeries } from '../../src/contract/quality-history.ts'
import type { StatusCounts } from '../../src/contract/quality-overview.ts'
import type { DatasetRule } from '../../src/contract/quality-rules.ts'
import { checks as checkKinds } from '../../src/quality/index.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'
import { checks, quality } from './fixture-measures.ts'
import { qualityOverview } from './fixture-quality.ts'

const DATASET = 'chart.customers'
const DAY = 24 * HOUR
const none: StatusCounts = { passed: 0, warned: 0, failed: 0, error: 0, not_run: 0 }

const amountRule: Rule = CheckRule.parse({
  id: 'amount-is-positive',
  check: 'range',
  options: { column: 'amount', min: 0 },
  where: "status <> 'returned'",
  fail: { percent: 0.01 },
  owner: 'Finance',
  description: 'An order that was not returned has an amount of at least zero.',
})

const declared = (id: string, part: Partial<DatasetRule>, rule: Rule = amountRule): DatasetRule => ({
  dataset: DATASET,
  id,
  rule: { ...rule, id },
  origin: 'browser',
  source: null,
  editable: true,
  version: 3,
  changedBy: 'admin',
  changedAt: ago(3 * DAY),
  ...part,
})

const amountResult: CheckResult = {
  ...checks[0]!,
  rule: 'amount-is-positive',
  check: 'range',
  title: 'Values lie in a range',
  dimension: 'validity',
  column: 'amount',
  origin: 'browser',
  status: 'failed',
  failing: 39,
  eligible: 1_204_512,
  limits: { warn: null, fail: { percent: 0.01 } },
  message: null,
}

const point = (index: number, value: number, part: Partial<HistoryPoint> = {}): HistoryPoint => ({
  id: String(900 + index),
  snapshotId: `s_${380 + index}`,
  runId: null,
  at: ago((20 - index) * DAY),
  value,
  low: index < 6 ? null : 1_150_000,
  high: index < 6 ? null : 1_230_000,
  verdict: index < 6 ? 'learning' : 'ok',
  reason: null,
  mark: null,
  ...part,
})
const rowPoints = [
  ...Array.from({ length: 19 }, (_, index) => point(index, 1_180_000 + ((index * 7919) % 23_000))),
  point(19, 1_020_114, { verdict: 'alert', reason: 'below' }),
]
const rowsSeries: MetricSeries = { rule: null, column: null, metric: 'rows', kind: 'count', points: 20, last: rowPoints.at(-1)! }

export const datasetQuality: Reply<'GET /quality/datasets/:name'> = {
  dataset: DATASET,
  layer: 'chart',
  snapshotId: 's_412',
  rows: 1_204_512,
  measuredAt: ago(12 * MIN),
  runId: 'r_done',
  summary: { ...quality, score: 0.59, cap: { at: 0.59, rule: 'amount-is-positive' } },
  state: 'failed',
  counts: { ...none, passed: 2, failed: 1, error: 1 },
  automatic: { ...none, passed: 1 },
  dimensions: qualityOverview.datasets[2]!.dimensions,
  rules: [
    amountResult,
    ...checks.map(({ dataset: _, ...check }, index) => ({ ...check, origin: index < 3 ? ('pipeline' as const) : ('automatic' as const) })),
  ],
  columns: [
    {
      column: 'customer_id',
      type: 'BIGINT',
      pii: null,
      score: 1,
      dimensions: { ...quality.dimensions, completeness: 1, uniqueness: 1, validity: null, consistency: null },
      covered: true,
      state: 'passed',
      counts: { ...none, passed: 1 },
    },
    {
      column: 'email',
      type: 'VARCHAR',
      pii: 'EMAIL_ADDRESS',
      score: 0.9995,
      dimensions: { ...quality.dimensions, completeness: 0.9995, uniqueness: null, validity: null, consistency: null },
      covered: true,
      state: 'warned',
      counts: { ...none, warned: 1 },
    },
    {
      column: 'amount',
      type: 'DECIMAL(12,2)',
      pii: null,
      score: 0.9999,
      dimensions: { ...quality.dimensions, completeness: 0.9612, uniqueness: null, consistency: null },
      covered: true,
      state: 'failed',
      counts: { ...none, failed: 1 },
    },
    {
      column: 'note',
      type: 'VARCHAR',
      pii: null,
      score: 0.04,
      dimensions: { ...quality.dimensions, completeness: 0.04, uniqueness: null, validity: null, consistency: null },
      covered: false,
      state: 'none',
      counts: none,
    },
  ],
  trend: qualityOverview.datasets[0]!.trend,
  anomalies: [rowsSeries],
  refused: null,
  piiColumns: 4,
}

export const neverDatasetQuality: Reply<'GET /quality/datasets/:name'> = {
  ...datasetQuality,
  measuredAt: null,
  runId: null,
  summary: null,
  state: 'none',
  counts: none,
  automatic: none,
  rules: [],
  columns: [],
  trend: [],
  anomalies: [],
}

export const datasetRules: Reply<'GET /datasets/:name/rules'> = {
  rules: [
    declared('amount-is-positive', {}),
    declared('not-null.email', { origin: 'file', source: 'contracts/customers.yaml', editable: false, version: 2 }),
    declared('country-is-known', {}, CheckRule.parse({ check: 'set', options: { column: 'country', values: ['DK', 'SE', 'NO'] } })),
  ],
}

export const checkKindsReply: Reply<'GET /quality/checks'> = {
  checks: checkKinds.map((check) => ({
    id: check.id,
    aliases: [...(check.aliases ?? [])],
    title: check.title,
    dimension: check.dimension,
    description: check.description,
    options: z.toJSONSchema(check.options, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
  })),
  rule: z.toJSONSchema(CheckRule, { io: 'input', unrepresentable: 'any' }),
}

export const metricHistory = (query: URLSearchParams): Reply<'GET /quality/datasets/:name/history'> => {
  const isRows = query.get('rule') === null
  const shares = Array.from({ length: 14 }, (_, index) =>
    point(index, index < 13 ? 0 : 0.000_032, {
      low: index < 6 ? null : 0,
      high: index < 6 ? null : 0.000_01,
      verdict: index === 13 ? 'alert' : 'ok',
      reason: index === 13 ? 'above' : null,
    }),
  )
  return {
    dataset: DATASET,
    rule: query.get('rule'),
    column: query.get('column'),
    metric: query.get('metric') ?? 'rows',
    kind: isRows ? 'count' : 'share',
    points: isRows ? rowPoints : shares,
    next: isRows ? { low: 1_150_000, high: 1_230_000 } : { low: 0, high: 0.000_01 },
    basis: { points: 19, season: 'weekday', model: 'level' },
  }
}

const rowsFound = {
  columns: [
    { name: 'customer_id', type: 'BIGINT', withheld: false },
    { name: 'amount', type: 'DECIMAL(12,2)', withheld: false },
    { name: 'email', type: 'VARCHAR', withheld: true },
  ],
  rows: [
    ['418', '-12.50', null],
    ['20114', '-0.01', null],
  ],
}

export const failingRows: Reply<'GET /datasets/:name/rules/:rule/failing-rows'> = {
  rule: 'amount-is-positive',
  snapshotId: 's_412',
  keys: ['customer_id'],
  failing: 39,
  message: null,
  ...rowsFound,
}

export const testedRule: Reply<'POST /datasets/:name/rules/test'> = {
  snapshotId: 's_412',
  measuredAt: ago(0),
  result: amountResult,
  failing: rowsFound,
  warnings: [],
}

export const ruleVersions: Reply<'GET /datasets/:name/rules/:rule/history'> = {
  versions: [
    {
      version: 3,
      change: 'changed',
      rule: amountRule,
      origin: 'browser',
      source: null,
      by: 'admin',
      at: ago(3 * DAY),
      reason: 'returns are below zero by design',
      changes: [{ path: 'where', to: "status <> 'returned'" }],
    },
  ],
}

export const suggestions: Reply<'GET /datasets/:name/rules/suggestions'> = {
  dataset: DATASET,
  snapshotId: 's_412',
  rules: [
    { rule: CheckRule.parse({ check: 'not-null', options: { column: 'customer_id' } }), why: 'all 1,204,512 rows have a value' },
    { rule: CheckRule.parse({ check: 'set', options: { column: 'country', values: ['DK', 'SE', 'NO'] } }), why: '3 different values' },
  ],
  known: [{ rule: 'amount-is-positive', origin: 'browser', source: null }],
  yaml: 'dataset: chart.customers\nrules:\n  - check: not-null\n    options: { column: customer_id }\n',
}
