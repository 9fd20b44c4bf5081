/** A source of repeatable choices (mulberry32): the same seed gives the same choices on every machine. */
export interface Seeded {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  pick<T>(values: readonly T[]): T
  /** True once in `n` times. */
  oneIn(n: number): boolean
}

export function seeded(seed: number): Seeded {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    whole,
    pick: (values) => {
      const value = values[whole(0, values.length - 1)]
      if (value === undefined) throw new RangeError('nothing to pick from')
      return value
    },
    oneIn: (n) => whole(1, n) === 1,
  }
}

/** `2024-02-09`, drawn evenly between two years' beginnings and the 28th of each month. */
export function isoDate(random: Seeded, fromYear: number, toYear: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${random.whole(fromYear, toYear)}-${two(random.whole(1, 12))}-${two(random.whole(1, 28))}`
}
