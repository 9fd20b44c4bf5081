import { describe, expect, it } from 'vitest'
import { formatShare } from '../../src/core/format-share.ts'
import { formatScore } from '../../src/web/format/percent.ts'

describe('a share in percent', () => {
  it.each([
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.9996, '99.9 %'],
    [0.57, '57.0 %'],
    [0.2796, '27.9 %'],
    [0.001, '0.1 %'],
    [0.0009, '<0.1 %'],
    [0, '0 %'],
  ])('%d is written %s: never 100 % for less, and never 0 % for a trace', (share, text) => {
    expect(formatShare(share)).toBe(text)
  })

  it.each([1, 0.9999, 0.9994, 0.57, 0.279, 0.001, 0.0002, 0])('%d is written by the same rule in the browser', (share) => {
    expect(formatShare(share).replace(' ', '')).toBe(formatScore(share, 'en-GB'))
  })
})
