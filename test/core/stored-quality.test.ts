import { expect, it } from 'vitest'
import { CheckResult, QualitySummary } from '../../src/contract/quality.ts'
import { completeResult, completeSummary } from '../../src/core/stored-quality.ts'

const dimensions = { completeness: 1, uniqueness: null, timeliness: null, validity: 0.9, accuracy: null, consistency: null }
const old = {
  check: 'range',
  title: 'Values are within a range',
  dimension: 'validity' as const,
  column: 'amount',
  status: 'failed' as const,
  blocking: false,
  eligible: 10,
  failing: 1,
  figures: {},
  message: null,
}

it('results and summaries of version 0.2 are read as those of today', () => {
  expect(QualitySummary.parse(completeSummary({ score: 0.95, dimensions, reasons: {}, measured: 2 }))).toMatchObject({
    score: 0.95,
    cap: null,
  })
  expect(CheckResult.parse(completeResult(old))).toMatchObject({ rule: 'range.amount', severity: 'error', origin: 'pipeline', value: null })
  expect(completeResult({ ...old, check: 'not-blank', status: 'warned' })).toMatchObject({ origin: 'automatic', severity: 'info' })
})

it('results of today stay as they are', () => {
  const limits = { warn: { rows: 3 }, fail: null }
  const now: CheckResult = { ...old, rule: 'mine', severity: 'warning', origin: 'file', limits, value: 3, sample: null }
  expect(completeResult(now)).toEqual(now)
})
