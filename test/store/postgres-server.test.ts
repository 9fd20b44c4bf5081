import { chmod, chown, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { type Home, locateHome, openHome } from '../../src/store/home.ts'
import { acquireHome } from '../../src/store/owner-lock.ts'
import { readPidFile } from '../../src/store/postgres-pid-file.ts'
import { type PostgresServer, startPostgres } from '../../src/store/postgres-server.ts'
import { startProcess, type TestProcess, type TestProcessOptions } from '../support/child-process.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const PROGRAM = new URL('programs/run-store.ts', import.meta.url).pathname
const isRoot = process.getuid?.() === 0
const NOBODY = 65534

describe('the embedded Postgres', () => {
  it('keeps what was written across a stop and a start, and asks for its password', async () => {
    const home = await newHome()
    const first = await start(home)
    await query(first, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start(home)
    expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }])
    const wrong = openDatabase({ ...second.connection, password: 'guessed' })
    await expect(sql`select 1`.execute(wrong.db)).rejects.toMatchObject({ code: 'store.unreachable' })
    await wrong.close()
  })

  it('writes durably, in UTF-8, sorts by code point and listens on no network', async () => {
    const server = await start(await newHome(), { durable: true })
    const settings = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'data_checksums',
      'server_encoding',
      'listen_addresses',
      'TimeZone',
    ]
    const rows = await query(
      server,
      settings.map((name) => `select '${name}' as name, current_setting('${name}') as value`).join(' union all '),
    )
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      server_encoding: 'UTF8',
      listen_addresses: process.platform === 'win32' ? '127.0.0.1' : '',
      TimeZone: 'UTC',
    })
    expect(await query(server, `select 'é' > 'z' as by_code_point, upper('é') as upper`)).toEqual([{ by_code_point: true, upper: 'É' }])
  })

  it('keeps its data, password and socket where only its own user can go', async () => {
    const home = await newHome()
    await start(home)
    expect((await stat(home.postgres)).mode & 0o777).toBe(0o700)
    expect((await stat(join(home.postgres, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(home.postgresLog)).mode & 0o777).toBe(0o600)
    expect((await stat(home.root)).mode & 0o666).toBe(0o600)
  })

  it('writes no values into its log when a statement fails', async () => {
    const home = await newHome()
    const server = await start(home)
    await query(server, 'create table people (email text unique)')
    await query(server, `insert into people values ('ada@example.org')`)
    await expect(query(server, `insert into people values ('ada@example.org')`)).rejects.toThrow(/duplicate key/)
    const log = await readFile(home.postgresLog, 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toContain('ada@example.org')
  })

  it('works in a home whose path is too long for a socket, and cleans up after itself', async () => {
    const home = await openHome(join(await temporaryFolder(), 'n'.repeat(120)))
    await openUp(home)
    const server = await start(home)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    await expect(stat(server.connection.host)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('works in a home whose path has spaces, quotes, commas and letters beyond ASCII', async () => {
    const home = await openHome(join(await temporaryFolder(), `it's "my", ødør`))
    await openUp(home)
    expect(await query(await start(home), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('says so when it ends by itself, and not when it was told to stop', async () => {
    const home = await newHome()
    const server = await start(home)
    const lost = new Promise<string>((resolve) => server.onExit(() => resolve('lost')))
    process.kill(server.pid, 'SIGKILL')
    expect(await lost).toBe('lost')
    const next = await start(home)
    let told = false
    next.onExit(() => (told = true))
    await next.stop()
    await next.stop()
    expect(told).toBe(false)
    expect(await readPidFile(join(home.postgres, 'data'))).toBeNull()
  })
})

describe('a start after a crash', () => {
  it('takes over the Postgres that a killed Atlas left running', async () => {
    const home = await newHome()
    const { atlas, postgres } = await runStore(home)
    await atlas.kill()
    const server = await start(home)
    expect(server).toMatchObject({ adopted: true, pid: postgres })
    expect(await query(server, 'select text from notes')).toEqual([{ text: 'kept' }])
    await server.stop()
    expect((await start(home)).adopted).toBe(false)
  })

  it('recovers when Postgres was killed as well', async () => {
    const home = await newHome()
    const { atlas, postgres } = await runStore(home)
    await atlas.kill()
    process.kill(postgres, 'SIGKILL')
    const server = await start(home)
    expect(server.adopted).toBe(false)
    expect(await query(server, 'select text from notes')).toEqual([{ text: 'kept' }])
  })

  it('is not stopped by a pid file that now names another living program', async () => {
    const home = await newHome()
    const user = await stat(home.postgres).catch(() => null)
    expect(user).toBeNull()
    const first = await start(home)
    await first.stop()
    const { uid, gid } = await stat(home.postgres)
    const other = spawn('sleep', ['60'], isRoot ? { uid, gid } : {})
    onTestFinished(() => void other.kill())
    const data = join(home.postgres, 'data')
    await writeFile(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n1\n5432\n${home.postgres}\n\n  1 1\nready   \n`)
    await writeFile(join(home.postgres, '.s.PGSQL.5432.lock'), `${other.pid}\n${data}\n1\n5432\n${home.postgres}\n`)
    if (isRoot) for (const name of ['data/postmaster.pid', '.s.PGSQL.5432.lock']) await chown(join(home.postgres, name), uid, gid)
    expect((await start(home)).adopted).toBe(false)
    expect(other.exitCode).toBeNull()
  })

  it.each([
    ['empty', ''],
    ['garbled', '\0\0\0'],
  ])('is not stopped by a pid file that is %s', async (_, content) => {
    const home = await newHome()
    await (await start(home)).stop()
    await writeFile(join(home.postgres, 'data', 'postmaster.pid'), content)
    expect(await query(await start(home), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('makes the cluster anew when the first set-up was killed half-way', async () => {
    const home = await newHome()
    const atlas = startProcess(PROGRAM, [home.root])
    const drafts = async () => (await readdir(home.root)).filter((name) => name.startsWith('postgres.new-'))
    while (!(await drafts()).length) await sleep(1)
    await atlas.kill()
    await expect(stat(home.postgres)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await query(await start(home), 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await readdir(home.root)).includes('postgres')).toBe(true)
  })

  it('leaves Postgres to Atlas when Ctrl+C goes to the whole process group', { skip: process.platform === 'win32' }, async () => {
    const { atlas, postgres } = await runStore(await newHome(), { detached: true })
    process.kill(-atlas.pid, 'SIGINT')
    expect(await atlas.line()).toBe('kept')
    expect(await atlas.ended).toMatchObject({ code: 0 })
    expect(() => process.kill(postgres, 0)).toThrow(/ESRCH/)
  })
})

describe('a home below a folder that is closed to all but root', { skip: !isRoot || process.platform !== 'linux' }, () => {
  it.each(['dac_read_search', 'dac_override'])('works with the capability %s, and gives Postgres no other', async (capability) => {
    const home = await openHome(join(await temporaryFolder(), 'home'))
    const without = capability === 'dac_override' ? ['--bounding-set=-dac_read_search'] : []
    const atlas = startProcess('setpriv', [...without, process.execPath, PROGRAM, home.root], { node: '/usr/bin/env' })
    onTestFinished(() => atlas.kill())
    const { postgres } = JSON.parse(await atlas.line()) as { postgres: number }
    const status = await readFile(`/proc/${postgres}/status`, 'utf8')
    const only = capability === 'dac_override' ? '0000000000000002' : '0000000000000004'
    expect(status).toMatch(new RegExp(`CapEff:\\s${only}\\nCapBnd:\\s${only}\\n`))
    expect(status).not.toMatch(/^Uid:\s0/m)
    atlas.child.kill('SIGINT')
    expect(await atlas.ended).toMatchObject({ code: 0 })
  })

  it('is refused without one, naming the folder and what opens it', async () => {
    const folder = await temporaryFolder()
    const home = await openHome(join(folder, 'home'))
    vi.stubEnv('PATH', await onlyPrograms('id', 'test'))
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(startPostgres(home)).rejects.toMatchObject({
      code: 'home.unreachable',
      message: expect.stringContaining(folder),
      next: expect.stringContaining(`chmod o+x ${folder}`),
    })
    expect((await readdir(home.root)).filter((name) => name.startsWith('postgres'))).toEqual([])
  })
})

describe('a start that cannot work', () => {
  it('says that the disk is full, and works once it is not', { skip: !isRoot || !canMount() }, async () => {
    const folder = await temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=711', 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', ['-l', folder]))
    const home = await openHome(folder)
    await expect(startPostgres(home)).rejects.toMatchObject({
      code: 'store.start_failed',
      next: expect.stringContaining('The disk is full'),
    })
    expect((await readdir(home.root)).filter((name) => name.startsWith('postgres.new'))).toEqual([])
    execFileSync('mount', ['-o', 'remount,size=256m', folder])
    const server = await start(home)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  it('refuses data of another Postgres version, naming both', async () => {
    const home = await newHome()
    await (await start(home)).stop()
    await writeFile(join(home.postgres, 'data', 'PG_VERSION'), '17\n')
    await expect(startPostgres(home)).rejects.toMatchObject({
      code: 'store.start_failed',
      message: expect.stringMatching(/Postgres 17.*Postgres 18/),
    })
  })

  it('does not hide lost data behind a new empty cluster', async () => {
    const home = await newHome()
    await (await start(home)).stop()
    await rm(join(home.postgres, 'data'), { recursive: true })
    await expect(startPostgres(home)).rejects.toMatchObject({ code: 'store.start_failed', message: expect.stringContaining('not whole') })
  })

  it('gives the reason that Postgres gave', async () => {
    const home = await newHome()
    await expect(startPostgres(home, { settings: { shared_buffers: 'lots' } })).rejects.toMatchObject({
      code: 'store.start_failed',
      message: expect.stringContaining('shared_buffers'),
      next: expect.stringContaining(home.postgresLog),
    })
  })
})

describe('a normal user', () => {
  it('runs everything as that user', async () => {
    const folder = await temporaryFolder()
    if (isRoot) await chown(folder, NOBODY, NOBODY)
    const { atlas, postgres, uid } = await runStore(locateHome(folder), isRoot ? { uid: NOBODY, gid: NOBODY } : {})
    expect(uid).toBe(isRoot ? NOBODY : process.getuid?.())
    expect((await stat(join(folder, 'postgres'))).uid).toBe(uid)
    expect((await stat(folder)).mode & 0o077).toBe(0)
    atlas.child.kill('SIGINT')
    expect(await atlas.ended).toMatchObject({ code: 0 })
    expect(() => process.kill(postgres, 0)).toThrow(/ESRCH/)
  })

  it('finds its home still its own after root has used it', { skip: !isRoot }, async () => {
    const folder = await temporaryFolder()
    await chown(folder, NOBODY, NOBODY)
    const first = await runStore(locateHome(folder), { uid: NOBODY, gid: NOBODY })
    first.atlas.child.kill('SIGINT')
    await first.atlas.ended
    const home = await openHome(folder)
    expect(await query(await start(home), 'select text from notes')).toEqual([{ text: 'kept' }])
    expect((await stat(home.postgres)).uid).toBe(NOBODY)
  })
})

async function newHome(): Promise<Home> {
  return openHome(await temporaryFolder())
}

/** As root, Postgres runs as another user: lets it pass through the temporary folder to a home below. */
async function openUp(home: Home): Promise<void> {
  if (isRoot) execFileSync('chmod', ['o+x', join(home.root, '..')])
}

async function start(home: Home, { durable = false } = {}): Promise<PostgresServer> {
  const ownership = await acquireHome(home, { command: 'test' })
  const server = await startPostgres(home, { durable })
  await ownership.release()
  onTestFinished(() => server.stop())
  return server
}

async function query(server: PostgresServer, text: string): Promise<Record<string, unknown>[]> {
  const { db, close } = openDatabase(server.connection, { poolSize: 1 })
  try {
    return (await sql<Record<string, unknown>>`${sql.raw(text)}`.execute(db)).rows
  } finally {
    await close()
  }
}

interface RunningStore {
  atlas: TestProcess
  postgres: number
  uid: number
}

async function runStore(home: Home, options: TestProcessOptions = {}): Promise<RunningStore> {
  const atlas = startProcess(PROGRAM, [home.root], options)
  onTestFinished(() => atlas.kill())
  return { atlas, ...(JSON.parse(await atlas.line()) as { postgres: number; uid: number }) }
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A folder with these programs and no others, to be the PATH. */
async function onlyPrograms(...names: string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of names) await symlink(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, name))
  await chmod(folder, 0o755)
  return folder
}
