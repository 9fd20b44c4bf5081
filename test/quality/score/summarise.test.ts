import { describe, expect, it } from 'vitest'
import type { CheckResult, Dimension, Severity } from '../../../src/contract/quality.ts'
import { raw } from '../../../src/core/sql.ts'
import type { PlannedRule } from '../../../src/quality/plan-rules.ts'
import { capOf } from '../../../src/quality/score/cap.ts'
import { columnScores } from '../../../src/quality/score/column-scores.ts'
import { layerScore } from '../../../src/quality/score/layer-score.ts'
import { summarise } from '../../../src/quality/score/summarise.ts'
import { seeded } from '../history/healthy-series.ts'

interface Outcome {
  name: string
  dimension?: Dimension
  severity?: Severity
  status?: CheckResult['status']
  eligible?: number
  failing?: number
  column?: string | null
  automatic?: boolean
  kind?: 'row' | 'measure'
}

function planned({ name, dimension = 'validity', severity = 'error', column = 'a', automatic, kind = 'row' }: Outcome): PlannedRule {
  const plan: PlannedRule['plan'] =
    kind === 'row'
      ? { kind, eligible: raw('true'), failing: raw('false') }
      : { kind, figures: () => ({}), judge: () => ({ value: 1, broken: false, failing: 0, eligible: 0, message: null }) }
  const origin = automatic === true ? ('automatic' as const) : ('pipeline' as const)
  const looksAt = column === null ? [] : [column]
  return {
    rule: name,
    check: 'x',
    title: name,
    dimension,
    column,
    looksAt,
    severity,
    origin,
    blocking: false,
    limits: { warn: null, fail: null },
    where: null,
    isWritten: false,
    plan,
  }
}

function resultOf(outcome: Outcome): CheckResult {
  const { rule, check, title, dimension, column, looksAt, severity, origin, blocking, limits } = planned(outcome)
  const { status = 'passed', eligible = 100, failing = 0 } = outcome
  const measured = { eligible, failing, figures: {}, value: null, sample: null, message: null, status }
  return { rule, check, title, dimension, column, columns: [...looksAt], severity, origin, blocking, limits, ...measured }
}

/** The summary of outcomes of which the failing rows of each dimension overlap as much as they can. */
function summaryOf(outcomes: readonly Outcome[], rows = 100) {
  const results = outcomes.map(resultOf)
  const broken: Partial<Record<Dimension, number>> = {}
  for (const { dimension, failing, eligible } of results) if (eligible > 0) broken[dimension] = Math.max(broken[dimension] ?? 0, failing)
  const columns = [
    { name: 'a', type: 'INTEGER' },
    { name: 'b', type: 'VARCHAR' },
  ]
  return summarise(outcomes.map(planned), results, { rows, broken }, columns)
}

describe('a table', () => {
  it('Q26: without rules has no score and no coverage', () => {
    const summary = summaryOf([])
    expect(summary).toMatchObject({ score: null, cap: null, coverage: { columns: 0, of: 2 }, measured: 0 })
    expect(new Set(Object.values(summary.dimensions))).toEqual(new Set([null]))
  })

  it.each([
    ['a failed rule', 'error', 'failed', 0.59],
    ['a failed critical rule', 'critical', 'failed', 0.59],
    ['a warning of a rule that could fail', 'error', 'warned', 0.89],
    ['a warning', 'warning', 'warned', 0.89],
  ] as const)('Q27: with %s is capped whatever the mean, and the cap names the rule', (_, severity, status, at) => {
    const summary = summaryOf([{ name: 'fine' }, { name: 'bad', severity, status, failing: 1, eligible: 1_000_000 }], 1_000_000)
    expect(summary.score).toBe(at)
    expect(summary.cap).toEqual({ at, rule: 'bad' })
    expect(summary.dimensions.validity).toBe(0.9999)
  })

  it('Q27: is capped by its worst rule: failed before warned, then by severity, then by its share of rows', () => {
    const worst = (...outcomes: Outcome[]) => capOf(outcomes.map(resultOf))?.rule
    expect(worst({ name: 'warns', status: 'warned', failing: 90 }, { name: 'fails', status: 'failed', failing: 1 })).toBe('fails')
    expect(
      worst({ name: 'error', status: 'failed', failing: 90 }, { name: 'critical', severity: 'critical', status: 'failed', failing: 1 }),
    ).toBe('critical')
    expect(worst({ name: 'few', status: 'failed', failing: 1 }, { name: 'many', status: 'failed', failing: 2 })).toBe('many')
  })

  it('is never capped by rules that run by themselves or only inform, and a score below the cap stays', () => {
    expect(summaryOf([{ name: 'auto', automatic: true, status: 'warned', failing: 5 }, { name: 'declared' }])).toMatchObject({
      cap: null,
      score: 0.95,
    })
    expect(summaryOf([{ name: 'info', severity: 'info', status: 'warned', failing: 5 }])).toMatchObject({ cap: null, score: 0.95 })
    expect(summaryOf([{ name: 'bad', status: 'failed', failing: 80 }])).toMatchObject({ cap: { at: 0.59 }, score: 0.2 })
  })

  it('has no score where nobody declared a rule, and yet the shares of what runs by itself', () => {
    expect(summaryOf([{ name: 'auto', automatic: true, status: 'warned', failing: 5 }])).toMatchObject({
      score: null,
      cap: null,
      dimensions: { validity: 0.95 },
      measured: 1,
    })
  })

  it('is never whole while a rule could not run, and never by rounding', () => {
    expect(summaryOf([{ name: 'fine' }, { name: 'lost', status: 'error', eligible: 0 }]).score).toBe(0.9999)
    expect(summaryOf([{ name: 'info', severity: 'info', status: 'warned', failing: 1, eligible: 10_000_000 }], 10_000_000).score).toBe(
      0.9999,
    )
  })

  it.each([
    ['passed', 1, 1],
    ['warned', 0.89, 0.89],
    ['failed', 0.59, 0.59],
  ] as const)('whose rule of the whole table has %s scores %d in its dimension', (status, dimension, score) => {
    const summary = summaryOf([{ name: 'rows', kind: 'measure', column: null, eligible: 0, status }])
    expect([summary.dimensions.validity, summary.score]).toEqual([dimension, score])
  })

  it('is covered by the columns that declared rules look at', () => {
    expect(
      summaryOf([
        { name: 'auto', automatic: true, column: 'b' },
        { name: 'mine', column: 'a' },
      ]).coverage,
    ).toEqual({ columns: 1, of: 2 })
  })
})

describe('a dimension', () => {
  it('Q26: is never raised by a rule that passes, and only lowered by one that fails, whatever the rules', () => {
    const random = seeded(26)
    const rows = 1000
    const any = (name: string): Outcome => {
      const eligible = Math.floor(random() * rows)
      const failing = random() < 0.5 ? 0 : Math.floor(random() * eligible)
      const status = eligible === 0 ? 'not_run' : failing === 0 ? 'passed' : random() < 0.5 ? 'warned' : 'failed'
      return { name, eligible, failing, status }
    }
    for (let round = 0; round < 500; round += 1) {
      const rules = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, each) => any(`r${each}`))
      const before = summaryOf(rules, rows).dimensions.validity
      if (before === null) continue
      const passing = summaryOf([...rules, { name: 'more', eligible: 1 + Math.floor(random() * rows) }], rows).dimensions.validity
      const failing = summaryOf([...rules, { name: 'more', eligible: 10, failing: 1 + Math.floor(random() * 9), status: 'failed' }], rows)
      expect(passing, JSON.stringify(rules)).toBe(before)
      expect(failing.dimensions.validity, JSON.stringify(rules)).toBeLessThanOrEqual(Math.min(before, 0.9))
    }
  })
})

describe('a column', () => {
  const columns = [
    { name: 'a', type: 'INTEGER', pii: null },
    { name: 'b', type: 'VARCHAR', pii: { entity: 'EMAIL_ADDRESS' } },
    { name: 'c', type: 'DATE', pii: null },
  ]

  it('has the lowest pass share of its rules by dimension, the lowest of those as score, and is covered by declared rules alone', () => {
    const results = [
      resultOf({ name: 'one', failing: 10, status: 'failed' }),
      resultOf({ name: 'two', failing: 30, status: 'warned' }),
      resultOf({ name: 'three', dimension: 'completeness', failing: 5, status: 'warned' }),
      resultOf({ name: 'auto', dimension: 'completeness', column: 'b', automatic: true, failing: 50, status: 'warned' }),
      { ...resultOf({ name: 'both', column: null }), columns: ['a', 'c'] },
    ]
    const [a, b, c] = columnScores(results, columns)
    expect(a).toMatchObject({
      score: 0.7,
      covered: true,
      state: 'failed',
      dimensions: { validity: 0.7, completeness: 0.95, accuracy: null },
    })
    expect(b).toMatchObject({ score: 0.5, covered: false, state: 'none', pii: 'EMAIL_ADDRESS' })
    expect(c).toMatchObject({ score: null, covered: true, state: 'passed' })
  })
})

describe('a layer', () => {
  const dataset = (name: string, score: number | null) => ({
    dataset: name,
    layer: 'chart' as const,
    score,
    coverage: { columns: 1, of: 2 },
  })

  it('has the mean of its scores rounded down, and names the worst; what has no score is in the number of datasets alone', () => {
    const datasets = [dataset('chart.a', 0.9), dataset('chart.b', 0.59), dataset('chart.c', null)]
    expect(layerScore('chart', datasets, [])).toMatchObject({
      datasets: 3,
      scored: 2,
      score: 0.745,
      worst: { dataset: 'chart.b', score: 0.59 },
      coverage: { columns: 3, of: 6 },
    })
    expect(layerScore('navigate', datasets, [])).toMatchObject({ datasets: 0, score: null, worst: null, coverage: null })
  })

  it('has at the end of each day what each dataset scored last, and a gap where none has a score', () => {
    const day = (datasetId: number, at: string, score: number | null) => ({ datasetId, layer: 'chart' as const, day: at, score })
    const days = [day(1, '2026-11-01', 1), day(2, '2026-11-02', 0.5), day(1, '2026-11-03', null), day(2, '2026-11-04', null)]
    expect(layerScore('chart', [], days).trend).toEqual([
      { day: '2026-11-01', score: 1, datasets: 1 },
      { day: '2026-11-02', score: 0.75, datasets: 2 },
      { day: '2026-11-03', score: 0.5, datasets: 1 },
      { day: '2026-11-04', score: null, datasets: 0 },
    ])
  })
})
