import type { AlertReason, MetricKind } from '../../contract/quality-history.ts'
import { type Baseline, fitBaseline, type MeasuredPoint } from './baseline.ts'

/** CUSUM: deviations below half a standard deviation are nothing, and a sum of five is a drift. */
const SLACK = 0.5
const LIMIT = 5
/** Points that the sum runs over; what was before is the baseline, so that a drift does not become its own measure. */
const OVER = 14
const BASELINE_FROM = 28
/** A sum also reaches its limit by chance: the middle of the newest points must stand aside as well. */
const CONFIRM_OVER = 5
const CONFIRM_BEYOND = 1.6
/** A single point counts for no more than this, and tells no more of the spread than that. */
const LARGEST = 3
const LARGEST_DEVIATION = 4
/** Of the standard error of the baseline, so much is given to doubt. */
const DOUBT = 0.8
/** Relative variance of a median against a mean, of normal data. */
const MEDIAN_VARIANCE = 1.57
const LEAST_MEMORY = 0.25
const MOST_MEMORY = 0.8

/**
 * Whether a point ends a slow drift. After a drift was told, and after a point that somebody called expected, the sum begins anew.
 * @param past oldest first, with what was told of each
 * @param counted which points tell the spread
 */
export function findDrift(
  kind: MetricKind,
  past: readonly (MeasuredPoint & { reason: AlertReason | null; mark: unknown })[],
  counted: readonly boolean[],
  point: MeasuredPoint,
): AlertReason | null {
  const split = past.length - (OVER - 1)
  if (split < BASELINE_FROM) return null
  const baseline = fitBaseline(kind, past.slice(0, split), counted.slice(0, split))
  const told = past.findLastIndex(({ reason, mark }) => reason === 'drifting_up' || reason === 'drifting_down' || mark !== null)
  const start = Math.max(split, told + 1)
  const run = [...past.slice(start), point]
  const scale = driftScale(baseline)
  const z = run.map((each, index) => {
    const value = baseline.model === 'steps' ? each.value - (run[index - 1] ?? past[start - 1]!).value : each.value
    return Math.max(-LARGEST, Math.min(LARGEST, (value - baseline.centre(each.at)) / scale))
  })
  const doubts = run.map(({ at }) => DOUBT * Math.sqrt((MEDIAN_VARIANCE / baseline.points) * (1 + baseline.distance(at) ** 2)))
  if (isDrift(z.map((each, index) => each - doubts[index]!))) return 'drifting_up'
  return isDrift(z.map((each, index) => -each - doubts[index]!)) ? 'drifting_down' : null
}

function isDrift(z: readonly number[]): boolean {
  const sum = z.reduce((total, each) => Math.max(0, total + each - SLACK), 0)
  if (sum < LIMIT || z.length < CONFIRM_OVER) return false
  return z.slice(-CONFIRM_OVER).toSorted((a, b) => a - b)[CONFIRM_OVER >> 1]! >= CONFIRM_BEYOND
}

/** The larger of the robust and the plain spread, widened where deviations follow each other: then the sum grows by itself. */
function driftScale({ deviations, scale }: Baseline): number {
  const most = LARGEST_DEVIATION * scale
  const clipped = deviations.map((each) => Math.max(-most, Math.min(most, each)))
  const power = clipped.reduce((sum, each) => sum + each * each, 0)
  if (power === 0) return scale
  const product = clipped.slice(1).reduce((sum, each, index) => sum + each * clipped[index]!, 0)
  // An estimate from few points is too low by about two over their number.
  const estimate = product / power + 2 / clipped.length
  const memory = estimate < LEAST_MEMORY ? 0 : Math.min(MOST_MEMORY, estimate)
  return Math.max(scale, Math.sqrt(power / clipped.length)) * Math.sqrt((1 + memory) / (1 - memory))
}
