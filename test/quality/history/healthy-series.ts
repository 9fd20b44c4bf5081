import type { MetricKind } from '../../../src/contract/quality-history.ts'

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Tails much heavier than normal, standard deviation 1. */
function laplace(random: () => number): number {
  const u = random() - 0.5
  return (-Math.sign(u) * Math.log(1 - 2 * Math.abs(u))) / Math.SQRT2
}

function student(random: () => number, freedom: number): number {
  let power = 0
  for (let each = 0; each < freedom; each += 1) power += normal(random) ** 2
  return normal(random) / Math.sqrt(power / freedom)
}

function poisson(random: () => number, mean: number): number {
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
  const u = random()
  let [k, p] = [0, Math.exp(-mean)]
  for (let sum = p; u > sum && k < 1000; sum += p) p *= mean / (k += 1)
  return k
}

/** Sunday to Saturday. */
const WEEK = [0.2, 1, 1, 1, 1, 1, 0.3]
const ofDay = (day: number): number => WEEK[day % 7]!

export interface HealthySeries {
  what: string
  kind: MetricKind
  /** A series of its own, day by day from a Sunday. */
  make(random: () => number): (day: number) => number
}

/** Data that nothing is wrong with. */
export const healthySeries: readonly HealthySeries[] = [
  { what: 'normal noise', kind: 'number', make: (random) => () => 1000 + 50 * normal(random) },
  { what: 'heavy tails (Laplace)', kind: 'number', make: (random) => () => 1000 + 50 * laplace(random) },
  { what: 'heavier tails (Student, five degrees)', kind: 'number', make: (random) => () => 1000 + 50 * student(random, 5) },
  { what: 'skewed noise (log-normal)', kind: 'number', make: (random) => () => 100 * Math.exp(0.4 * normal(random)) },
  { what: 'a weekly season', kind: 'count', make: (random) => (day) => Math.round(1000 * ofDay(day) * (1 + 0.05 * normal(random))) },
  { what: 'a trend', kind: 'count', make: (random) => (day) => Math.round(1000 + 5 * day + 30 * normal(random)) },
  {
    what: 'a trend with a season',
    kind: 'count',
    make: (random) => (day) => Math.round((1000 + 3 * day) * ofDay(day) + 30 * normal(random)),
  },
  { what: 'a table that grows by a weekly season', kind: 'count', make: (random) => growing((day) => poisson(random, 1000 * ofDay(day))) },
  { what: 'a table that grows by noise', kind: 'count', make: (random) => growing(() => Math.round(1000 + 100 * normal(random))) },
  { what: 'few events', kind: 'count', make: (random) => () => poisson(random, 3) },
  { what: 'many events', kind: 'count', make: (random) => () => poisson(random, 400) },
  { what: 'a small share of failing rows', kind: 'share', make: (random) => () => poisson(random, 2) / 1000 },
]

function growing(step: (day: number) => number): (day: number) => number {
  let rows = 100_000
  return (day) => (rows += step(day))
}
