import type { Kysely } from 'kysely'
import { AtlasError, toProblem } from '../../core/errors.ts'
import type { DatabaseAddress } from '../../store/database.ts'
import { endLostAttempt } from '../../store/end-attempt.ts'
import type { AttemptKey, Heartbeat } from '../../store/queue/heartbeat.ts'
import { listen, type Listener } from '../../store/queue/notify.ts'
import { noteRefused } from '../../store/queue/reap.ts'
import { leaveWorker, type NewWorker, registerWorker } from '../../store/queue/workers.ts'
import { readRun, type RunRow, toRun } from '../../store/runs.ts'
import type { Schema } from '../../store/schema.ts'
import type { RunEnd } from '../execute-run.ts'
import type { RunEvents } from '../run-events.ts'
import { AttemptsUnderWay, keyOf } from './attempts-under-way.ts'
import { ClaimLoop } from './claim-loop.ts'
import { EventRelay } from './event-relay.ts'
import { Pulse } from './pulse.ts'

export interface RunWorkerOptions {
  db: Kysely<Schema>
  events: RunEvents
  worker: NewWorker
  /** As people read it, e.g. `atlas start 4711`. */
  name: string
  /** Where the database can be listened to; without it this process looks now and then. */
  address?: DatabaseAddress
  /** own: only runs that were queued here; a command leaves what waits to those that stay. All unless told. */
  claims?: 'all' | 'own'
  /** Carries out one claimed run; see `executeRun`. */
  execute(row: RunRow, signal: AbortSignal): Promise<RunEnd>
  /** Gets what went wrong inside, for the process's own log. */
  onError(error: unknown, runId: string): void
  /** False while nothing that was begun could end well; asked often. */
  mayBegin?(): boolean
  /** An attempt of this process has ended, in whichever way. */
  onEnd?(): void
  /** The owner of the database is of another version now. */
  onVersion?(version: string): void
}

const RETRY_MS = 2_000

/** One process's share in carrying out runs: claims them, shows that it lives, ends what was lost elsewhere, and stops what is to be stopped. */
export class RunWorker {
  readonly #options: RunWorkerOptions
  readonly #under = new AttemptsUnderWay()
  /** Runs that were queued here and have not ended. */
  readonly #own = new Set<string>()
  readonly #claims: ClaimLoop
  readonly #pulse: Pulse
  readonly #relay: EventRelay
  #listener: Listener | null = null
  #isDraining = false
  #isStopped = false

  constructor(options: RunWorkerOptions) {
    this.#options = options
    const { db, events, worker, name, onError } = options
    const tell = (error: unknown): void => onError(error, '')
    this.#claims = new ClaimLoop({
      db,
      claimer: () => ({
        workerId: worker.id,
        workerName: name,
        homeId: worker.homeId,
        ...(options.claims === 'own' ? { own: [...this.#own] } : {}),
      }),
      free: () => (this.#isDraining || (options.claims === 'own' && this.#own.size === 0) ? 0 : worker.concurrency - this.#under.size),
      mayBegin: () => options.mayBegin?.() ?? true,
      begin: (row) => this.#begin(row),
      onError: tell,
    })
    this.#relay = new EventRelay({ db, events, origin: worker.id, onError: tell })
    this.#pulse = new Pulse({
      db,
      workerId: worker.id,
      state: () => (this.#isDraining ? 'draining' : 'active'),
      attempts: () => this.#under.keys(),
      onAnswer: (answer, asked) => this.#hear(answer, asked),
      onLost: (runId) => {
        this.#claims.wake()
        void this.#tell(runId)
      },
      onError: tell,
    })
  }

  /** Makes itself known and begins. */
  async start(): Promise<void> {
    const { db, worker, address } = this.#options
    await registerWorker(db, worker)
    if (address !== undefined) {
      this.#listener = listen(address, {
        channels: ['atlas_runs', 'atlas_cancel', ...(worker.role === 'worker' ? [] : (['atlas_events'] as const))],
        onMessage: (channel, payload) => {
          if (channel === 'atlas_runs') this.#claims.wake()
          else if (channel === 'atlas_cancel') void this.#cancelled(payload)
          else this.#relay.heard(payload)
        },
        onConnected: () => {
          this.#pulse.now()
          this.#claims.wake()
        },
      })
    }
    this.#pulse.now()
    this.#claims.wake()
  }

  /** A run was queued by this process. */
  queued(runId: string): void {
    this.#own.add(runId)
    this.#claims.wake()
  }

  /** Whether a server in another process wants to be told of what changes here. */
  get isHeard(): boolean {
    return this.#relay.isHeard
  }

  /** Stops an attempt of this process; nothing happens where it is none. */
  abort(runId: string, reason: AtlasError): void {
    this.#under.abort(runId, reason)
  }

  #begin(row: RunRow): void {
    this.#under.begin(
      row,
      (signal) => this.#carryOut(row, signal),
      () => this.#claims.wake(),
    )
  }

  async #carryOut(row: RunRow, signal: AbortSignal): Promise<void> {
    const { events, execute, onError } = this.#options
    events.emit({ kind: 'run', run: toRun(row) })
    try {
      const end = await execute(row, signal)
      if (end.state !== 'queued') this.#own.delete(row.id)
      if (end.state === 'failed' || (end.state === 'queued' && !signal.aborted)) onError(end.cause, row.id)
    } catch (error) {
      onError(error, row.id)
      if (error instanceof AtlasError && error.code === 'run.superseded') await this.#refused(keyOf(row))
      else await this.#endLater(row, error)
    }
    await this.#tell(row.id)
    this.#options.onEnd?.()
  }

  async #tell(runId: string): Promise<void> {
    const { db, events, onError } = this.#options
    if (!events.hasListeners) return this.#relay.changed(runId)
    try {
      events.emit({ kind: 'run', run: toRun(await readRun(db, runId)) })
    } catch (error) {
      onError(error, runId)
    }
  }

  async #refused(key: AttemptKey): Promise<void> {
    try {
      await noteRefused(this.#options.db, key)
    } catch (error) {
      this.#options.onError(error, key.runId)
    }
  }

  /** The store went away in mid-run: the attempt is ended as soon as it is back, here or by who finds it silent. */
  async #endLater(row: RunRow, error: unknown): Promise<void> {
    const isStoreLost = error instanceof AtlasError && error.code === 'store.unreachable'
    const problem = toProblem(
      isStoreLost
        ? new AtlasError('run.interrupted', 'The database went away while this run was going; it published nothing.', { cause: error })
        : error,
    )
    while (!this.#isStopped) {
      try {
        await this.#options.db.transaction().execute((transaction) => endLostAttempt(transaction, { ...keyOf(row), error: problem }))
        return
      } catch (failure) {
        if (failure instanceof AtlasError && failure.code === 'run.superseded') return
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  #hear(answer: Heartbeat, asked: readonly AttemptKey[]): void {
    this.#relay.isHeard = answer.hasListeners
    const { version } = this.#options.worker
    if (answer.platformVersion !== null && answer.platformVersion !== version) this.#options.onVersion?.(answer.platformVersion)
    const held = new Map(answer.held.map((attempt) => [`${attempt.runId}.${attempt.fencingToken}`, attempt]))
    for (const key of asked) {
      const found = held.get(`${key.runId}.${key.fencingToken}`)
      if (found === undefined) this.#under.abort(key.runId, lostReason(key), key.fencingToken)
      else if (found.cancelRequested) void this.#cancelled(key.runId)
    }
  }

  async #cancelled(runId: string): Promise<void> {
    if (!this.#under.has(runId)) return
    try {
      const { cancel_requested_by: by } = await readRun(this.#options.db, runId)
      this.#under.abort(runId, cancelReason(by ?? 'somebody'))
    } catch (error) {
      this.#options.onError(error, runId)
    }
  }

  /** Begins nothing more, lets what is going on end within the limit, and hands the rest over. Resolves when it has left. */
  async stop(drainMs = 0): Promise<void> {
    this.#isDraining = true
    await this.#claims.stop()
    if (drainMs > 0) {
      this.#pulse.now()
      await this.#under.ended(drainMs)
    }
    const reason = new AtlasError('run.interrupted', 'Atlas was stopped while this run was going; it published nothing.')
    this.#under.abortAll(reason)
    this.#isStopped = true
    await this.#under.ended()
    await this.#listener?.close()
    await this.#pulse.stop()
    await this.#relay.stop()
    await leaveWorker(this.#options.db, this.#options.worker.id).catch(() => undefined)
  }
}

/** Why a run stops that somebody cancelled. */
export function cancelReason(by: string): AtlasError {
  return new AtlasError('run.cancelled', `The run was cancelled by ${by}; nothing was published.`)
}

function lostReason({ runId, fencingToken }: AttemptKey): AtlasError {
  return new AtlasError(
    'run.superseded',
    `Attempt ${fencingToken} of run ${runId} was given up as lost before; it changes nothing any more.`,
  )
}
