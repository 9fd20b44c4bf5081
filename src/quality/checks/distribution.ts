/**
 * Population stability index: sum of (p - q) × ln(p / q) over the same bins. Below 0.1 little has changed, above 0.2 much has (Siddiqi, 2006).
 * @param now rows by bin
 * @param before rows by the same bins
 */
export function stabilityIndex(now: readonly number[], before: readonly number[]): number {
  const [p, q] = smoothed(now, before)
  return p.reduce((sum, share, index) => sum + (share - q[index]!) * Math.log(share / q[index]!), 0)
}

/** Kullback-Leibler divergence of what is from what was, in nats: sum of p × ln(p / q) over the same bins. */
export function divergence(now: readonly number[], before: readonly number[]): number {
  const [p, q] = smoothed(now, before)
  return p.reduce((sum, share, index) => sum + share * Math.log(share / q[index]!), 0)
}

/**
 * Shares without a 0, which would make the index infinite. Both sides get the same: half a row of the smaller one, so that a bin that is empty on
 * both says nothing.
 */
function smoothed(now: readonly number[], before: readonly number[]): [number[], number[]] {
  const added = 0.5 / Math.max(1, Math.min(total(now), total(before)))
  const shares = (counts: readonly number[]) =>
    counts.map((count) => (count / Math.max(1, total(counts)) + added) / (1 + added * counts.length))
  return [shares(now), shares(before)]
}

/** Kolmogorov-Smirnov statistic: the largest distance of the two cumulated distributions, at the edges of the bins. 0 is equal, 1 is apart. */
export function largestDistance(now: readonly number[], before: readonly number[]): number {
  const [n, m] = [total(now), total(before)]
  let [seen, seenBefore, largest] = [0, 0, 0]
  for (const [index, count] of now.entries()) {
    seen += count
    seenBefore += before[index]!
    largest = Math.max(largest, Math.abs(seen / n - seenBefore / m))
  }
  return largest
}

/** So many neighbouring bins become one. */
export function coarser(counts: readonly number[], size: number): number[] {
  const sums: number[] = []
  for (let index = 0; index < counts.length; index += size) sums.push(total(counts.slice(index, index + size)))
  return sums
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
