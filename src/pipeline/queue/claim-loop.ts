import type { Kysely } from 'kysely'
import { type Claimer, claimRuns, whatWaits } from '../../store/queue/claim.ts'
import type { RunRow } from '../../store/runs.ts'
import type { Schema } from '../../store/schema.ts'

/** With nothing in the queue, a wake that never came costs at most this. */
const IDLE_MS = 10_000
/** Something waits for a pipeline or a pool that another process holds. */
const BLOCKED_MS = 2_000

export interface ClaimLoopOptions {
  db: Kysely<Schema>
  claimer(): Claimer
  /** How many runs may begin now. */
  free(): number
  /** While false nothing is claimed, and it is asked again soon. */
  mayBegin(): boolean
  begin(row: RunRow): void
  onError(error: unknown): void
}

/** Claims runs while there is room: when woken, when the next one is due, and by looking now and then. One claim at a time; wakes during it are kept. */
export class ClaimLoop {
  readonly #options: ClaimLoopOptions
  #timer: NodeJS.Timeout | undefined
  #going: Promise<void> | null = null
  #isWoken = false
  #isStopped = false

  constructor(options: ClaimLoopOptions) {
    this.#options = options
  }

  wake(): void {
    this.#isWoken = true
    this.#going ??= this.#loop().finally(() => {
      this.#going = null
      if (this.#isWoken && !this.#isStopped) this.wake()
    })
  }

  async #loop(): Promise<void> {
    // What becomes free in the same moment is claimed in one statement.
    await Promise.resolve()
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false
      clearTimeout(this.#timer)
      try {
        await this.#claim()
      } catch (error) {
        this.#options.onError(error)
        this.#wakeIn(BLOCKED_MS)
      }
    }
  }

  async #claim(): Promise<void> {
    const { db, claimer, free, mayBegin, begin } = this.#options
    if (!mayBegin()) return this.#wakeIn(BLOCKED_MS)
    const wanted = free()
    if (wanted <= 0) return
    const rows = await claimRuns(db, claimer(), wanted)
    for (const row of rows) begin(row)
    if (rows.length === wanted) return
    const waiting = await whatWaits(db)
    const due = waiting.dueInMs === null ? IDLE_MS : Math.ceil(waiting.dueInMs) + 1
    this.#wakeIn(Math.max(1, Math.min(due, waiting.any ? BLOCKED_MS : IDLE_MS)))
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isStopped) this.#timer = setTimeout(() => this.wake(), ms)
  }

  /** Resolves when nothing more will begin. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#going
  }
}
