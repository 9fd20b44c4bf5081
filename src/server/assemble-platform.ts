import { statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import { connectors } from '../connectors/index.ts'
import { AtlasError } from '../core/errors.ts'
import type { LakeFiles } from '../lake/lake-files.ts'
import { createRunService } from '../pipeline/create-run-service.ts'
import { RunEvents } from '../pipeline/run-events.ts'
import { startHousekeeping } from '../pipeline/housekeeping.ts'
import { startOrchestration, type OrchestrationOptions } from '../ops/orchestration.ts'
import { startScheduler } from '../ops/scheduler.ts'
import { UNPLANNED } from '../pipeline/run-recorder.ts'
import type { RunEnvironment } from '../pipeline/run-context.ts'
import { readTransformCatalog } from '../pipeline/transform-catalog.ts'
import type { RunService } from '../pipeline/run-service.ts'
import type { FiringOptions } from '../ops/fire-schedules.ts'
import type { HomeOwnership } from '../store/owner-lock.ts'
import type { Home } from '../store/home.ts'
import type { Store } from '../store/open-store.ts'
import { takePlatform } from '../store/queue/platform-identity.ts'
import { openEnvironment } from './open-environment.ts'
import type { OpenOptions } from './open-platform.ts'
import type { Platform } from './platform.ts'
import { watchAlerts } from './watch-alerts.ts'

/** Free disk space under which Atlas says that it is not ready. */
const MIN_FREE_BYTES = 256 * 2 ** 20
/** Less than a supervisor waits for all parts. */
const LONGEST_PROBE_MS = 2_500

/** Puts the platform together over an open home and store. */
export async function assemblePlatform(options: OpenOptions, home: Home, store: Store, ownership: HomeOwnership): Promise<Platform> {
  const { settings } = options
  const opened = await openEnvironment(home, store, {
    settings,
    version: options.version,
    scratch: home.scratch,
    waitsForLake: options.firesSchedules === true,
  })
  const { environment, files, homeId, identity } = opened
  const { lake, now } = environment
  await takePlatform(store.db, identity)
  const events = new RunEvents()
  const runs = await createRunService(environment, events, {
    concurrency: settings.runConcurrency,
    worker: `${options.command} ${process.pid}`,
    role: options.firesSchedules === true ? 'server' : 'command',
    // A command is over soon: what waits is left to those that stay.
    claims: options.firesSchedules === true ? 'all' : 'own',
    version: options.version,
    homeId,
    address: store.address,
    onError: options.onError,
  })
  const scheduler = options.firesSchedules === true ? startScheduler(firing({ ...environment, homeId }, runs, options)) : null
  const orchestration =
    options.firesSchedules === true ? startOrchestration(orchestrating({ ...environment, homeId }, runs, events, options)) : null
  const watched = { ...environment, events, folder: files.folder }
  const alerts = options.firesSchedules === true ? watchAlerts(watched, { ...options, role: 'server' }) : null
  const housekeeping = startHousekeeping({
    db: store.db,
    files,
    now,
    ...settings,
    onError: (error) => options.onError(error, 'housekeeping'),
  })
  return {
    folders: { root: home.root, lake: files.folder, uploads: home.uploads, scratch: home.scratch },
    settings: {
      version: options.version,
      environment: settings.environment,
      timeZone: settings.timeZone,
      url: settings.url,
      uploadLimitBytes: settings.uploadLimitBytes,
      sqlTimeoutMs: settings.sqlTimeoutMs,
      sqlMemoryBytes: settings.sqlMemoryBytes,
    },
    homeId,
    db: store.db,
    lake,
    connectors,
    secrets: environment.secrets,
    uploadPath: environment.uploadPath,
    fetch: environment.fetch,
    hashKey: environment.hashKey,
    runs,
    events,
    wakeScheduler: () => {
      scheduler?.wake()
      orchestration?.wake()
    },
    wakeAlerts: () => alerts?.wake(),
    now,
    random: environment.random,
    health: () => health(store, home, files),
    close: async () => {
      await scheduler?.stop()
      await orchestration?.stop()
      await alerts?.stop()
      await runs.stop()
      await housekeeping.stop()
      await opened.close()
      await store.close()
      await ownership.release()
    },
  }
}

function firing(
  environment: Pick<RunEnvironment, 'db' | 'now' | 'random' | 'secrets'> & { homeId: string },
  runs: RunService,
  { onError }: OpenOptions,
): FiringOptions {
  const { db, now, random, secrets, homeId } = environment
  return {
    db,
    now,
    random,
    steps: UNPLANNED,
    workingFolder: process.cwd(),
    homeId,
    whileSealing: (work) => secrets.whileSealing(work),
    onQueued: (run) => runs.queued(run),
    cancel: (runId, by) => runs.cancel(runId, by),
    onError: (error, scheduleId) => onError(error, `schedule ${scheduleId}`),
  }
}

function orchestrating(
  environment: Parameters<typeof firing>[0],
  runs: RunService,
  events: RunEvents,
  options: OpenOptions,
): OrchestrationOptions {
  const readCatalog = () => readTransformCatalog(environment.db, process.cwd())
  return { ...firing(environment, runs, options), events, readCatalog, onFault: options.onError }
}

type Part = Awaited<ReturnType<Platform['health']>>[number]

async function health(store: Store, home: Home, files: LakeFiles): Promise<Part[]> {
  return Promise.all([
    probe('database', async () => {
      await sql`select 1`.execute(store.db)
      return store.kind === 'embedded' ? 'The embedded Postgres answers.' : 'Your Postgres answers.'
    }),
    probe('lake', () => {
      if (files.outage !== null) throw files.outage
      return files.check()
    }),
    probe('disk', async () => {
      const { bavail, bsize } = await statfs(home.root)
      const free = Number(bavail) * Number(bsize)
      if (free < MIN_FREE_BYTES)
        throw new AtlasError(
          'lake.disk_full',
          `Only ${Math.floor(free / 2 ** 20)} MiB are free; at least ${MIN_FREE_BYTES / 2 ** 20} are needed.`,
        )
      return `${Math.floor(free / 1e9)} GB are free.`
    }),
  ])
}

async function probe(part: string, test: () => Promise<string>): Promise<Part> {
  try {
    return { part, ok: true, code: null, detail: await inTime(part, test) }
  } catch (error) {
    const known = error instanceof AtlasError
    return { part, ok: false, code: known ? error.code : 'internal', detail: known ? error.message : `The ${part} does not answer.` }
  }
}

/** One part that hangs does not hide how the others are. */
async function inTime(part: string, test: () => Promise<string>): Promise<string> {
  const late = Promise.withResolvers<never>()
  const code = part === 'database' ? 'store.unreachable' : 'lake.store_unreachable'
  const tooSlow = (): void => late.reject(new AtlasError(code, `The ${part} did not answer within ${LONGEST_PROBE_MS / 1000} s.`))
  const timer = setTimeout(tooSlow, LONGEST_PROBE_MS)
  try {
    return await Promise.race([test(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
