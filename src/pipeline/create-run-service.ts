import { hostname } from 'node:os'
import { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'
import { AtlasError, toProblem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import type { DatabaseAddress } from '../store/database.ts'
import { endFormerOwners } from '../store/queue/reap.ts'
import type { NewWorker } from '../store/queue/workers.ts'
import { insertRun, openRunsOf, requestCancel } from '../store/runs.ts'
import { insertReplay } from '../store/quarantine-replays.ts'
import { executeRun } from './execute-run.ts'
import { type BuiltTransform, runTransform } from './run-transform.ts'
import type { RunEnvironment } from './run-context.ts'
import { cancelReason, RunWorker } from './queue/run-worker.ts'
import { StepJournal } from './queue/step-journal.ts'
import type { RunEvents } from './run-events.ts'
import { withinLimits } from './run-limits.ts'
import { UNPLANNED } from './run-recorder.ts'
import type { ReplayRequest, RunRequest, RunService } from './run-service.ts'
import { openConnector } from './steps/plan.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'

export interface RunServiceOptions {
  /** Runs at once; never two of one pipeline, unless that allows it. */
  concurrency: number
  /** Names this process in attempts. */
  worker: string
  /** Gets what went wrong inside, for the server's own log. */
  onError(error: unknown, runId: string): void
  /** server and command: this process owns the home, so that no former owner of it lives. */
  role?: NewWorker['role']
  version?: string
  /** Runs whose files lie in one home are carried out by its workers alone. */
  homeId?: string
  /** own: only runs that are queued here. All unless told. */
  claims?: 'all' | 'own'
  /** Where the database can be listened to. */
  address?: DatabaseAddress
  /** An attempt of this process has ended, in whichever way. */
  onEnd?(): void
  /** The owner of the database is of another version now. */
  onVersion?(version: string): void
}

/**
 * Queues runs, and carries out queued ones in this process. What former owners of the home left behind begins anew, or has failed.
 * @throws when the store cannot be reached
 */
export async function createRunService(environment: RunEnvironment, events: RunEvents, options: RunServiceOptions): Promise<RunService> {
  const { concurrency, role = 'command', version = '0.0.0', homeId = 'none', address } = options
  const { db, now, random } = environment
  if (role !== 'worker') await endFormerOwners(db, homeId)
  const journal = environment.journal ?? new StepJournal(db)
  const worker = new RunWorker({
    db,
    events,
    worker: { id: newId('w', now().getTime(), random), role, host: hostname(), pid: process.pid, version, homeId, concurrency },
    name: options.worker,
    ...(address === undefined ? {} : { address }),
    claims: options.claims ?? 'all',
    execute: (row, signal) =>
      withinLimits({ ...environment, journal }, row, signal, (within, until) => executeRun(within, events, row, until)),
    // A command that was started for one run tells its person instead of waiting.
    mayBegin: () => role === 'command' || environment.lake.files.outage === null,
    onError: (error, runId) => options.onError(error, runId),
    onEnd: () => options.onEnd?.(),
    onVersion: (found) => options.onVersion?.(found),
  })
  await worker.start()
  return new LocalRunService(environment, events, worker, homeId)
}

class LocalRunService implements RunService {
  readonly #environment: RunEnvironment
  readonly #events: RunEvents
  readonly #worker: RunWorker
  readonly #homeId: string

  constructor(environment: RunEnvironment, events: RunEvents, worker: RunWorker, homeId: string) {
    this.#environment = environment
    this.#events = events
    this.#worker = worker
    this.#homeId = homeId
  }

  async start(request: RunRequest): Promise<Run> {
    const definition = PipelineDefinition.parse(request.definition)
    const { db, now, random, secrets } = this.#environment
    const older = await this.#inItsWay(definition)
    const run = await secrets.whileSealing(async () => {
      const source = await this.#sealed(definition.source)
      const id = newId('r', now().getTime(), random)
      return insertRun(db, { ...request, definition: { ...definition, source }, id, steps: UNPLANNED, homeId: this.#homeId })
    })
    this.queued(run)
    for (const id of older) await this.cancel(id, request.requestedBy).catch(ignoreFinished)
    return run
  }

  /**
   * Runs that one of the pipeline takes the place of.
   * @throws AtlasError `run.overlap` where it is not to be begun beside them
   */
  async #inItsWay({ name, overlap }: PipelineDefinition): Promise<string[]> {
    if (overlap !== 'skip' && overlap !== 'cancel_older') return []
    const open = await openRunsOf(this.#environment.db, name)
    if (overlap === 'skip' && open.length > 0)
      throw new AtlasError(
        'run.overlap',
        `Run ${open[0]} of ${name} has not finished, and the pipeline begins none beside it (overlap: skip).`,
      )
    return open
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
    this.#worker.queued(run.id)
  }

  /** A run's definition is stored: its secrets are sealed first. */
  async #sealed(source: PipelineDefinition['source']): Promise<PipelineDefinition['source']> {
    const { connectors, secrets } = this.#environment
    if (source.saved !== undefined) return { ...source, settings: {} }
    const { connector } = openConnector(connectors, { ...source, settings: await secrets.openSettings(source.settings) })
    return { ...source, settings: await secrets.sealSettings(settingsSchema(connector), source.settings) }
  }

  async cancel(runId: string, by: string): Promise<Run> {
    const reason = cancelReason(by)
    const run = await requestCancel(this.#environment.db, runId, toProblem(reason), by)
    this.#worker.abort(runId, reason)
    this.#events.emit({ kind: 'run', run })
    return run
  }

  runTransform(name: string, by: string): Promise<BuiltTransform> {
    const wanted = { name, by, workingFolder: process.cwd() }
    return runTransform(this.#environment, this.#events, wanted, (run) => this.queued(run))
  }

  stop(drainMs?: number): Promise<void> {
    return this.#worker.stop(drainMs)
  }
}

/** The older run may have come to its end by itself. */
function ignoreFinished(error: unknown): void {
  if (!(error instanceof AtlasError && error.code === 'run.finished')) throw error
}
