import { describe, expect, it } from 'vitest'
import type { MetricKind } from '../../../src/contract/quality-history.ts'
import { expectNext, judge, type Judged, type PastPoint } from '../../../src/quality/history/judge.ts'
import { normal, seeded } from './healthy-series.ts'

const MONDAY = Date.UTC(2026, 5, 1)
const DAY = 86_400_000
const at = (day: number): Date => new Date(MONDAY + day * DAY)

/** A history as it came about: each point judged by those before it. */
function live(kind: MetricKind, values: readonly number[], marks: Record<number, 'point' | 'level'> = {}): PastPoint[] {
  const history: PastPoint[] = []
  for (const [day, value] of values.entries()) {
    const { verdict, reason } = judge(kind, history, { at: at(day), value })
    history.push({ at: at(day), value, verdict, reason, mark: marks[day] ?? null })
  }
  return history
}

function judgeNext(kind: MetricKind, history: readonly PastPoint[], value: number): Judged {
  return judge(kind, history, { at: at(history.length), value })
}

describe('a weekly season', () => {
  const weeks = Array.from({ length: 84 }, (_, day) => (day % 7 < 5 ? 1000 : 200))

  it('Q29: a Saturday like the others is no alert', () => {
    const history = live('count', [...weeks, 1000, 1000, 1000, 1000, 1000])
    expect(history.filter(({ verdict }) => verdict === 'alert')).toEqual([])
    expect(judgeNext('count', history, 200)).toMatchObject({ verdict: 'ok' })
  })

  it('Q29: a Monday of 700 is below what is expected of Mondays', () => {
    expect(judgeNext('count', live('count', weeks), 700)).toMatchObject({ verdict: 'alert', reason: 'below' })
  })

  it('is told only from four weeks of days on, and not from points that come by the hour', () => {
    expect(expectNext('count', live('count', weeks.slice(0, 84)), at(84))?.basis).toMatchObject({ season: 'weekday', points: 84 })
    const hourly = weeks.map((value, hour) => ({
      at: new Date(MONDAY + hour * 3_600_000),
      value,
      verdict: 'ok' as const,
      reason: null,
      mark: null,
    }))
    expect(expectNext('count', hourly, new Date(MONDAY + 84 * 3_600_000))?.basis.season).toBe('none')
  })
})

describe('a history that never changed', () => {
  it.each([
    ['Q32: six after fives is no alert', 6, 'ok'],
    ['Q32: fifty after fives is one', 50, 'alert'],
  ] as const)('%s', (_, value, verdict) => {
    expect(
      judgeNext(
        'count',
        live(
          'count',
          Array.from({ length: 30 }, () => 5),
        ),
        value,
      ).verdict,
    ).toBe(verdict)
  })

  it.each([
    ['a number may move by a few percent', 'number', 200, 205, 'ok'],
    ['and not by half', 'number', 200, 300, 'alert'],
    ['a count of 10,000 may move as counts do', 'count', 10_000, 10_200, 'ok'],
    ['a share of 0 may become a tenth of a percent', 'share', 0, 0.001, 'ok'],
    ['and not five percent', 'share', 0, 0.05, 'alert'],
    ['a number that was always 0 has no scale but 1', 'number', 0, 1, 'ok'],
  ] as const)('%s', (_, kind, usual, value, verdict) => {
    expect(
      judgeNext(
        kind,
        live(
          kind,
          Array.from({ length: 40 }, () => usual),
        ),
        value,
      ).verdict,
    ).toBe(verdict)
  })
})

describe('a slow drift', () => {
  /** The day on which a drift of 0.5 % a day under noise of 2 % is told; null when not within 60 days. */
  function toldAfter(seed: number): number | null {
    const random = seeded(seed)
    const noise = (): number => 1 + 0.02 * normal(random)
    const steady = Array.from({ length: 56 }, () => 1000 * noise())
    const history = live('number', steady)
    for (let day = 1; day <= 60; day += 1) {
      const value = 1000 * (1 + 0.005 * day) * noise()
      const { verdict, reason } = judgeNext('number', history, value)
      if (verdict === 'alert') return day
      history.push({ at: at(history.length), value, verdict, reason, mark: null })
    }
    return null
  }

  it('Q31: is told at a median of day 12 or before', () => {
    const days = Array.from({ length: 41 }, (_, seed) => toldAfter(seed * 97 + 5)).toSorted((a, b) => (a ?? 99) - (b ?? 99))
    expect(days).not.toContain(null)
    expect(days[20]).toBeLessThanOrEqual(12)
  }, 30_000)

  it('is named as one, with its direction, though every point is within its range', () => {
    const random = seeded(3)
    const values = Array.from({ length: 84 }, (_, day) => 1000 + 15 * normal(random) - Math.max(0, day - 60) * 4)
    const told = live('number', values).filter(({ verdict }) => verdict === 'alert')
    expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set(['drifting_down']))
  })
})

describe('what is expected', () => {
  it('is nothing before eight points', () => {
    expect(judgeNext('number', live('number', [1, 2, 3, 4, 5, 6, 7]), 1e9)).toEqual({
      verdict: 'learning',
      reason: null,
      low: null,
      high: null,
    })
  })

  it('goes on along a trend', () => {
    const history = live(
      'count',
      Array.from({ length: 60 }, (_, day) => 1000 + 10 * day),
    )
    expect(expectNext('count', history, at(60))?.basis.model).toMatch(/trend|steps/)
    expect(judgeNext('count', history, 1600).verdict).toBe('ok')
    expect(judgeNext('count', history, 1000)).toMatchObject({ verdict: 'alert', reason: 'below' })
  })

  it('of a table that only grows are steps like its steps, wherever it stands', () => {
    const random = seeded(11)
    let rows = 50_000
    const history = live(
      'count',
      Array.from({ length: 60 }, () => (rows += Math.round(500 + 300 * random()))),
    )
    expect(judgeNext('count', history, rows + 600).verdict).toBe('ok')
    expect(judgeNext('count', history, rows - 20_000)).toMatchObject({ verdict: 'alert', reason: 'below' })
    expect(judgeNext('count', history, rows + 20_000)).toMatchObject({ verdict: 'alert', reason: 'above' })
  })

  it('is never less than no rows, nor a share beyond 0 and 1', () => {
    const counts = expectNext('count', live('count', [3, 0, 2, 1, 4, 0, 2, 3, 1, 2]), at(10))
    const shares = expectNext('share', live('share', [0.9, 1, 0.8, 1, 0.9, 0.7, 1, 0.9, 1, 0.8]), at(10))
    expect([counts?.low, shares?.high]).toEqual([0, 1])
  })
})

describe('what somebody called expected', () => {
  const steady = Array.from({ length: 40 }, (_, day) => 1000 + (day % 5))

  it('counts as usual: the same value is no alert the next time', () => {
    const taught = live('count', [...steady, 1900, ...steady.slice(0, 6)], { 40: 'point' })
    expect(taught[40]).toMatchObject({ verdict: 'alert', reason: 'above' })
    expect(judgeNext('count', taught, 1900).verdict).toBe('ok')
    expect(judgeNext('count', live('count', [...steady, 1900, ...steady.slice(0, 6)]), 1900).verdict).toBe('alert')
  })

  it('as a level discounts what was before: the old values are the alert then', () => {
    const shifted = [...steady, ...steady.slice(0, 20).map((value) => value + 1000)]
    const taught = live('count', shifted, { 40: 'level' })
    expect(taught.slice(41).map(({ verdict }) => verdict)).not.toContain('alert')
    expect(judgeNext('count', taught, 1000)).toMatchObject({ verdict: 'alert', reason: 'below' })
    expect(
      live('count', shifted)
        .slice(41, 50)
        .every(({ verdict }) => verdict === 'alert'),
    ).toBe(true)
  })
})
