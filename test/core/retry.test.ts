import { describe, expect, it } from 'vitest'
import { errors } from '../../src/core/errors.ts'
import { attemptsOf, countsAsFailure, decideRetry } from '../../src/core/retry.ts'

const failure = { code: 'source.unreachable', retry: true, failures: 1, maxAttempts: 3 }
const least = () => 0
const most = () => 1 - 2 ** -32

describe('a failed attempt', () => {
  it.each([
    [1, 30_000, 60_000],
    [2, 60_000, 120_000],
    [3, 120_000, 240_000],
    [7, 1_800_000, 3_600_000],
    [19, 1_800_000, 3_600_000],
  ])(
    'number %i is followed by a pause of %i to %i ms: 60 s, doubled each time, at most 1 h, half of it by chance',
    (failures, from, to) => {
      const at = { ...failure, failures, maxAttempts: 20 }
      expect(decideRetry(at, undefined, least)).toEqual({ again: true, pauseMs: from })
      expect(decideRetry(at, undefined, most)).toEqual({ again: true, pauseMs: to })
    },
  )

  it('keeps to the rule of its pipeline', () => {
    const rule = { first: '2s', factor: 10, longest: '1min' }
    expect(decideRetry({ ...failure, failures: 2, maxAttempts: 5 }, rule, most)).toEqual({ again: true, pauseMs: 20_000 })
    expect(decideRetry({ ...failure, failures: 4, maxAttempts: 5 }, rule, most)).toEqual({ again: true, pauseMs: 60_000 })
  })

  it('that is the last one allowed is followed by nothing', () => {
    expect(decideRetry({ ...failure, failures: 3 }, undefined, least)).toEqual({ again: false, because: 'no_attempts_left' })
    expect(decideRetry({ ...failure, maxAttempts: 1 }, undefined, least)).toEqual({ again: false, because: 'no_attempts_left' })
  })

  it('that its source turned away uses up none of those it is allowed, twenty times, and waits longer each time', () => {
    expect([1, 2, 20, 21, 50].map((limited) => countsAsFailure('rate_limited', limited))).toEqual([false, false, false, true, true])
    expect(['failed', 'lost', 'handed_over'].map((outcome) => countsAsFailure(outcome, 0))).toEqual([true, true, false])
    const limited = { ...failure, code: 'source.rate_limited', failures: 0 }
    expect(decideRetry({ ...limited, limited: 1 }, undefined, most)).toEqual({ again: true, pauseMs: 60_000 })
    expect(decideRetry({ ...limited, limited: 3 }, undefined, most)).toEqual({ again: true, pauseMs: 240_000 })
    expect(decideRetry({ ...limited, limited: 1, maxAttempts: 1 }, undefined, most)).toEqual({ again: false, because: 'no_attempts_left' })
  })

  it('waits as long as the source said, even beyond the longest pause, and never less', () => {
    const day = { ...failure, code: 'source.rate_limited', retryAfterS: 86_400 }
    for (const random of [least, most]) {
      const decision = decideRetry(day, undefined, random)
      expect(decision.again && decision.pauseMs).toBeGreaterThanOrEqual(86_400_000)
      expect(decision.again && decision.pauseMs).toBeLessThanOrEqual(86_400_000 + 6_000)
    }
    expect(decideRetry({ ...day, retryAfterS: 5 }, undefined, least)).toEqual({ again: true, pauseMs: 30_000 })
  })

  it.each([
    'source.sign_in_failed',
    'source.permission_denied',
    'source.bad_settings',
    'source.tls',
    'pipeline.invalid',
    'run.blocked',
    'run.cancelled',
    'schema.frozen',
    'file.corrupt',
  ] as const)('with %s is never tried again by itself: nothing gets better by waiting', (code) => {
    expect(decideRetry({ ...failure, code, retry: errors[code].retry }, undefined, least)).toEqual({ again: false, because: 'no_use' })
  })

  it.each([
    'source.unreachable',
    'source.timeout',
    'source.rate_limited',
    'lake.disk_full',
    'dataset.conflict',
    'run.interrupted',
  ] as const)('with %s is tried again', (code) => {
    expect(decideRetry({ ...failure, code, retry: errors[code].retry }, undefined, least).again).toBe(true)
  })
})

describe('the number of attempts', () => {
  it('is what the pipeline says, otherwise three; one for a command whose author sees it fail', () => {
    expect(attemptsOf(undefined, 'schedule')).toBe(3)
    expect(attemptsOf(undefined, 'api')).toBe(3)
    expect(attemptsOf(undefined, 'cli')).toBe(1)
    expect(attemptsOf({ attempts: 5 }, 'cli')).toBe(5)
  })
})
