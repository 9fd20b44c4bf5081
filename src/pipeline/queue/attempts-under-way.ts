import type { AttemptKey } from '../../store/queue/heartbeat.ts'
import type { RunRow } from '../../store/runs.ts'

interface Going {
  key: AttemptKey
  controller: AbortController
  end: Promise<void>
}

/** The attempts that a process works on. One run may be there twice: an attempt that was given up is still on its way out when the next begins. */
export class AttemptsUnderWay {
  readonly #going = new Set<Going>()

  get size(): number {
    return this.#going.size
  }

  keys(): AttemptKey[] {
    return [...this.#going].map(({ key }) => key)
  }

  has(runId: string): boolean {
    return [...this.#going].some(({ key }) => key.runId === runId)
  }

  /**
   * @param work must not reject
   * @param onEnd is told when the attempt's place is free again
   */
  begin(row: RunRow, work: (signal: AbortSignal) => Promise<void>, onEnd: () => void): void {
    const controller = new AbortController()
    const going: Going = { key: keyOf(row), controller, end: Promise.resolve() }
    this.#going.add(going)
    going.end = work(controller.signal).finally(() => {
      this.#going.delete(going)
      onEnd()
    })
  }

  /** Stops the attempts of a run, or one of them. */
  abort(runId: string, reason: Error, fencingToken?: number): void {
    for (const { key, controller } of this.#going)
      if (key.runId === runId && (fencingToken ?? key.fencingToken) === key.fencingToken) controller.abort(reason)
  }

  abortAll(reason: Error): void {
    for (const { controller } of this.#going) controller.abort(reason)
  }

  /** Resolves when nothing is going on, or after so many milliseconds. */
  async ended(limitMs?: number): Promise<void> {
    const all = Promise.all([...this.#going].map(({ end }) => end)).then(() => undefined)
    if (limitMs === undefined) return all
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)))
    await Promise.race([all, limit]).finally(() => clearTimeout(timer))
  }
}

/** The attempt that a claimed row stands for. */
export function keyOf(row: Pick<RunRow, 'id' | 'fencing_token'>): AttemptKey {
  return { runId: row.id, fencingToken: row.fencing_token }
}
