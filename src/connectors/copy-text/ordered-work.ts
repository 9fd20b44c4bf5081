/** Pieces of work done one after the other while whoever adds them goes on. */
export interface OrderedWork {
  /** Adds a piece; waits while more than the limit are waiting. Throws what an earlier piece threw; pieces after that one are not done. */
  add(work: () => Promise<void>): Promise<void>
  /** Waits for all. Throws what a piece threw. */
  end(): Promise<void>
  /** Does nothing more; waits until what is at work has ended. Never throws. */
  discard(): Promise<void>
}

/** @param waiting pieces that may wait besides the one at work */
export function orderedWork(waiting: number): OrderedWork {
  const queue: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  let failure: { error: unknown } | null = null
  let discarded = false
  const throwFailure = () => {
    if (failure !== null) throw failure.error
  }
  const drain = async (left: number) => {
    while (queue.length > left) await queue.shift()
  }
  return {
    async add(work) {
      throwFailure()
      last = last.then(async () => {
        try {
          if (failure === null && !discarded) await work()
        } catch (error) {
          failure ??= { error }
        }
      })
      queue.push(last)
      await drain(waiting + 1)
      throwFailure()
    },
    async end() {
      await drain(0)
      throwFailure()
    },
    async discard() {
      discarded = true
      await drain(0)
    },
  }
}
