import { expect, it } from 'vitest'
import type { CheckResult } from '../../src/contract/quality.ts'
import { chartedMetric, figureWords } from '../../src/web/pages/dataset/quality/words.ts'

it.each([
  ['ageHours', 35.73794, 'age: 1 d 11 h'],
  ['maxAgeHours', 1.5, 'max age: 1 h 30 min'],
  ['loadedAgeHours', 0, 'loaded age: 0 ms'],
  ['futureRows', 3, 'future rows: 3'],
  ['newest', null, 'newest: —'],
])('the figure %s of %s is shown as "%s"', (name, figure, words) => {
  expect(figureWords(name, figure)).toBe(words)
})

it.each([
  [
    { check: 'range', origin: 'browser', column: 'amount' },
    { rule: 'r', column: 'amount', metric: 'failing_share' },
  ],
  [
    { check: 'aggregate', origin: 'file', column: 'amount', value: 3 },
    { rule: 'r', column: 'amount', metric: 'value' },
  ],
  [
    { check: 'freshness', origin: 'pipeline', column: 't', figures: { ageHours: 2 } },
    { rule: 'r', column: 't', metric: 'ageHours' },
  ],
  [
    { check: 'not-blank', origin: 'automatic', column: 'a' },
    { rule: null, column: 'a', metric: 'completeness' },
  ],
] as const)('%j is charted as it is kept', (part, key) => {
  const result = { rule: 'r', value: null, figures: {}, ...part } as unknown as CheckResult
  expect(chartedMetric(result).key).toEqual(key)
})
