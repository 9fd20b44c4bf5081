import { describe, expect, it } from 'vitest'
import type { CheckStatus, QualitySummary } from '../../../src/contract/quality.ts'
import { dimensionMarks } from '../../../src/quality/score/dimension-marks.ts'

const dimensions = { completeness: 0.279, uniqueness: null, timeliness: null, validity: 0.9, accuracy: null, consistency: null }
const summary: QualitySummary = {
  score: 0.5,
  cap: null,
  coverage: { columns: 1, of: 2 },
  dimensions,
  reasons: { timeliness: 'No rule measures it.' },
  measured: 2,
}
const group = (status: CheckStatus, results: number, more: { failing?: number; automatic?: boolean } = {}) => ({
  dimension: 'completeness' as const,
  status,
  results,
  failing: 0,
  automatic: false,
  ...more,
})

describe('the cell of a dimension', () => {
  it('tells the share apart from how the declared rules came out, and the rules that only measured from both', () => {
    const { completeness } = dimensionMarks(summary, [
      group('passed', 3),
      group('passed', 9, { automatic: true }),
      group('warned', 2, { automatic: true, failing: 142 }),
      group('not_run', 1, { automatic: true }),
    ])
    expect(completeness).toEqual({ score: 0.279, state: 'passed', rules: 3, passing: 3, automatic: 11, failing: 0, reason: null })
  })

  it('has the worst outcome of the declared rules, and counts what could not run as not passing', () => {
    const { completeness } = dimensionMarks(summary, [
      group('passed', 1),
      group('error', 1, { failing: 7 }),
      group('warned', 1, { failing: 5 }),
    ])
    expect(completeness).toMatchObject({ state: 'error', rules: 3, passing: 1, failing: 5 })
  })

  it('of no rule has no outcome and says why', () => {
    const { timeliness } = dimensionMarks(summary, [])
    expect(timeliness).toEqual({
      score: null,
      state: 'none',
      rules: 0,
      passing: 0,
      automatic: 0,
      failing: 0,
      reason: 'No rule measures it.',
    })
  })
})
