export interface Rate {
  requests: number
  perMs: number
}

/** Requests that one source may make, shared by all clients of the source in this process. */
export interface RateBudget {
  /** Takes the next place and says how many milliseconds away it is. */
  reserve(nowMs: number): number
  /** The source asked for silence: no place is given before then. */
  pauseUntil(ms: number): void
  setRate(rate: Rate | undefined): void
}

const budgets = new Map<string, RateBudget>()

/** The budget of a source by its name; a rate given later replaces the one before. */
export function rateBudgetOf(source: string, rate: Rate | undefined): RateBudget {
  let budget = budgets.get(source)
  if (budget === undefined) budgets.set(source, (budget = createRateBudget(rate)))
  else if (rate !== undefined) budget.setRate(rate)
  return budget
}

/** A generic cell rate (ITU-T I.371): bursts up to `requests`, then evenly spaced. Without a rate only pauses count. */
export function createRateBudget(first: Rate | undefined): RateBudget {
  let rate = first
  /** When the place after the last one given is due, if they were evenly spaced. */
  let dueMs = 0
  let pausedUntilMs = 0
  return {
    reserve: (nowMs) => {
      const silence = Math.max(0, pausedUntilMs - nowMs)
      if (rate === undefined) return silence
      const spacing = rate.perMs / rate.requests
      const start = Math.max(dueMs, nowMs)
      dueMs = start + spacing
      return Math.max(silence, dueMs - nowMs - rate.perMs)
    },
    pauseUntil: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, ms)
    },
    setRate: (next) => {
      rate = next
    },
  }
}
