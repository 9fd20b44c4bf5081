import type { Kysely } from 'kysely'
import type { Step } from '../../contract/runs.ts'
import { writeSteps } from '../../store/queue/attempt-writes.ts'
import { superseded } from '../../store/queue/fence.ts'
import type { AttemptKey } from '../../store/queue/heartbeat.ts'
import type { Schema } from '../../store/schema.ts'

export interface StepJournalOptions {
  /** Marks are gathered for so long at most; 200 unless told. With 0 each is stored before the run goes on. */
  windowMs?: number
}

const WINDOW_MS = 200
/** After a while without marks the first are stored so soon: the end of a step and the beginning of the next come together. */
const FIRST_MS = 10

/**
 * Gathers what the attempts of a process note of their steps, and stores it some times a second in one statement for all of them: marks are nearly all that runs
 * write. A process that is killed takes the marks of one window with it; what a run has published does not depend on them.
 */
export class StepJournal {
  readonly #db: Kysely<Schema>
  readonly windowMs: number
  readonly #waiting = new Set<AttemptMarks>()
  #timer: NodeJS.Timeout | undefined
  #wroteAt = Number.NEGATIVE_INFINITY

  constructor(db: Kysely<Schema>, { windowMs = WINDOW_MS }: StepJournalOptions = {}) {
    this.#db = db
    this.windowMs = windowMs
  }

  /** @param onStored gets each mark, in order, once it is stored */
  open(key: AttemptKey, onStored: (step: Step) => void): AttemptMarks {
    return new AttemptMarks(this, key, onStored)
  }

  /** Marks of an attempt wait to be stored. */
  wanted(attempt: AttemptMarks): void {
    this.#waiting.add(attempt)
    const sinceMs = performance.now() - this.#wroteAt
    this.#timer ??= setTimeout(() => this.write(), Math.max(FIRST_MS, this.windowMs - sinceMs))
  }

  unwanted(attempt: AttemptMarks): void {
    this.#waiting.delete(attempt)
  }

  /** Stores what waits. */
  write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wroteAt = performance.now()
    // What is on its way already is followed by the rest.
    const ready = [...this.#waiting].filter((attempt) => !attempt.isOnItsWay)
    for (const attempt of ready) this.#waiting.delete(attempt)
    if (ready.length === 0) return
    const taken = ready.map((attempt) => ({ attempt, marks: attempt.take() }))
    const stored = writeSteps(
      this.#db,
      taken.flatMap(({ marks }) => marks),
      { waits: false },
    )
    for (const { attempt, marks } of taken)
      attempt.follow(
        stored
          .catch(() => new Set<string>())
          .then(async (moved) => {
            const { runId } = attempt.key
            // What another transaction holds (a cancel, say), or cannot be stored, holds up no other run.
            return moved.has(runId) || (await writeSteps(this.#db, marks, { waits: true })).has(runId)
          }),
      )
  }
}

/** What one attempt notes of its steps. */
export class AttemptMarks {
  readonly key: AttemptKey
  readonly #journal: StepJournal
  readonly #onStored: (step: Step) => void
  #marks = new Map<number, Step>()
  /** Each mark in order, also where the next one of its step took its place before it was stored. */
  #told: Step[] = []
  #onItsWay: { marks: Map<number, Step>; told: Step[]; end: Promise<void> } | null = null
  #failure: Error | null = null
  #isRefused = false

  constructor(journal: StepJournal, key: AttemptKey, onStored: (step: Step) => void) {
    this.#journal = journal
    this.key = key
    this.#onStored = onStored
  }

  /** Notes what a step is now. @throws AtlasError `run.superseded` once a mark was refused */
  async note(ordinal: number, step: Step): Promise<void> {
    if (this.#isRefused) throw superseded(this.key)
    this.#marks.set(ordinal, step)
    this.#told.push(step)
    if (this.#journal.windowMs === 0) await this.flush()
    else this.#journal.wanted(this)
  }

  /** Resolves when all is stored. @throws AtlasError `run.superseded`, `store.unreachable` */
  async flush(): Promise<void> {
    for (;;) {
      await this.#arrived()
      if (this.#isRefused) throw superseded(this.key)
      if (this.isOnItsWay) continue
      if (this.#marks.size === 0) return
      this.#failure = null
      this.#journal.wanted(this)
      this.#journal.write()
      await this.#arrived()
      this.#complain()
    }
  }

  #complain(): void {
    if (this.#failure !== null) throw this.#failure
  }

  #arrived(): Promise<void> {
    return this.#onItsWay?.end ?? Promise.resolve()
  }

  /** The attempt is over: what could not be stored is let go. */
  close(): void {
    this.#isRefused = true
    this.#marks.clear()
    this.#journal.unwanted(this)
  }

  get isOnItsWay(): boolean {
    return this.#onItsWay !== null
  }

  /** For the journal: the marks that it stores now. */
  take(): { key: AttemptKey; ordinal: number; step: Step }[] {
    const marks = this.#marks
    this.#onItsWay = { marks, told: this.#told, end: Promise.resolve() }
    this.#marks = new Map()
    this.#told = []
    return [...marks].map(([ordinal, step]) => ({ key: this.key, ordinal, step }))
  }

  /** For the journal: what becomes of them. */
  follow(stored: Promise<boolean>): void {
    const sent = this.#onItsWay
    if (sent === null) return
    sent.end = stored.then(
      (isOwn) => {
        this.#onItsWay = null
        if (isOwn) for (const step of sent.told) this.#onStored(step)
        else this.close()
        if (this.#marks.size > 0) this.#journal.wanted(this)
      },
      (error: unknown) => {
        // The database may come back before the run needs it: they are tried again.
        this.#onItsWay = null
        this.#failure = error instanceof Error ? error : new Error('steps could not be stored', { cause: error })
        if (this.#isRefused) return
        this.#marks = new Map([...sent.marks, ...this.#marks])
        this.#told = [...sent.told, ...this.#told]
        this.#journal.wanted(this)
      },
    )
  }
}
