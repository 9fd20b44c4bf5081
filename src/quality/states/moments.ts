/** Number, mean and sum of the squared distances from the mean. */
export interface Moments {
  n: number
  mean: number
  m2: number
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 }

/** The moments of two sets together, without the loss of digits that sums of squares have (Chan, Golub and LeVeque, 1979). */
export function mergeMoments(one: Moments, other: Moments): Moments {
  if (one.n === 0) return other
  if (other.n === 0) return one
  const n = one.n + other.n
  const step = other.mean - one.mean
  return { n, mean: one.mean + (step * other.n) / n, m2: one.m2 + other.m2 + (step * step * one.n * other.n) / n }
}
