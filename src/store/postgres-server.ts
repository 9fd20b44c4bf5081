import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { type Cluster, openCluster, postgresEnvironment, SUPERUSER } from './postgres-cluster.ts'
import { chooseEndpoint, type Endpoint, releaseEndpoint } from './postgres-endpoint.ts'
import { openLog, type PostgresLog } from './postgres-log.ts'
import { disarmPidFile, type PidFile, readPidFile } from './postgres-pid-file.ts'
import { findOrphan, watchOrphan } from './postgres-orphan.ts'
import { commandAs, ensureReachable } from './postgres-reach.ts'
import { stopPostmaster } from './postgres-stop.ts'
import { choosePostgresUser, type PostgresUser } from './postgres-user.ts'

/** How to connect to a Postgres server. `host` is a folder when it listens on a Unix socket. */
export interface PostgresConnection {
  host: string
  port: number
  user: string
  password: string
  database: string
}

/** A running Postgres of ours. */
export interface PostgresServer {
  connection: PostgresConnection
  pid: number
  /** Whether it was running already, left by an Atlas that was killed. */
  adopted: boolean
  /** Calls back once if the server ends without having been told to. Told even when it has happened already. */
  onExit(callback: () => void): void
  /** Stops it in order (open transactions are rolled back) and waits until it is gone. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** False gives up safety against power loss, for tests. */
  durable?: boolean
  /** How long it may take to be ready; replaying the log after a crash can take a while. */
  startTimeoutMs?: number
  /** More settings, by name. */
  settings?: Record<string, string>
}

interface Running {
  pid: number
  adopted: boolean
  endpoint: Endpoint
  /** Settles when the process is gone. */
  gone: Promise<void>
}

const POLL_MS = 4
const START_TIMEOUT_MS = 120_000
/** What Postgres says while processes of a killed predecessor are still on their way out. */
const PREDECESSOR = /pre-existing shared memory block|lock file ".*" already exists/

/**
 * Starts the Postgres of a home, made at first; takes over one that a killed Atlas left running. The caller owns the home's lock.
 * @throws AtlasError `store.start_failed`, `home.unreachable`
 */
export async function startPostgres(home: Home, options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = await findPostgresBinaries()
  const user = await ensureReachable(await choosePostgresUser(home), home, [home.root, binaries.folder])
  const cluster = await openCluster(home, binaries, user, { durable: options.durable ?? true })
  const running = (await adopt(cluster)) ?? (await launch(home, cluster, binaries, user, options))
  return toServer(running, cluster, binaries)
}

async function adopt(cluster: Cluster): Promise<Running | null> {
  const orphan = await findOrphan(cluster, (file) => connectionOf(cluster, file))
  if (orphan === null) return null
  return { pid: orphan.pid, adopted: true, endpoint: endpointOf(orphan), gone: watchOrphan(orphan.pid, cluster.data) }
}

async function launch(
  home: Home,
  cluster: Cluster,
  binaries: PostgresBinaries,
  user: PostgresUser | null,
  options: PostgresOptions,
): Promise<Running> {
  const deadline = performance.now() + (options.startTimeoutMs ?? START_TIMEOUT_MS)
  const left = await readPidFile(cluster.data)
  if (left !== null) await releaseEndpoint(endpointOf(left))
  const endpoint = await chooseEndpoint(home, user)
  for (;;) {
    await disarmPidFile(cluster.data)
    const log = await openLog(home.postgresLog)
    try {
      const child = spawnPostmaster(cluster, binaries, user, { ...endpoint.settings, ...settingsFor(options) }, log)
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      const outcome = await waitUntilReady(child, cluster.data, deadline)
      if (outcome === 'ready') return { pid: child.pid ?? 0, adopted: false, endpoint, gone }
      const said = outcome instanceof Error ? outcome.message : await log.read()
      if (!PREDECESSOR.test(said) || performance.now() > deadline) throw startFailed(said, home.postgresLog, outcome)
    } finally {
      await log.close()
    }
    await sleep(50)
  }
}

function spawnPostmaster(
  cluster: Cluster,
  binaries: PostgresBinaries,
  user: PostgresUser | null,
  settings: Record<string, string>,
  log: PostgresLog,
): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { program, args, ids } = commandAs(user, binaries.postgres, ['-D', cluster.data, ...flags])
  return spawn(program, args, {
    ...ids,
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
    windowsHide: true,
    // A process group of its own: Ctrl+C in the terminal is for Atlas, which then stops Postgres after its own work.
    detached: process.platform !== 'win32',
  })
}

/** Durability is left as Postgres has it (fsync on). Its log names no statements and no row values: they may be personal data. */
function settingsFor({ durable = true, settings = {} }: PostgresOptions): Record<string, string> {
  return {
    shared_buffers: '128MB',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    jit: 'off',
    // A session whose Atlas was killed ends within a second, and its locks with it.
    client_connection_check_interval: process.platform === 'win32' ? '0' : '1s',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  }
}

/** Looks where `pg_ctl` looks: the status line of `postmaster.pid`. */
async function waitUntilReady(child: ChildProcess, data: string, deadline: number): Promise<'ready' | 'ended' | Error> {
  let ended: 'ended' | Error | undefined
  child.once('error', (error) => (ended = error))
  child.once('exit', () => (ended ??= 'ended'))
  while (performance.now() < deadline) {
    await sleep(POLL_MS)
    if (ended !== undefined) return ended
    const file = await readPidFile(data)
    if (file?.pid === child.pid && file?.status === 'ready') return 'ready'
  }
  child.kill('SIGQUIT')
  return new Error('it was not ready in time')
}

function toServer(running: Running, cluster: Cluster, binaries: PostgresBinaries): PostgresServer {
  let stopping: Promise<void> | undefined
  // The last resort, for a process.exit in the middle: no Postgres without an Atlas.
  const atExit = () => tryKill(running.pid)
  let isLost = false
  const lost = new EventEmitter()
  process.once('exit', atExit)
  void running.gone.then(() => {
    process.removeListener('exit', atExit)
    isLost = stopping === undefined
    if (isLost) lost.emit('lost')
  })
  return {
    connection: connectionOf(cluster, { port: running.endpoint.port, socketFolder: running.endpoint.socketFolder }),
    pid: running.pid,
    adopted: running.adopted,
    onExit(callback) {
      if (isLost) setImmediate(callback)
      else lost.once('lost', callback)
    },
    stop() {
      stopping ??= stopPostmaster(running, cluster.data, binaries).then(() => releaseEndpoint(running.endpoint))
      return stopping
    },
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It is gone already.
  }
}

function connectionOf(cluster: Cluster, { port, socketFolder }: Pick<PidFile, 'port' | 'socketFolder'>): PostgresConnection {
  return { host: socketFolder || '127.0.0.1', port, user: SUPERUSER, password: cluster.password, database: 'postgres' }
}

function endpointOf({ port, socketFolder }: PidFile): Endpoint {
  return { port, socketFolder, settings: {} }
}

function startFailed(said: string, logFile: string, cause: unknown): AtlasError {
  const lines = said.trim().split('\n')
  const reason = lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1)
  return new AtlasError('store.start_failed', `Postgres did not start: ${reason || 'it said nothing'}`, {
    cause,
    next: `See ${logFile}, or set ATLAS_DATABASE_URL to a Postgres of your own.`,
  })
}
