import type { SilentAttempt } from '../../store/queue/reap.ts'

/** Older signs of life than this are watched. */
export const SILENT_S = 6
/** Without a sign of life for so long, by the database's clock, an attempt is lost. */
export const LOST_S = 12
/** So long, by this process's own clock, the last sign of life must have stayed the same: the database's clock may have been set. */
const UNCHANGED_MS = 3_500
/** A pause between two looks after which nothing that was seen before counts: this process was frozen itself, or the database was away. */
const LONGEST_LOOK_MS = 10_000

/**
 * Tells which silent attempts are lost. A clock that is set forward makes all attempts look old, and a database that was away as well: an attempt is
 * lost only when its sign of life also stays the same while it is watched.
 */
export class LostWatch {
  readonly #seen = new Map<string, { mark: string; at: number }>()
  #lookedAt = Number.NEGATIVE_INFINITY

  /** @param now milliseconds of a clock that is never set */
  lost(silent: readonly SilentAttempt[], now: number): SilentAttempt[] {
    if (now - this.#lookedAt > LONGEST_LOOK_MS) this.#seen.clear()
    this.#lookedAt = now
    const keys = new Map(silent.map((attempt) => [`${attempt.runId}.${attempt.fencingToken}`, attempt]))
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key)
    const lost: SilentAttempt[] = []
    for (const [key, attempt] of keys) {
      const before = this.#seen.get(key)
      if (before?.mark !== attempt.mark) this.#seen.set(key, { mark: attempt.mark, at: now })
      else if (now - before.at >= (attempt.silentS >= LOST_S ? UNCHANGED_MS : attempt.silentS < 0 ? LOST_S * 1000 : Infinity))
        lost.push(attempt)
    }
    return lost
  }
}
