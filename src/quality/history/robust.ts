/** Turns a median absolute deviation into the standard deviation that it would be of normal data. */
const TO_SIGMA = 1.4826

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Spread of residuals around 0, as the standard deviation of normal data; half of the values may be anything. */
export function spread(residuals: readonly number[]): number {
  return residuals.length === 0 ? 0 : TO_SIGMA * median(residuals.map(Math.abs))
}

/** Mean of the sizes of deviations; 0 of none. */
export function meanSize(deviations: readonly number[]): number {
  return deviations.length === 0 ? 0 : deviations.reduce((sum, each) => sum + Math.abs(each), 0) / deviations.length
}

/**
 * Median slope between pairs of points (Theil and Sen), and whether it is more than chance by Mann and Kendall at `z` standard errors. Only
 * pairs of one group are compared, so that a season is no trend.
 */
export function slope(points: readonly { x: number; y: number; group: number }[], z: number): number {
  const groups = [...Map.groupBy(points, ({ group }) => group).values()]
  let concordance = 0
  let variance = 0
  for (const group of groups) {
    const n = group.length
    variance += (n * (n - 1) * (2 * n + 5)) / 18
    for (let later = 1; later < n; later += 1) {
      const { y } = group[later]!
      for (let earlier = 0; earlier < later; earlier += 1) concordance += Math.sign(y - group[earlier]!.y)
    }
  }
  return Math.abs(concordance) > z * Math.sqrt(variance) ? medianSlope(groups) : 0
}

function medianSlope(groups: readonly (readonly { x: number; y: number }[])[]): number {
  const slopes: number[] = []
  for (const group of groups) {
    for (const [later, { x, y }] of group.entries()) {
      for (let earlier = 0; earlier < later; earlier += 1) {
        const other = group[earlier]!
        if (other.x !== x) slopes.push((y - other.y) / (x - other.x))
      }
    }
  }
  return slopes.length === 0 ? 0 : median(slopes)
}

/** For every value the median of the others of its group: what would have been expected of it. Itself where it is alone. */
export function mediansOfOthers(values: readonly { y: number; group: number }[]): number[] {
  const sorted = new Map(
    [...Map.groupBy(values, ({ group }) => group)].map(([group, each]) => [group, each.map(({ y }) => y).toSorted((a, b) => a - b)]),
  )
  return values.map(({ y, group }) => {
    const same = sorted.get(group)!
    if (same.length === 1) return y
    const own = same.indexOf(y)
    const without = (index: number): number => same[index < own ? index : index + 1]!
    const middle = (same.length - 1) >> 1
    return (same.length - 1) % 2 === 1 ? without(middle) : (without(middle - 1) + without(middle)) / 2
  })
}

/** Kruskal and Wallis' H of groups: near the number of groups when they are alike, larger when they are not. */
export function groupDifference(values: readonly { y: number; group: number }[]): number {
  const n = values.length
  const ranks = rank(values.map(({ y }) => y))
  const groups = new Map<number, { sum: number; n: number }>()
  for (const [index, { group }] of values.entries()) {
    const entry = groups.get(group) ?? { sum: 0, n: 0 }
    groups.set(group, { sum: entry.sum + ranks[index]!, n: entry.n + 1 })
  }
  const between = [...groups.values()].reduce((sum, entry) => sum + (entry.sum / entry.n - (n + 1) / 2) ** 2 * entry.n, 0)
  const total = ranks.reduce((sum, each) => sum + (each - (n + 1) / 2) ** 2, 0)
  return total === 0 ? 0 : ((n - 1) * between) / total
}

/** Ranks from 1; equal values share the mean of theirs. */
function rank(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).toSorted((a, b) => a.value - b.value)
  const ranks = Array.from<number>({ length: values.length })
  for (let start = 0; start < order.length;) {
    let end = start
    while (end + 1 < order.length && order[end + 1]!.value === order[start]!.value) end += 1
    for (let at = start; at <= end; at += 1) ranks[order[at]!.index] = (start + end) / 2 + 1
    start = end + 1
  }
  return ranks
}
