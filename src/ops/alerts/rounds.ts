export interface Rounds {
  /** Lets a round begin soon; calls that come together are one round. */
  wake(): void
  /** Resolves when no round is going on and none will begin. */
  stop(): Promise<void>
}

interface RoundOptions {
  firstMs: number
  /** How long a wake waits for others. */
  settleMs: number
  onError(error: unknown): void
}

const RETRY_MS = 5_000
/** After a round the next rests so many times as long: however often it is woken, it takes a tenth of a core at most. */
const REST = 10
/** A round that waited long for a busy database did not work for so long. */
const LONGEST_REST_MS = 5_000

/** Repeats a round, one at a time, by timers that keep no process alive. @param round says how many milliseconds to wait before the next */
export function startRounds({ firstMs, settleMs, onError }: RoundOptions, round: () => Promise<number>): Rounds {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let going: Promise<void> | null = null
  let isWanted = false
  let restsUntil = 0

  const plan = (ms: number): void => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(begin, ms).unref()
  }
  const planSoon = (): void => plan(Math.max(settleMs, restsUntil - performance.now()))
  const begin = (): void => {
    isWanted = false
    going = once().finally(() => (going = null))
  }
  const once = async (): Promise<void> => {
    let pauseMs = RETRY_MS
    const began = performance.now()
    try {
      pauseMs = await round()
    } catch (error) {
      onError(error)
    }
    const ended = performance.now()
    restsUntil = ended + Math.min(LONGEST_REST_MS, REST * (ended - began))
    if (isWanted) planSoon()
    else plan(pauseMs)
  }
  plan(firstMs)
  return {
    wake: () => {
      if (isWanted || isStopped) return
      isWanted = true
      if (going === null) planSoon()
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await going
    },
  }
}
