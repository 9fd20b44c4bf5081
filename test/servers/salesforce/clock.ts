/** A clock that stands still until it is told to go on. */
export interface Clock {
  now(): Date
  set(time: string): void
  advance(ms: number): void
}

/** @param start ISO text */
export function createClock(start: string): Clock {
  let nowMs = Date.parse(start)
  return {
    now: () => new Date(nowMs),
    set: (time) => void (nowMs = Date.parse(time)),
    advance: (ms) => void (nowMs += ms),
  }
}
