import type { MetricKind } from '../../contract/quality-history.ts'
import { groupDifference, meanSize, median, mediansOfOthers, slope, spread } from './robust.ts'

/** A point of a metric as it was measured. */
export interface MeasuredPoint {
  at: Date
  value: number
}

/** What a history lets expect. */
export interface Baseline {
  /** The middle of what is expected at a time; of `steps` the middle of the next step. */
  centre(at: Date): number
  /** Deviations of the points that count, each from what the others let expect of it. */
  deviations: readonly number[]
  /** Standard deviation of them, never below the floor. */
  scale: number
  season: 'weekday' | 'none'
  model: 'level' | 'trend' | 'steps'
  points: number
  /** How far from the middle of the points a time is, in standard deviations of their places; a trend is the less sure the farther. */
  distance(at: Date): number
}

const DAY = 86_400_000
/** Points looked back at: twelve weeks of days. */
export const WINDOW = 84
/** Days before a season can be told from chance. */
const SEASON_FROM = 28
/** Kruskal–Wallis of seven weekdays: above this by chance once in a hundred (chi square, six degrees of freedom). */
const SEASON_LIMIT = 16.81
const TREND_FROM = 12
/** Standard errors from which on a slope is more than chance. */
const TREND_LIMIT = 2.6
/** Values that walk have steps much smaller than their deviations; of values around a level the steps are the larger ones. */
const WALKS_BELOW = 0.6

/**
 * Fits a history, oldest first. The season is the day of the week (UTC) where points are daily and the days differ by more than chance; the
 * trend is the median slope where that is more than chance; values that go on from the last one (a table that only grows) are judged by steps.
 * @param counted which points tell what is usual; an alert that nobody called expected does not, until alerts are the most of what there is
 */
export function fitBaseline(kind: MetricKind, history: readonly MeasuredPoint[], counted: readonly boolean[]): Baseline {
  const from = Math.max(0, history.length - WINDOW)
  const points = history.slice(from)
  const kept = counted.slice(from)
  const counts = 2 * kept.filter(Boolean).length >= kept.length ? kept : kept.map(() => true)
  const level = fit(kind, points, counts)
  if (points.length < TREND_FROM || kind === 'share') return level
  // A step onto a point that does not count, or off it, tells nothing of the spread.
  const told = counts.slice(1).map((each, index) => each && counts[index]!)
  if (told.filter(Boolean).length < TREND_FROM) return level
  const moves = points.slice(1).map(({ at, value }, index) => ({ at, value: value - points[index]!.value }))
  const usual = median(moves.map(({ value }) => value))
  const walk = WALKS_BELOW * meanSize(level.deviations)
  if (meanSize(moves.filter((_, index) => told[index]).map(({ value }) => value - usual)) >= walk) return level
  const steps = fit(kind, moves, told)
  return meanSize(steps.deviations) < walk ? { ...steps, model: 'steps', points: points.length } : level
}

function fit(kind: MetricKind, points: readonly MeasuredPoint[], counts: readonly boolean[]): Baseline {
  const isDaily = daily(points)
  const place = placer(points, isDaily)
  const days = points
    .map(({ at, value }, index) => ({ x: place(at, index), y: value, group: isDaily ? at.getUTCDay() : 0 }))
    .filter((_, index) => counts[index])
  const common = slopeOf(days)
  const hasSeason = isDaily && days.length >= SEASON_FROM && groupDifference(flattened(days, () => common)) > SEASON_LIMIT
  const placed = hasSeason ? days : days.map((each) => ({ ...each, group: 0 }))
  const rate = trendOf(placed)
  const flat = flattened(placed, rate)
  const deviations = deviationsOf(flat)
  const centres = new Map([...Map.groupBy(flat, ({ group }) => group)].map(([group, each]) => [group, median(each.map(({ y }) => y))]))
  const overall = median(flat.map(({ y }) => y))
  const middle = placed.reduce((sum, { x }) => sum + x, 0) / placed.length
  const width = Math.sqrt(placed.reduce((sum, { x }) => sum + (x - middle) ** 2, 0) / placed.length)
  return {
    centre: (at) => {
      const group = hasSeason ? at.getUTCDay() : 0
      return (centres.get(group) ?? overall) + rate(group) * place(at, points.length)
    },
    deviations,
    scale: Math.max(spread(deviations), floor(kind, median(placed.map(({ y }) => y)))),
    season: hasSeason ? 'weekday' : 'none',
    model: rate(placed[0]?.group ?? 0) === 0 ? 'level' : 'trend',
    points: points.length,
    distance: (at) => (width === 0 ? 0 : Math.abs(place(at, points.length) - middle) / width),
  }
}

interface Placed {
  x: number
  y: number
  group: number
}

function slopeOf(placed: readonly Placed[]): number {
  return placed.length < TREND_FROM ? 0 : slope(placed, TREND_LIMIT)
}

/** Growth of each group: the same for all, or in proportion to what the group usually is, whichever leaves less. */
function trendOf(placed: readonly Placed[]): (group: number) => number {
  const same = slopeOf(placed)
  const usual = new Map([...Map.groupBy(placed, ({ group }) => group)].map(([group, each]) => [group, median(each.map(({ y }) => y))]))
  if (same === 0 || usual.size === 1 || [...usual.values()].some((each) => each <= 0)) return () => same
  const relative = slopeOf(placed.map(({ x, y, group }) => ({ x, y: y / usual.get(group)!, group })))
  const inProportion = (group: number): number => relative * (usual.get(group) ?? 0)
  const left = (rate: (group: number) => number): number => spread(deviationsOf(flattened(placed, rate)))
  return left(inProportion) < left(() => same) ? inProportion : () => same
}

function flattened(placed: readonly Placed[], rate: (group: number) => number): { y: number; group: number }[] {
  return placed.map(({ x, y, group }) => ({ y: y - rate(group) * x, group }))
}

function deviationsOf(flat: readonly { y: number; group: number }[]): number[] {
  return mediansOfOthers(flat).map((middle, index) => flat[index]!.y - middle)
}

/** What no history can be steadier than: 1 % of the usual value; of counts also its square root, of shares a tenth of a percent. */
function floor(kind: MetricKind, usual: number): number {
  const hundredth = Math.abs(usual) / 100
  if (kind === 'count') return Math.max(hundredth, Math.sqrt(Math.max(1, Math.abs(usual))))
  if (kind === 'share') return Math.max(hundredth, 0.001)
  return hundredth === 0 ? 1 : hundredth
}

/** Points a day apart, give or take: the usual gap is between 20 and 28 hours. */
function daily(points: readonly MeasuredPoint[]): boolean {
  if (points.length < 7) return false
  const gap = median(points.slice(1).map(({ at }, index) => at.getTime() - points[index]!.at.getTime()))
  return gap > (20 / 24) * DAY && gap < (28 / 24) * DAY
}

/** Where a point stands: in days where points are daily, else by its number. */
function placer(points: readonly MeasuredPoint[], isDaily: boolean): (at: Date, index: number) => number {
  const first = points[0]?.at.getTime() ?? 0
  return isDaily ? (at) => (at.getTime() - first) / DAY : (_, index) => index
}
