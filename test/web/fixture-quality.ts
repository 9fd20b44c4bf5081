import type { Reply } from '../../src/client/call.ts'
import type { Dimension } from '../../src/contract/quality.ts'
import type { DimensionMark, QualityState, ScorecardRow, StatusCounts } from '../../src/contract/quality-overview.ts'
import { HOUR, MIN, NOW, ago } from './fixture-clock.ts'

const DAY = 24 * HOUR
const none: StatusCounts = { passed: 0, warned: 0, failed: 0, error: 0, not_run: 0 }
const unmeasured: DimensionMark = {
  score: null,
  state: 'none',
  rules: 0,
  passing: 0,
  automatic: 0,
  failing: 0,
  reason: 'No rule measures it.',
}
const mark = (state: QualityState, score: number | null, failing = 0): DimensionMark => ({
  score,
  state,
  rules: state === 'none' ? 0 : 2,
  passing: state === 'none' ? 0 : state === 'passed' ? 2 : 1,
  automatic: 9,
  failing,
  reason: score === null ? 'The rule could not run.' : null,
})

function marks(some: Partial<Record<Dimension, DimensionMark>>): ScorecardRow['dimensions'] {
  return {
    completeness: unmeasured,
    uniqueness: unmeasured,
    timeliness: unmeasured,
    validity: unmeasured,
    accuracy: unmeasured,
    consistency: unmeasured,
    ...some,
  }
}

const trend = (scores: (number | null)[]): ScorecardRow['trend'] =>
  scores.map((score, index) => ({
    snapshotId: `s_${300 + index}`,
    at: ago((scores.length - index) * DAY),
    score,
    dimensions: null,
    rows: 1_204_512,
  }))

const row = (dataset: string, part: Partial<ScorecardRow>): ScorecardRow => ({
  dataset,
  layer: dataset.slice(0, dataset.indexOf('.')) as ScorecardRow['layer'],
  snapshotId: 's_412',
  rows: 1_204_512,
  measuredAt: ago(12 * MIN),
  score: null,
  cap: null,
  coverage: { columns: 0, of: 9 },
  measured: 0,
  dimensions: marks({}),
  state: 'none',
  counts: none,
  automatic: none,
  anomalies: 0,
  piiColumns: null,
  trend: [],
  ...part,
})

const rows: ScorecardRow[] = [
  row('chart.orders', {
    score: 0.59,
    cap: { at: 0.59, rule: 'amount-is-positive' },
    coverage: { columns: 5, of: 9 },
    measured: 4,
    state: 'failed',
    counts: { ...none, passed: 11, failed: 1 },
    anomalies: 1,
    dimensions: marks({
      completeness: mark('passed', 0.9994),
      uniqueness: mark('passed', 1),
      validity: mark('failed', 0.9999, 39),
      consistency: mark('passed', 1),
    }),
    trend: trend([0.999, 0.999, 0.998, null, 0.999, 0.998, 0.59]),
  }),
  row('navigate.customers', {
    rows: 48_031,
    score: 0.89,
    cap: { at: 0.89, rule: 'loaded-today' },
    coverage: { columns: 7, of: 7 },
    measured: 4,
    state: 'error',
    counts: { ...none, passed: 8, warned: 1, error: 1, not_run: 1 },
    piiColumns: 3,
    dimensions: marks({
      completeness: mark('passed', 1),
      uniqueness: mark('passed', 1),
      timeliness: mark('warned', 0),
      validity: mark('passed', 0.9971),
      accuracy: mark('not_run', null),
      consistency: mark('error', null),
    }),
    trend: trend([0.998, 0.997, 0.998, 0.998, 0.89]),
  }),
  row('chart.customers', {
    score: 0.9871,
    coverage: { columns: 6, of: 9 },
    measured: 4,
    state: 'passed',
    counts: { ...none, passed: 9 },
    piiColumns: 4,
    dimensions: marks({
      completeness: mark('passed', 0.9612),
      uniqueness: mark('passed', 1),
      validity: mark('passed', 0.9999),
      consistency: mark('passed', 0.9874),
    }),
    trend: trend([0.95, 0.96, 0.97, 0.985, 0.9871]),
  }),
  row('explore.customers', {
    measuredAt: ago(2 * HOUR),
    measured: 1,
    score: null,
    dimensions: marks({ completeness: mark('none', 0.74) }),
  }),
  row('chart.invoices', { measuredAt: null }),
]

export const qualityOverview: Reply<'GET /quality/overview'> = {
  asOf: new Date(NOW).toISOString(),
  counts: { passed: 28, warned: 1, failed: 1, error: 1, not_run: 1 },
  automatic: { ...none, passed: 20, warned: 2 },
  total: rows.length,
  withoutRules: 2,
  neverMeasured: 1,
  anomalies: 1,
  layers: [
    {
      layer: 'explore',
      datasets: 1,
      scored: 0,
      score: null,
      worst: null,
      coverage: { columns: 0, of: 9 },
      trend: [],
    },
    {
      layer: 'chart',
      datasets: 3,
      scored: 2,
      score: 0.7885,
      worst: { dataset: 'chart.orders', score: 0.59 },
      coverage: { columns: 11, of: 27 },
      trend: days([0.97, 0.98, 0.98, 0.7885]),
    },
    {
      layer: 'navigate',
      datasets: 1,
      scored: 1,
      score: 0.89,
      worst: { dataset: 'navigate.customers', score: 0.89 },
      coverage: { columns: 7, of: 7 },
      trend: days([0.998, 0.997, 0.89]),
    },
  ],
  datasets: rows,
}

function days(scores: number[]): Reply<'GET /quality/overview'>['layers'][number]['trend'] {
  return scores.map((score, index) => ({ day: ago((scores.length - 1 - index) * DAY).slice(0, 10), score, datasets: 1 }))
}

export const neverQualityOverview: Reply<'GET /quality/overview'> = {
  ...qualityOverview,
  counts: none,
  automatic: none,
  total: 0,
  withoutRules: 0,
  neverMeasured: 0,
  anomalies: 0,
  layers: [],
  datasets: [],
}
