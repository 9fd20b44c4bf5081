import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AtlasError } from '../core/errors.ts'
import { type Home, syncFolder, writeDurably } from './home.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { commandAs } from './postgres-reach.ts'
import type { PostgresUser } from './postgres-user.ts'

/** The version whose data files the installed binaries read. */
const MAJOR = '18'
export const SUPERUSER = 'atlas'

/** A Postgres data folder together with the password of its superuser. */
export interface Cluster {
  data: string
  password: string
}

/**
 * Opens the cluster of a home, making it at first. It is made under another name and renamed when it is whole and on disk: a half-made
 * one is never taken for a cluster, and is removed by the next start.
 * @param durable false leaves out the flush to disk (for tests)
 * @throws AtlasError `store.start_failed`
 */
export async function openCluster(
  home: Home,
  binaries: PostgresBinaries,
  user: PostgresUser | null,
  { durable = true }: { durable?: boolean } = {},
): Promise<Cluster> {
  const found = await readCluster(home)
  if (found !== null) return found
  await removeDrafts(home)
  const draft = `${home.postgres}.new-${randomBytes(4).toString('hex')}`
  try {
    await makeCluster(draft, binaries, user, durable)
    await rename(draft, home.postgres)
    if (durable) await syncFolder(home.root)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    throw failed(cause)
  }
  const made = await readCluster(home)
  if (made === null) throw failed(new Error(`${home.postgres} is gone again`))
  return made
}

/** The environment that Postgres programs get: theirs alone, so that no PG* variable and no secret of ours reaches them. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP'].map((name) => [name, process.env[name]])
  return { ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)), LC_ALL: 'C', TZ: 'UTC' }
}

async function readCluster(home: Home): Promise<Cluster | null> {
  const data = join(home.postgres, 'data')
  try {
    const [version, password] = await Promise.all([
      readFile(join(data, 'PG_VERSION'), 'utf8'),
      readFile(join(home.postgres, 'password'), 'utf8'),
    ])
    if (version.trim() === MAJOR) return { data, password: password.trim() }
    throw new AtlasError('store.start_failed', `${data} was made by Postgres ${version.trim()}; this Atlas brings Postgres ${MAJOR}.`, {
      next: 'Start the Atlas that made it, dump its database, and load it into a new home.',
    })
  } catch (cause) {
    if (cause instanceof AtlasError) throw cause
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw failed(cause)
    return absent(home, cause)
  }
}

/** No cluster: fine when its folder is not there at all, else something has been taken out of it and making a new one would hide that. */
async function absent(home: Home, cause: unknown): Promise<null> {
  const left = await readdir(home.postgres).catch(() => [])
  if (left.length === 0) return null
  throw new AtlasError('store.start_failed', `${home.postgres} is there but not whole: ${(cause as Error).message}`, {
    cause,
    next: 'Restore the home from a backup, or move the folder away to start with an empty database.',
  })
}

async function makeCluster(draft: string, binaries: PostgresBinaries, user: PostgresUser | null, durable: boolean): Promise<void> {
  const passwordFile = join(draft, 'password')
  await mkdir(draft, { mode: 0o700 })
  await writeDurably(passwordFile, `${randomBytes(32).toString('base64url')}\n`)
  if (user !== null) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid)
  const sync = !durable ? ['--no-sync'] : process.platform === 'linux' ? ['--sync-method=syncfs'] : []
  const { program, args, ids } = commandAs(user, binaries.initdb, [
    `--pgdata=${join(draft, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...sync,
  ])
  await runInitdb(program, args, ids)
}

function runInitdb(program: string, args: string[], ids: { uid?: number; gid?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...ids, cwd: '/', env: postgresEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', reject)
    child.on('close', (code, signal) => (code === 0 ? resolve() : reject(new Error(said.trim() || `initdb ended with ${signal ?? code}`))))
  })
}

async function removeDrafts(home: Home): Promise<void> {
  const prefix = `${basename(home.postgres)}.new-`
  const names = await readdir(dirname(home.postgres))
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    // An initdb that outlived its Atlas may still be writing there; then it goes at the next first start.
    await rm(join(dirname(home.postgres), name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function failed(cause: unknown): AtlasError {
  const { message } = cause as Error
  const full = /No space left on device|ENOSPC/.test(message)
  return new AtlasError('store.start_failed', `The database cannot be set up: ${message}`, {
    cause,
    ...(full ? { next: 'The disk is full: free space (a new home needs about 60 MB), or set ATLAS_HOME to another disk.' } : {}),
  })
}
