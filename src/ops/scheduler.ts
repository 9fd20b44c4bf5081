import { nextDueAt } from '../store/schedule-firing.ts'
import { type FiringOptions, fireSchedules } from './fire-schedules.ts'

export interface Scheduler {
  /** Looks at once: a schedule was made or changed. */
  wake(): void
  /** Resolves when nothing is going on and nothing will be started any more. */
  stop(): Promise<void>
}

/** What could not be dealt with stays due; it is asked again after so long. */
const RETRY_MS = 5_000
/** A clock that was set, and schedules changed by another process, are noticed after so long. */
const LONGEST_MS = 30_000

/** Fires schedules when they are due: by a timer to the next time, and by looking every 30 s. Failures are told to `onError` and tried again. */
export function startScheduler(options: FiringOptions): Scheduler {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let going: Promise<void> = Promise.resolve()

  const round = async (): Promise<void> => {
    if (isStopped) return
    let pauseMs = LONGEST_MS
    try {
      await fireSchedules(options)
      const due = await nextDueAt(options.db)
      const leftMs = due === null ? LONGEST_MS : due.getTime() - options.now().getTime()
      pauseMs = leftMs > 0 ? Math.min(LONGEST_MS, leftMs) : RETRY_MS
    } catch (error) {
      options.onError(error, '')
    }
    if (!isStopped) timer = setTimeout(wake, pauseMs).unref()
  }
  const wake = (): void => {
    clearTimeout(timer)
    going = going.then(() => {
      clearTimeout(timer)
      return round()
    })
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
