import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely } from 'kysely'
import { type Step, StepName } from '../contract/runs.ts'
import { declareSteps, writeLog } from '../store/queue/attempt-writes.ts'
import type { AttemptKey } from '../store/queue/heartbeat.ts'
import { insertLog } from '../store/runs.ts'
import type { Schema } from '../store/schema.ts'
import { type AttemptMarks, StepJournal } from './queue/step-journal.ts'
import type { RunEvents } from './run-events.ts'

export interface StepFigures {
  rowsIn?: number
  rowsOut?: number
  bytes?: number
  note?: string
}

interface StepHandle {
  ordinal: number
  stream: string
  name: StepName
}

const IDLE = { startedAt: null, finishedAt: null, rowsIn: null, rowsOut: null, bytes: null, note: null }
const PROGRESS_EVERY_MS = 250

/** The steps of a run before its plan knows the streams, as they are shown while it waits. */
export const UNPLANNED: readonly StepHandle[] = StepName.options.map((name, ordinal) => ({ ordinal, stream: '', name }))

/**
 * Writes down what an attempt does, step by step, and tells live listeners. What it shows was stored first. What it notes of steps is
 * stored a little later, together, and at the latest by `flush`. Every write is one of the attempt that owns the run, or throws AtlasError `run.superseded`.
 */
export class RunRecorder {
  readonly #db: Kysely<Schema>
  readonly #events: RunEvents
  readonly #key: AttemptKey
  readonly #marks: AttemptMarks
  #steps: StepHandle[] = UNPLANNED.map((step) => ({ ...step }))
  /** Streams may be read side by side: the step under way is that of the asynchronous call it is asked from. */
  readonly #scope = new AsyncLocalStorage<StepHandle>()
  readonly #running = new Set<StepHandle>()
  /** By ordinal, what was noted of the steps that were begun or said to be skipped. */
  readonly #noted = new Map<number, Step>()
  readonly #progressAt = new Map<number, number>()

  constructor(db: Kysely<Schema>, events: RunEvents, key: AttemptKey, journal = new StepJournal(db)) {
    this.#db = db
    this.#events = events
    this.#key = key
    this.#marks = journal.open(key, (step) => events.emit({ kind: 'step', runId: key.runId, step }))
  }

  /** The step under way; null between steps. */
  get current(): { stream: string; name: StepName } | null {
    return this.#scope.getStore() ?? null
  }

  /** Declares the run's steps once the plan knows its streams. Step 0 is the plan itself. */
  async declare(steps: { stream: string; name: StepName }[]): Promise<void> {
    const planned = steps.map((step, index) => ({ ...step, ordinal: index + 1 }))
    await this.flush()
    await declareSteps(this.#db, this.#key, planned)
    this.#steps = [{ ordinal: 0, stream: '', name: 'plan' }, ...planned]
    for (const { stream, name } of planned)
      this.#events.emit({ kind: 'step', runId: this.#key.runId, step: { stream, name, state: 'waiting', ...IDLE } })
  }

  /** Runs one step: started, then succeeded with the figures that `work` returns, or left to `fail`. */
  async step<T extends StepFigures>(stream: string, name: StepName, work: () => Promise<T>): Promise<T> {
    const step = this.#steps.find((candidate) => candidate.stream === stream && candidate.name === name)
    if (step === undefined) throw new Error(`step ${name} of stream "${stream}" was not declared`)
    this.#running.add(step)
    await this.#move(step, { state: 'running', startedAt: instant() })
    const figures = await this.#scope.run(step, work)
    await this.#move(step, {
      state: 'succeeded',
      finishedAt: instant(),
      rowsIn: figures.rowsIn ?? null,
      rowsOut: figures.rowsOut ?? null,
      bytes: figures.bytes ?? null,
      note: figures.note ?? null,
    })
    this.#running.delete(step)
    return figures
  }

  /** Ends one stream's step under way; its later steps were not reached. The run goes on. */
  async endStream(stream: string, state: 'failed' | 'rate_limited', note: string): Promise<void> {
    for (const step of [...this.#running].filter((candidate) => candidate.stream === stream)) {
      this.#running.delete(step)
      await this.#move(step, { state, finishedAt: instant(), note })
      for (const later of this.#steps.filter((candidate) => candidate.stream === stream && candidate.ordinal > step.ordinal)) {
        await this.#move(later, { state: 'skipped', note: 'Not reached.' })
      }
    }
  }

  /** Ends a stream that cannot be begun at its first step. */
  async failStream(stream: string, note: string): Promise<void> {
    const [first, ...later] = this.#steps.filter((step) => step.stream === stream)
    const at = instant()
    if (first !== undefined) await this.#move(first, { state: 'failed', startedAt: at, finishedAt: at, note })
    for (const step of later) await this.#move(step, { state: 'skipped', note: 'Not reached.' })
  }

  /** Says of a stream's steps that were not begun why they are not. */
  async skipStream(stream: string, note: string): Promise<void> {
    const left = this.#steps.filter((step) => step.stream === stream && !this.#noted.has(step.ordinal))
    for (const step of left) await this.#move(step, { state: 'skipped', note })
  }

  /** Ends the step under way and says of every later one that it was not reached. */
  async end(state: 'failed' | 'blocked' | 'cancelled' | 'rate_limited', note: string): Promise<void> {
    for (const step of this.#running) await this.#move(step, { state, finishedAt: instant(), note })
    this.#running.clear()
    for (const step of this.#steps.filter((candidate) => !this.#noted.has(candidate.ordinal))) {
      await this.#move(step, { state: 'skipped', note: 'Not reached.' })
    }
    await this.flush()
  }

  async #move({ ordinal, stream, name }: StepHandle, change: Partial<Step> & Pick<Step, 'state'>): Promise<void> {
    const step = { stream, name, ...IDLE, ...this.#noted.get(ordinal), ...change }
    this.#noted.set(ordinal, step)
    await this.#marks.note(ordinal, step)
  }

  /** Resolves when all that was noted of steps is stored: before what ends the attempt, which keeps its steps as they are. */
  flush(): Promise<void> {
    return this.#marks.flush()
  }

  /** The attempt is over. */
  close(): void {
    this.#marks.close()
  }

  /** Adds a line to the run's log. Never with values of personal data. */
  async log(level: 'info' | 'warn' | 'error', message: string): Promise<void> {
    const line = await writeLog(this.#db, this.#key, { level, ...this.#where(), message })
    this.#events.emit({ kind: 'log', runId: this.#key.runId, line })
  }

  /** Adds a last line once the attempt has given its run back. */
  async farewell(level: 'info' | 'warn' | 'error', message: string): Promise<void> {
    const line = await insertLog(this.#db, this.#key.runId, { level, ...this.#where(), message })
    this.#events.emit({ kind: 'log', runId: this.#key.runId, line })
  }

  #where(): { stream: string; step: StepName | null } {
    const step = this.current ?? [...this.#running][0]
    return { stream: step?.stream ?? '', step: step?.name ?? null }
  }

  /** Tells live listeners how far the current step is, at most four times a second. */
  progress(progress: { rows: number | null; bytes: number | null; total: number | null }): void {
    const step = this.#scope.getStore()
    const now = Date.now()
    if (step === undefined || now - (this.#progressAt.get(step.ordinal) ?? 0) < PROGRESS_EVERY_MS) return
    this.#progressAt.set(step.ordinal, now)
    this.#events.emit({ kind: 'progress', runId: this.#key.runId, stream: step.stream, step: step.name, ...progress })
  }
}

const instant = (): string => new Date().toISOString()
