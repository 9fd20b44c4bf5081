import type { Kysely } from 'kysely'
import { type AttemptKey, type Heartbeat, sendHeartbeat } from '../../store/queue/heartbeat.ts'
import { endSilent, findSilent } from '../../store/queue/reap.ts'
import type { Schema } from '../../store/schema.ts'
import { LOST_S, LostWatch, SILENT_S } from './lost-watch.ts'

export const HEARTBEAT_MS = 3_000

export interface PulseOptions {
  db: Kysely<Schema>
  workerId: string
  state(): 'active' | 'draining'
  /** The attempts that this process works on. */
  attempts(): AttemptKey[]
  /** What the database says of them. `asked` are those that were named. */
  onAnswer(answer: Heartbeat, asked: readonly AttemptKey[]): void
  /** A run was taken from a lost worker, and waits or has ended. */
  onLost(runId: string): void
  onError(error: unknown): void
}

/** Every 3 s: a sign of life of this process and its attempts, and a look for those of others that give none. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #watch = new LostWatch()
  #timer: NodeJS.Timeout | undefined
  #going: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(options: PulseOptions) {
    this.#options = options
    this.#plan()
  }

  /** A sign of life at once: the database is there again. */
  now(): void {
    clearTimeout(this.#timer)
    this.#going = this.#going.then(() => this.#beat())
  }

  #plan(): void {
    clearTimeout(this.#timer)
    if (!this.#isStopped) this.#timer = setTimeout(() => this.now(), HEARTBEAT_MS)
  }

  async #beat(): Promise<void> {
    const { db, workerId, state, attempts, onAnswer, onError } = this.#options
    try {
      const asked = attempts()
      onAnswer(await sendHeartbeat(db, { id: workerId, state: state() }, asked), asked)
      await this.#look()
    } catch (error) {
      onError(error)
    }
    this.#plan()
  }

  async #look(): Promise<void> {
    const { db, onLost, onError } = this.#options
    const silent = await findSilent(db, SILENT_S, LOST_S)
    for (const attempt of this.#watch.lost(silent, performance.now())) {
      try {
        if ((await endSilent(db, attempt)) !== null) onLost(attempt.runId)
      } catch (error) {
        onError(error)
      }
    }
  }

  /** Resolves when nothing is asked any more. */
  stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    return this.#going
  }
}
