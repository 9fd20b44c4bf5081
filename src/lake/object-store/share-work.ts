/**
 * Lets callers who want the same thing at once wait for one piece of work. One that aborts leaves at once; when all have left, the work is aborted.
 * @param work what is done for a key
 */
export function shareWork<T>(
  work: (key: string, asked: T, signal: AbortSignal) => Promise<void>,
): (key: string, asked: T, signal: AbortSignal | undefined) => Promise<void> {
  const going = new Map<string, { promise: Promise<void>; stop: AbortController; waiting: number }>()

  function begin(key: string, asked: T): { promise: Promise<void>; stop: AbortController; waiting: number } {
    const stop = new AbortController()
    const promise = work(key, asked, stop.signal).finally(() => {
      if (going.get(key) === job) going.delete(key)
    })
    // A caller may have left before it fails.
    promise.catch(() => undefined)
    const job = { promise, stop, waiting: 0 }
    going.set(key, job)
    return job
  }

  return async (key, asked, signal) => {
    const job = going.get(key) ?? begin(key, asked)
    job.waiting += 1
    try {
      await untilAborted(job.promise, signal)
    } finally {
      job.waiting -= 1
      if (job.waiting === 0) {
        if (going.get(key) === job) going.delete(key)
        job.stop.abort()
      }
    }
  }
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const leave = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', leave, { once: true })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
