import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import type { AtlasError } from '../core/errors.ts'
import { createRunService } from '../pipeline/create-run-service.ts'
import type { AlertWatch } from '../ops/alerts/alert-watch.ts'
import { RunEvents } from '../pipeline/run-events.ts'
import { attachStore } from '../store/attach-store.ts'
import { type Home, openHome } from '../store/home.ts'
import type { Store } from '../store/open-store.ts'
import { joinPlatform, versionMismatch } from '../store/queue/platform-identity.ts'
import { isRunning } from '../store/postgres-pid-file.ts'
import { openEnvironment } from './open-environment.ts'
import type { Settings } from './settings.ts'
import { watchAlerts } from './watch-alerts.ts'

export interface WorkerOptions {
  home: string
  settings: Settings
  version: string
  /** Runs at once. */
  concurrency: number
  onError(error: unknown, where: string): void
  /** The worker cannot go on: the platform is of another version now. */
  onRefused(error: AtlasError): void
}

export interface OpenWorker {
  home: Home
  /** Whose database it works on. */
  store: Pick<Store, 'kind' | 'address'>
  /** Begins nothing more, lets runs end for so many milliseconds, hands the rest over, and leaves. */
  stop(drainMs: number): Promise<void>
}

/** Worker's own folders: other machines may share the home. */
const SCRATCH = `worker-${hostname()}-`

/**
 * Carries out runs of a platform that runs already: in the same home beside the process that owns it, or anywhere with its database, its lake and its
 * keys. Takes no lock and changes no table but those of runs and, while no server does, of alerts.
 * @throws AtlasError `worker.*`, `home.*`, `store.unreachable`
 */
export async function openWorker(options: WorkerOptions): Promise<OpenWorker> {
  const { settings, version, concurrency } = options
  const home = await openHome(options.home)
  const store = await attachStore(home, { databaseUrl: settings.databaseUrl })
  const scratch = path.join(home.scratch, `${SCRATCH}${process.pid}`)
  try {
    await removeDeadScratch(home)
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    const opened = await openEnvironment(home, store, { settings, version, scratch, waitsForLake: true })
    await joinPlatform(store.db, opened.identity)
    const events = new RunEvents()
    let alerts: AlertWatch | null = null
    const runs = await createRunService(opened.environment, events, {
      concurrency,
      worker: `atlas worker ${process.pid}`,
      role: 'worker',
      version,
      homeId: opened.homeId,
      address: store.address,
      onError: options.onError,
      onEnd: () => alerts?.wake(),
      onVersion: (found) => options.onRefused(versionMismatch(version, found)),
    })
    alerts = watchAlerts({ ...opened.environment, events, folder: opened.files.folder }, { ...options, role: 'worker' })
    return {
      home,
      store,
      async stop(drainMs) {
        await alerts?.stop()
        await runs.stop(drainMs)
        await opened.close()
        await store.close()
        await rm(scratch, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await store.close()
    await rm(scratch, { recursive: true, force: true })
    throw error
  }
}

/** Takes away what killed workers of this machine left. */
async function removeDeadScratch(home: Home): Promise<void> {
  const left = (await readdir(home.scratch)).filter((name) => name.startsWith(SCRATCH) && !isRunning(Number(name.slice(SCRATCH.length))))
  await Promise.all(left.map((name) => rm(path.join(home.scratch, name), { recursive: true, force: true })))
}
