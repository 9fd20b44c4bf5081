import { spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, chownSync, constants, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2'
import { FOLDER_VARIABLE } from './cluster-file.ts'

/** Environment variable with the process that the test run is: the server ends with it, however it ends. */
export const RUN_VARIABLE = 'ATLAS_TEST_RUN'

/** A MariaDB server that is running. */
export interface MariadbServer {
  port: number
  pid: number
  folder: string
}

type MariadbNote = MariadbServer & { error?: string }

export const ADMIN_PASSWORD = 'admin-of-the-test-run'
const server = program('mariadbd')
const installer = program('mariadb-install-db')

function program(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether a MariaDB can be started on this machine. */
export const hasMariadb = server !== null && installer !== null

/** Connects as the server's admin. */
export async function adminConnection(port: number): Promise<Connection> {
  const connection = createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    password: ADMIN_PASSWORD,
    multipleStatements: true,
    charset: 'UTF8MB4_BIN',
  })
  connection.on('error', () => undefined)
  await adminQuery(connection, `set time_zone = '+00:00'`)
  return connection
}

/** Runs statements; rows of the last one as text. */
export function adminQuery(connection: Connection, statements: string): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql: statements, rowsAsArray: true, typeCast: (field) => field.string() }, (error, results) => {
      if (error !== null) return reject(error)
      const all = (Array.isArray(results) ? results : []) as unknown[]
      const last = Array.isArray(all.at(-1)) && Array.isArray((all.at(-1) as unknown[])[0]) ? (all.at(-1) as unknown[]) : all
      resolve(last.filter((row) => Array.isArray(row)) as (string | null)[][])
    })
  })
}

/** The server of this test run: the first to ask starts it, the others wait. */
export async function runningServer(timeoutMs = 55_000): Promise<MariadbNote> {
  const shared = process.env[FOLDER_VARIABLE]
  if (shared === undefined) throw new Error('test/support/global-setup.ts is not among globalSetup in vitest.config.ts')
  const isFirst = await mkdir(path.join(shared, 'mariadb')).then(
    () => true,
    () => false,
  )
  if (isFirst) void startShared(shared)
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await sleep(20)) {
    const note = await readNote(shared)
    if (note?.error !== undefined) throw new Error(`The MariaDB of the test run did not start: ${note.error}`)
    if (note !== null) return note
  }
  throw new Error(`The MariaDB of the test run was not ready within ${timeoutMs} ms.`)
}

function noteFile(shared: string): string {
  return path.join(shared, 'mariadb', 'note.json')
}

async function readNote(shared: string): Promise<MariadbNote | null> {
  const text = await readFile(noteFile(shared), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as MariadbNote)
}

async function startShared(shared: string): Promise<void> {
  const write = async (note: MariadbNote) => {
    await writeFile(`${noteFile(shared)}.draft`, JSON.stringify(note))
    await rename(`${noteFile(shared)}.draft`, noteFile(shared))
  }
  try {
    await write(await startMariadb(Number(process.env[RUN_VARIABLE] ?? process.ppid)))
  } catch (error) {
    await write({ port: 0, pid: 0, folder: '', error: String(error) })
  }
}

/**
 * Starts a MariaDB of its own in a temporary folder, on a free port of this machine. It ends by itself, and its folder goes, when the process `owner` ends.
 */
export async function startMariadb(owner: number): Promise<MariadbServer> {
  const folder = await mkdtemp('/tmp/atlas-test-mariadb-')
  try {
    const port = await freePort()
    return { port, folder, pid: await install(folder, port, owner) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

const DATA_OPTIONS = [
  '--innodb-log-file-size=16M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--skip-log-bin',
  '--innodb-flush-method=nosync',
]

/** Makes a data folder, starts the server in it and gives its admin a password. @returns the server's process id */
async function install(folder: string, port: number, owner: number): Promise<number> {
  makeCertificates(path.join(folder, 'tls'), 2)
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? ['--user=mysql'] : []
  const data = path.join(folder, 'data')
  chmodSync(folder, 0o755)
  if (asRoot) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'mysql'], { encoding: 'utf8' }).stdout))
    chownSync(folder, uid ?? 0, gid ?? 0)
  }
  await run(installer ?? '', [
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    ...DATA_OPTIONS,
  ])
  const tls = path.join(folder, 'tls')
  const args = [
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${data}/server.sock`,
    '--skip-name-resolve',
    ...DATA_OPTIONS,
  ]
  args.push(
    `--pid-file=${data}/server.pid`,
    '--innodb-buffer-pool-size=128M',
    '--max-connections=100',
    '--max-allowed-packet=64M',
    '--default-time-zone=+02:00',
    '--plugin-load-add=auth_ed25519',
  )
  args.push(`--ssl-ca=${tls}/ca.crt`, `--ssl-cert=${tls}/server.crt`, `--ssl-key=${tls}/server.key`)
  startWatched(folder, args, owner)
  await untilReady(folder, port)
  return Number(readFileSync(`${data}/server.pid`, 'utf8'))
}

/** The server in a shell that ends it, and removes its folder, once the test run is gone: also when that was killed. */
function startWatched(folder: string, args: string[], owner: number): void {
  const script = `"$@" >"${folder}/log" 2>&1 & server=$!
    while kill -0 "${owner}" 2>/dev/null && kill -0 $server 2>/dev/null; do sleep 1; done
    kill -9 $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "${folder}"`
  spawn('sh', ['-c', script, 'sh', server ?? '', ...args], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}

async function untilReady(folder: string, port: number): Promise<void> {
  for (const deadline = performance.now() + 40_000; performance.now() < deadline; await sleep(50)) {
    const connection = createConnection({ host: '127.0.0.1', port, user: 'root', connectTimeout: 2000 })
    connection.on('error', () => undefined)
    const isReady = await adminQuery(connection, `set password for root@'127.0.0.1' = password('${ADMIN_PASSWORD}')`).then(
      () => true,
      () => false,
    )
    connection.destroy()
    if (isReady) return
  }
  throw new Error(`no answer; its log ends: ${existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, 'utf8').slice(-500) : '(none)'}`)
}

/** A certificate for localhost, signed by an authority made for it. With 0 days it has expired a second later. */
export function makeCertificates(folder: string, days: number): void {
  const script = `set -e; mkdir -p "${folder}"; cd "${folder}"; chmod 755 .
    if [ ! -e ca.crt ]; then openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.crt -days 2 -subj "/CN=Authority of a test run"; fi
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -out server.crt -days ${days} -copy_extensions copy; chmod 644 *`
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl: ${stderr.slice(-300)}`)
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${path.basename(command)} ended with ${code}: ${output.slice(-500)}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Ends a server. Its data is thrown away, so nothing is waited for. */
export async function endMariadb({ pid, folder }: MariadbServer): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
  await rm(folder, { recursive: true, force: true })
}

/** Ends the run's MariaDB, if one was started. */
export async function stopMariadb(shared: string): Promise<void> {
  const note = await readNote(shared)
  if (note !== null && note.pid !== 0) await endMariadb(note)
}
