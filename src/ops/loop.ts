export interface Loop {
  /** Does a round at once, or once more after the one that is going on. */
  wake(): void
  /** Resolves when no round is going on and none will begin. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** One round. @returns after how many ms the next one is due at the latest */
  round(): Promise<number>
  /** The pause after a round that failed. */
  retryMs: number
  onError(error: unknown): void
}

/** Does rounds one after the other: when woken, and after the pause that the last one asked for. One that fails is told, and tried again. */
export function startLoop({ round, retryMs, onError }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let isWaiting = false
  let going: Promise<void> = Promise.resolve()

  const once = async (): Promise<void> => {
    isWaiting = false
    clearTimeout(timer)
    if (isStopped) return
    let pauseMs = retryMs
    try {
      pauseMs = await round()
    } catch (error) {
      onError(error)
    }
    if (!isStopped && !isWaiting) timer = setTimeout(wake, pauseMs).unref()
  }
  const wake = (): void => {
    // A round that has not begun yet sees everything: many wakes during one round are one more.
    if (isWaiting || isStopped) return
    isWaiting = true
    going = going.then(once)
  }
  wake()
  return {
    wake,
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      return going
    },
  }
}
