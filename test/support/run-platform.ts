import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Connector } from '../../src/connectors/connector.ts'
import { connectors } from '../../src/connectors/index.ts'
import { PipelineDefinition, type PipelineInput } from '../../src/contract/pipelines.ts'
import type { Run, RunReport } from '../../src/contract/runs.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { sql, type Sql } from '../../src/core/sql.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { openLake } from '../../src/lake/open-lake.ts'
import { createRunService } from '../../src/pipeline/create-run-service.ts'
import type { RunEnvironment } from '../../src/pipeline/run-context.ts'
import { RunEvents } from '../../src/pipeline/run-events.ts'
import { StepJournal } from '../../src/pipeline/queue/step-journal.ts'
import type { RunService } from '../../src/pipeline/run-service.ts'
import { createSecrets } from '../../src/store/secrets/create-secrets.ts'
import { openKeyRing } from '../../src/store/secrets/key-ring.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { readRun } from '../../src/store/runs.ts'
import type { TestDatabase } from './postgres.ts'

export interface RunPlatform {
  environment: RunEnvironment
  lake: Lake
  events: RunEvents
  runs: RunService
  errors: unknown[]
  /** Runs a pipeline to its end. */
  run(pipeline: PipelineInput): Promise<RunReport>
  start(pipeline: PipelineInput): Promise<{ run: Run; ended: Promise<RunReport> }>
  /** Rows of a dataset's published snapshot (or of `at`), as text. */
  rows(dataset: string, select?: Sql, at?: string): Promise<(string | null)[][]>
  close(): Promise<void>
}

/**
 * Real runs in this process: a real store, a real lake in `folder`, real files. `own` are connectors besides Atlas's.
 * @param stepWindowMs how long marks of steps are gathered; with 0 the store has each before the run goes on
 */
export async function openRunPlatform(
  database: TestDatabase,
  folder: string,
  own: readonly Connector[] = [],
  stepWindowMs?: number,
): Promise<RunPlatform> {
  const lake = openLake({ folder: path.join(folder, 'lake'), scratch: path.join(folder, 'scratch'), memoryBytes: 2 ** 30, threads: 2 })
  await mkdir(path.join(folder, 'keys'), { recursive: true })
  const events = new RunEvents()
  const errors: unknown[] = []
  const environment: RunEnvironment = {
    db: database.db,
    lake,
    connectors: [...connectors, ...own],
    scratch: path.join(folder, 'scratch'),
    uploadPath: async (id) => {
      throw new AtlasError('upload.not_found', `There is no upload ${id}.`)
    },
    hashKey: new Uint8Array(32).fill(7),
    sql: { timeoutMs: 30_000, memoryBytes: 5e8 },
    fetch: globalThis.fetch,
    now: () => new Date(),
    random: (bytes) => randomBytes(bytes),
    ...(stepWindowMs === undefined ? {} : { journal: new StepJournal(database.db, { windowMs: stepWindowMs }) }),
    secrets: createSecrets({
      db: database.db,
      keyRing: await openKeyRing({ keys: path.join(folder, 'keys') }, { secretKey: undefined, previousSecretKeys: undefined }),
    }),
  }
  const runs = await createRunService(environment, events, { concurrency: 2, worker: 'test', onError: (error) => errors.push(error) })

  async function start(pipeline: PipelineInput): Promise<{ run: Run; ended: Promise<RunReport> }> {
    const { promise, resolve } = Promise.withResolvers<string>()
    let id = ''
    const ends = new Set<string>()
    const off = events.subscribe((event) => {
      if (event.kind !== 'run' || event.run.state === 'queued' || event.run.state === 'running') return
      ends.add(event.run.id)
      if (event.run.id === id) resolve(id)
    })
    const run = await runs.start({
      // A test that fails a run sees it fail at once, unless it is about retries.
      definition: PipelineDefinition.parse({ retries: { attempts: 1 }, ...pipeline }),
      trigger: 'api',
      requestedBy: 'test',
      workingFolder: folder,
    })
    id = run.id
    if (ends.has(id)) resolve(id)
    const ended = promise.then(async () => {
      off()
      const { report } = await readRun(database.db, id)
      if (report === null) throw new Error(`run ${id} has no report`)
      return report
    })
    return { run, ended }
  }

  return {
    environment,
    lake,
    events,
    runs,
    errors,
    start,
    run: async (pipeline) => (await start(pipeline)).ended,
    rows: async (dataset, select = sql`select *`, at) => {
      const pinned = await pinSnapshot(database.db, dataset, at)
      return lake.session((session) => session.textRows(sql`${select} from (${lake.scan(pinned)})`))
    },
    close: async () => {
      await runs.stop()
      lake.close()
    },
  }
}
