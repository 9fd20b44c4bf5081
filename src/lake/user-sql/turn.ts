import { AtlasError } from '../../core/errors.ts'

/** Confined processes at one time: each may take its whole memory limit. */
const atOnce = 4
let running = 0
const waiting: (() => void)[] = []

/**
 * Waits until one more process may run; disposing of the turn gives it to the next in line.
 * @throws AtlasError `run.cancelled` when `signal` aborts while waiting
 */
export async function takeTurn(signal?: AbortSignal): Promise<Disposable> {
  if (signal?.aborted === true) throw cancelled(signal)
  if (running < atOnce) running += 1
  else await waitInLine(signal)
  return { [Symbol.dispose]: passOn }
}

function waitInLine(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const proceed = (): void => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    const leave = (): void => {
      waiting.splice(waiting.indexOf(proceed), 1)
      reject(cancelled(signal))
    }
    waiting.push(proceed)
    signal?.addEventListener('abort', leave, { once: true })
  })
}

function passOn(): void {
  const next = waiting.shift()
  if (next === undefined) running -= 1
  else next()
}

function cancelled(signal?: AbortSignal): AtlasError {
  return new AtlasError('run.cancelled', 'The query was cancelled.', { cause: signal?.reason })
}
