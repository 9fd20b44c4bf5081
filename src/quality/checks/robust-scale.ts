/** Where the values of a column lie, and how far apart. */
export interface Spread {
  median: number
  /** Median of the distances to the median. */
  mad: number
  q1: number
  q3: number
  p10: number
  p90: number
  mean: number
  deviation: number
}

export interface Fence {
  low: number
  high: number
}

/** With fewer values the quartiles themselves are too uncertain to tell skew. */
const ENOUGH_FOR_SKEW = 30
const SKEWED = 0.15

/** How a normal distribution's deviation relates to its MAD and to the ranges between its percentiles. */
const MAD_OF_DEVIATION = 0.6745
const QUARTILES_OF_DEVIATION = 1.349
const TAILS_OF_DEVIATION = 2.563

/** Bowley's skewness of the quartiles, -1 to 1. Tails do not move it. */
export function quartileSkew({ q1, median, q3 }: Pick<Spread, 'q1' | 'median' | 'q3'>): number {
  return q3 === q1 ? 0 : (q3 - median - (median - q1)) / (q3 - q1)
}

/** The log scale where it is told, or where the values are skewed and their logarithms less so. `log` is null where a value has no logarithm. */
export function chooseScale(
  { linear, log }: { linear: Spread; log: Spread | null },
  told: 'auto' | 'linear' | 'log',
  count: number,
): { scale: 'linear' | 'log'; spread: Spread } {
  const isSkewed = count >= ENOUGH_FOR_SKEW && quartileSkew(linear) > SKEWED
  const isBetter = log !== null && isSkewed && Math.abs(quartileSkew(log)) < quartileSkew(linear)
  if (log !== null && (told === 'log' || (told === 'auto' && isBetter))) return { scale: 'log', spread: log }
  return { scale: 'linear', spread: linear }
}

/** One standard deviation as robustly as the values allow; 0 where all are equal. */
export function robustDeviation({ mad, q1, q3, p10, p90, deviation }: Spread): number {
  if (mad > 0) return mad / MAD_OF_DEVIATION
  const ofRanges = Math.max((q3 - q1) / QUARTILES_OF_DEVIATION, (p90 - p10) / TAILS_OF_DEVIATION)
  return ofRanges > 0 ? ofRanges : deviation
}

/** Between which limits values are plausible; null where they do not vary. */
export function fenceOf(spread: Spread, method: 'mad' | 'iqr' | 'z-score', threshold: number | undefined): Fence | null {
  if (method === 'iqr' && spread.q3 > spread.q1) {
    const reach = (threshold ?? 3) * (spread.q3 - spread.q1)
    return { low: spread.q1 - reach, high: spread.q3 + reach }
  }
  const [middle, deviation, reach] =
    method === 'z-score' ? [spread.mean, spread.deviation, threshold ?? 3] : [spread.median, robustDeviation(spread), threshold ?? 3.5]
  return deviation > 0 ? { low: middle - reach * deviation, high: middle + reach * deviation } : null
}
