import { describe, expect, it } from 'vitest'
import { judge, type PastPoint } from '../../../src/quality/history/judge.ts'
import { type HealthySeries, healthySeries, seeded } from './healthy-series.ts'

const SUNDAY = Date.UTC(2026, 0, 4)
const DAY = 86_400_000
const DAYS = 240
const SERIES = 2
/** What the pipeline reads back. */
const KEPT = 100

interface Alarms {
  judged: number
  alarms: number
}

function simulate({ kind, make }: HealthySeries, seed: number): Alarms {
  const next = make(seeded(seed))
  const history: PastPoint[] = []
  const count: Alarms = { judged: 0, alarms: 0 }
  for (let day = 0; day < DAYS; day += 1) {
    const point = { at: new Date(SUNDAY + day * DAY), value: next(day) }
    const { verdict, reason } = judge(kind, history.slice(-KEPT), point)
    if (verdict !== 'learning') count.judged += 1
    if (verdict === 'alert') count.alarms += 1
    history.push({ ...point, verdict, reason, mark: null })
  }
  return count
}

describe('healthy data', () => {
  it('raises at most one alert in a thousand metric-days: seasons, trends, noise with normal and heavy tails, counts, shares', () => {
    const runs = healthySeries.flatMap((series, place) =>
      Array.from({ length: SERIES }, (_, each) => ({ what: series.what, ...simulate(series, 1000 * place + each + 1) })),
    )
    const judged = runs.reduce((sum, run) => sum + run.judged, 0)
    const alarms = runs.reduce((sum, run) => sum + run.alarms, 0)
    expect(judged).toBe(healthySeries.length * SERIES * (DAYS - 8))
    expect(alarms / judged, JSON.stringify(runs.filter((run) => run.alarms > 0))).toBeLessThanOrEqual(0.001)
  }, 60_000)
})
