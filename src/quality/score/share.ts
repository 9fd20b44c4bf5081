const PRECISION = 10_000

/** The largest score below 1: what is not whole is never shown as whole. */
export const ALMOST = 1 - 1 / PRECISION

/** A part of a whole, rounded down to four decimals: 1 means all of it. Negative parts, from counts that overlap, are 0. */
export function share(part: number, whole: number): number {
  return Math.floor((Math.max(0, part) * PRECISION) / whole) / PRECISION
}

/** Mean of scores, rounded down to four decimals; null of none. */
export function meanOf(scores: readonly number[]): number | null {
  if (scores.length === 0) return null
  // Whole numbers are added, so that equal scores have themselves as mean.
  return Math.floor(scores.reduce((total, score) => total + Math.round(score * PRECISION), 0) / scores.length) / PRECISION
}
