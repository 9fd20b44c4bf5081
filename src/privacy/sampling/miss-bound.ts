const CONFIDENCE = 0.95

/**
 * Share of rows that hold something, at most, with 95 % confidence, when `hits` of `looked` rows taken at random do: the upper limit of Clopper and Pearson
 * (Biometrika 26, 1934), one-sided. Without a hit it is 1 − 0.05^(1/n), which is nearly 3/n.
 */
export function upperShare(hits: number, looked: number): number {
  if (looked === 0 || hits >= looked) return 1
  if (hits === 0) return 1 - (1 - CONFIDENCE) ** (1 / looked)
  let [low, high] = [hits / looked, 1]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (chanceOfAtMost(hits, looked, middle) > 1 - CONFIDENCE) low = middle
    else high = middle
  }
  return high
}

/** The binomial distribution function, summed in logarithms. */
function chanceOfAtMost(hits: number, looked: number, share: number): number {
  let term = looked * Math.log1p(-share)
  let sum = Math.exp(term)
  for (let index = 1; index <= hits; index++) {
    term += Math.log((looked - index + 1) / index) + Math.log(share) - Math.log1p(-share)
    sum += Math.exp(term)
  }
  return sum
}

/** Share of rows that may hold something which the sample does not show. */
export function missBound(hits: number, looked: number): number {
  return Math.max(0, upperShare(hits, looked) - (looked === 0 ? 0 : hits / looked))
}
