/** Random numbers that are the same in every run. */
export interface Random {
  /** 0 to `limit` - 1. */
  below(limit: number): number
  pick<T>(items: readonly T[]): T
  digits(count: number): string
}

/** The generator `mulberry32`: quick, and good enough for texts. */
export function createRandom(seed: number): Random {
  let state = seed
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    digits: (count) => Array.from({ length: count }, () => below(10)).join(''),
  }
}
