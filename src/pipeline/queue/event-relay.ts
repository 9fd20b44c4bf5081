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
/** Postgres takes 8,000 bytes; ids are at most 40. */
const MOST_IDS = 150

/** Tells other processes which runs change here, and emits here what changed elsewhere. Only ids travel: who hears them reads what is stored. */
export class EventRelay {
  readonly #options: EventRelayOptions
  readonly #changed = new Set<string>()
  readonly #off: () => void
  /** The last log line of each run that was told here. */
  readonly #told = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
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
    const { db, origin } = this.#options
    for (let at = 0; at < ids.length; at += MOST_IDS) {
      const payload = [origin, ...ids.slice(at, at + MOST_IDS)].join(' ')
      this.#follow(sql`select pg_notify('atlas_events', ${payload})`.execute(db))
    }
  }

  /** Another process changed runs: what is stored of them is emitted here. */
  heard(payload: string): void {
    const [origin, ...ids] = payload.split(' ')
    if (origin === this.#options.origin || !this.#options.events.hasListeners) return
    this.#follow(this.#emitStored(ids))
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
    if (this.#changed.size > 0) this.#announce()
    await this.#going
  }
}
