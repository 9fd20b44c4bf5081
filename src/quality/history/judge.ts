import type { AlertReason, ExpectedScope, MetricKind } from '../../contract/quality-history.ts'
import { type Baseline, fitBaseline, type MeasuredPoint } from './baseline.ts'
import { findDrift } from './drift.ts'

/** A point with what was said of it. */
export interface PastPoint extends MeasuredPoint {
  verdict: 'learning' | 'ok' | 'alert'
  /** Why it was an alert. */
  reason: AlertReason | null
  /** What somebody called expected. */
  mark: ExpectedScope | null
}

/** The range of a point, and what it rests on. */
export interface Expectation {
  low: number
  high: number
  basis: Pick<Baseline, 'points' | 'season' | 'model'>
}

export interface Judged {
  verdict: PastPoint['verdict']
  reason: AlertReason | null
  low: number | null
  high: number | null
}

/** Points before anything is expected. */
const LEARNING = 8
/** Scales that every point may be away. With the others here set by simulation to at most one false alarm in a thousand metric-days. */
const REACH = 5
/** Times as far as the farthest point that was fine: data with heavy tails tells so itself. */
const BEYOND_LARGEST = 2.2
/** No farther than this once eight weeks are known, or one outlier while learning would hide all that follow. */
const FARTHEST = 12
const SETTLED = 56
/** Widens the range of short histories, whose spread may be far off: by this over the points to the power of 1.5. */
const SHORT = 20

/**
 * The range of the next point, by the history before it, oldest first; null while there are too few points. What stood before a level that
 * somebody accepted does not count.
 */
export function expectNext(kind: MetricKind, history: readonly PastPoint[], at: Date): Expectation | null {
  const past = sinceLevel(history)
  if (past.length < LEARNING) return null
  const baseline = fitBaseline(kind, past, past.map(counts))
  const { points, season, model, scale } = baseline
  const centre = baseline.centre(at) + (model === 'steps' ? past.at(-1)!.value : 0)
  const reach = scalesAway(baseline) * scale
  return { low: possible(kind, centre - reach), high: possible(kind, centre + reach), basis: { points, season, model } }
}

/** Judges a point by the history before it: outside its range, or at the end of a slow drift that no single point shows. */
export function judge(kind: MetricKind, history: readonly PastPoint[], point: MeasuredPoint): Judged {
  const expected = expectNext(kind, history, point.at)
  if (expected === null) return { verdict: 'learning', reason: null, low: null, high: null }
  const { low, high } = expected
  if (point.value > high) return { verdict: 'alert', reason: 'above', low, high }
  if (point.value < low) return { verdict: 'alert', reason: 'below', low, high }
  const past = sinceLevel(history)
  const reason = findDrift(kind, past, past.map(counts), point)
  return { verdict: reason === null ? 'ok' : 'alert', reason, low, high }
}

function sinceLevel(history: readonly PastPoint[]): readonly PastPoint[] {
  const accepted = history.findLastIndex((point) => point.mark === 'level')
  return accepted === -1 ? history : history.slice(accepted)
}

/** An alert tells nothing of what is usual, unless somebody said that it was. */
function counts({ verdict, mark }: PastPoint): boolean {
  return verdict !== 'alert' || mark !== null
}

function scalesAway({ deviations, scale, points }: Baseline): number {
  const largest = deviations.reduce((most, each) => Math.max(most, Math.abs(each) / scale), 0)
  const reach = Math.max(REACH, BEYOND_LARGEST * largest)
  return (points < SETTLED ? reach : Math.min(FARTHEST, reach)) * (1 + SHORT / points ** 1.5)
}

function possible(kind: MetricKind, value: number): number {
  if (kind === 'number') return value
  return kind === 'count' ? Math.max(0, value) : Math.min(1, Math.max(0, value))
}
