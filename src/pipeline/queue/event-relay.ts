import { type Kysely, sql } from 'kysely'
import type { RunEvent } from '../../contract/runs.ts'
import { readChanged } from '../../store/queue/read-changed.ts'
import type { Schema } from '../../store/schema.ts'
import type { RunEvents } from '../run-events.ts'

export interface EventRelayOptions {
  db: Kysely<Schema>
  events: RunEvents
  /** Id of this process's worker; what it announces itself it does not hear. */
  origin: string
  onError(error: unknown): void
}

/** Changes are gathered for so long, so that a busy worker says little. */
const GATHER_MS = 150
/** How far steps are is told so often: it is stored nowhere, so it travels itself. */
const PROGRESS_MS = 1_000
/** Postgres takes 8,000 bytes; ids are at most 40. */
const MOST_IDS = 150
const MOST_BYTES = 7_000

type Progress = Extract<RunEvent, { kind: 'progress' }>

/**
 * Tells other processes which runs change here, and emits here what changed elsewhere. Of what is stored only ids travel: who hears them reads it. How far a
 * step is travels as it is, the newest once a second.
 */
export class EventRelay {
  readonly #options: EventRelayOptions
  readonly #changed = new Set<string>()
  readonly #off: () => void
  /** The last log line of each run that was told here. */
  readonly #told = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  /** The newest of each step. */
  readonly #progress = new Map<string, Progress>()
  #progressTimer: NodeJS.Timeout | undefined
  #going: Promise<void> = Promise.resolve()
  /** Whether a server in another process listens. */
  isHeard = false

  constructor(options: EventRelayOptions) {
    this.#options = options
    this.#off = options.events.subscribe((event) => this.#note(event), { only: 'own' })
  }

  #note(event: RunEvent): void {
    if (event.kind === 'run') this.changed(event.run.id)
    else if (event.kind === 'step' || event.kind === 'log') this.changed(event.runId)
    else if (event.kind === 'progress') this.#goesOn(event)
  }

  #goesOn(event: Progress): void {
    if (!this.isHeard) return
    this.#progress.set(JSON.stringify([event.runId, event.stream, event.step]), event)
    this.#progressTimer ??= setTimeout(() => this.#tellProgress(), PROGRESS_MS)
  }

  #tellProgress(): void {
    this.#progressTimer = undefined
    const told = [...this.#progress.values()].map((event) => JSON.stringify(event))
    this.#progress.clear()
    for (let at = 0; at < told.length;) {
      let part = told[at++] ?? ''
      while (at < told.length && Buffer.byteLength(part) + Buffer.byteLength(told[at] ?? '') < MOST_BYTES) part += `,${told[at++]}`
      // The name of a stream may be longer than Postgres takes.
      if (Buffer.byteLength(part) < MOST_BYTES) this.#send(`[${part}]`)
    }
  }

  #send(what: string): void {
    const { db, origin } = this.#options
    this.#follow(sql`select pg_notify('atlas_events', ${`${origin} ${what}`})`.execute(db))
  }

  /** Something of a run changed here. */
  changed(runId: string): void {
    if (!this.isHeard) return
    this.#changed.add(runId)
    this.#timer ??= setTimeout(() => this.#announce(), GATHER_MS)
  }

  #announce(): void {
    this.#timer = undefined
    const ids = [...this.#changed]
    this.#changed.clear()
    for (let at = 0; at < ids.length; at += MOST_IDS) this.#send(ids.slice(at, at + MOST_IDS).join(' '))
  }

  /** Another process changed runs: what is stored of them is emitted here. */
  heard(payload: string): void {
    const { origin, events } = this.#options
    const space = payload.indexOf(' ')
    if (payload.slice(0, space) === origin || !events.hasListeners) return
    const what = payload.slice(space + 1)
    if (what.startsWith('[')) for (const event of JSON.parse(what) as Progress[]) events.relay(event)
    else this.#follow(this.#emitStored(what.split(' ')))
  }

  async #emitStored(ids: readonly string[]): Promise<void> {
    const { db, events } = this.#options
    for (const { run, steps, lines } of await readChanged(db, ids, this.#told)) {
      for (const step of steps) events.relay({ kind: 'step', runId: run.id, step })
      for (const line of lines) events.relay({ kind: 'log', runId: run.id, line })
      events.relay({ kind: 'run', run })
      if (run.finishedAt === null) this.#told.set(run.id, lines.at(-1)?.id ?? this.#told.get(run.id) ?? 0)
      else this.#told.delete(run.id)
    }
  }

  #follow(work: Promise<unknown>): void {
    this.#going = Promise.all([this.#going, work.catch((error: unknown) => this.#options.onError(error))]).then(() => undefined)
  }

  async stop(): Promise<void> {
    this.#off()
    clearTimeout(this.#timer)
    clearTimeout(this.#progressTimer)
    if (this.#changed.size > 0) this.#announce()
    await this.#going
  }
}
