import { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'
import { AtlasError, toProblem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { claimRun, endInterruptedRuns, insertRun, readRun, requestCancel, toRun, type RunRow } from '../store/runs.ts'
import { insertReplay } from '../store/quarantine-replays.ts'
import { executeRun } from './execute-run.ts'
import { buildTransform } from './build-transform.ts'
import type { RunEnvironment } from './run-context.ts'
import type { RunEvents } from './run-events.ts'
import { UNPLANNED } from './run-recorder.ts'
import type { ReplayRequest, RunRequest, RunService } from './run-service.ts'
import { openConnector } from './steps/plan.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'

export interface RunServiceOptions {
  /** Runs at once; never two of one pipeline. */
  concurrency: number
  /** Names this process in attempts. */
  worker: string
  /** Gets what went wrong inside, for the server's own log. */
  onError(error: unknown, runId: string): void
}

const RETRY_MS = 2000

/**
 * Runs queued runs in this process. Runs that a dead process left behind are ended first: call only as the one owner of the home.
 * @throws when the store cannot be reached
 */
export async function createRunService(environment: RunEnvironment, events: RunEvents, options: RunServiceOptions): Promise<RunService> {
  const interrupted = toProblem(
    new AtlasError('run.interrupted', 'Atlas was stopped or killed while this run was going; it published nothing.'),
  )
  await endInterruptedRuns(environment.db, interrupted)
  const service = new LocalRunService(environment, events, options)
  service.wake()
  return service
}

class LocalRunService implements RunService {
  readonly #environment: RunEnvironment
  readonly #events: RunEvents
  readonly #options: RunServiceOptions
  readonly #going = new Map<string, { pipeline: string; controller: AbortController; end: Promise<void> }>()
  #stopped = false
  #claiming: Promise<void> = Promise.resolve()

  constructor(environment: RunEnvironment, events: RunEvents, options: RunServiceOptions) {
    this.#environment = environment
    this.#events = events
    this.#options = options
  }

  async start(request: RunRequest): Promise<Run> {
    const definition = PipelineDefinition.parse(request.definition)
    const { db, now, random, secrets } = this.#environment
    const run = await secrets.whileSealing(async () => {
      const source = await this.#sealed(definition.source)
      return insertRun(db, { ...request, definition: { ...definition, source }, id: newId('r', now().getTime(), random), steps: UNPLANNED })
    })
    this.queued(run)
    return run
  }

  async replay({ target, files, chosen, requestedBy }: ReplayRequest): Promise<Run> {
    const { db, now, random } = this.#environment
    const { table: dataset, stream, definition } = target
    const id = newId('r', now().getTime(), random)
    const run = await insertReplay(db, {
      id,
      definition,
      requestedBy,
      workingFolder: process.cwd(),
      steps: UNPLANNED,
      dataset,
      stream,
      files,
      chosen,
    })
    this.queued(run)
    return run
  }

  queued(run: Run): void {
    this.#events.emit({ kind: 'run', run })
    this.wake()
  }

  /** A run's definition is stored: its secrets are sealed first. */
  async #sealed(source: PipelineDefinition['source']): Promise<PipelineDefinition['source']> {
    const { connectors, secrets } = this.#environment
    if (source.saved !== undefined) return { ...source, settings: {} }
    const { connector } = openConnector(connectors, { ...source, settings: await secrets.openSettings(source.settings) })
    return { ...source, settings: await secrets.sealSettings(settingsSchema(connector), source.settings) }
  }

  async cancel(runId: string, by: string): Promise<Run> {
    const reason = new AtlasError('run.cancelled', `The run was cancelled by ${by}; nothing was published.`)
    const run = await requestCancel(this.#environment.db, runId, toProblem(reason))
    this.#going.get(runId)?.controller.abort(reason)
    this.#events.emit({ kind: 'run', run })
    return run
  }

  runTransform(name: string, by: string): Promise<{ dataset: string; snapshotId: string; rows: number }> {
    return buildTransform(this.#environment, name, by)
  }

  /** Claims queued runs while there is room. Calls are put in a row, so a wake during a claim is never lost. */
  wake(): void {
    this.#claiming = this.#claiming.then(() => this.#claim()).catch((error: unknown) => this.#options.onError(error, ''))
  }

  async #claim(): Promise<void> {
    while (!this.#stopped && this.#going.size < this.#options.concurrency) {
      const busy = [...this.#going.values()].map((going) => going.pipeline)
      const row = await claimRun(this.#environment.db, this.#options.worker, busy)
      if (row === null) return
      const controller = new AbortController()
      this.#going.set(row.id, { pipeline: row.pipeline, controller, end: this.#carryOut(row, controller.signal) })
    }
  }

  async #carryOut(row: RunRow, signal: AbortSignal): Promise<void> {
    this.#events.emit({ kind: 'run', run: toRun(row) })
    try {
      const end = await executeRun(this.#environment, this.#events, row, signal)
      if (end.state === 'failed') this.#options.onError(end.cause, row.id)
    } catch (error) {
      this.#options.onError(error, row.id)
      await this.#endLater(row, error)
    }
    await this.#tellEnd(row.id)
    this.#going.delete(row.id)
    this.wake()
  }

  async #tellEnd(runId: string): Promise<void> {
    try {
      this.#events.emit({ kind: 'run', run: toRun(await readRun(this.#environment.db, runId)) })
    } catch (error) {
      this.#options.onError(error, runId)
    }
  }

  /** The store went away in mid-run: the run is ended as soon as it is back, or by the next start. */
  async #endLater(row: RunRow, error: unknown): Promise<void> {
    const isStoreLost = error instanceof AtlasError && error.code === 'store.unreachable'
    const lost = toProblem(
      isStoreLost
        ? new AtlasError('run.interrupted', 'The database went away while this run was going; it published nothing.', { cause: error })
        : error,
    )
    while (!this.#stopped) {
      try {
        await this.#environment.db
          .updateTable('runs')
          .set({ state: 'failed', finished_at: new Date(), error: JSON.stringify(lost) })
          .where('id', '=', row.id)
          .where('state', '=', 'running')
          .where('fencing_token', '=', row.fencing_token)
          .execute()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const reason = new AtlasError('run.interrupted', 'Atlas was stopped while this run was going; it published nothing.')
    for (const going of this.#going.values()) going.controller.abort(reason)
    await this.#claiming
    await Promise.all([...this.#going.values()].map((going) => going.end))
  }
}
