import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, link, mkdir, open, readFile, realpath, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AtlasError } from '../core/errors.ts'

/** Where everything of one Atlas lies. All paths are absolute. */
export interface Home {
  root: string
  /** Parquet files. */
  lake: string
  /** Files as they were uploaded. */
  uploads: string
  /** Spill files of queries and half-made things; may be emptied when no Atlas runs. */
  scratch: string
  /** Secret keys, 0600 each. */
  keys: string
  /** The embedded Postgres: its data, its password and its socket. */
  postgres: string
  postgresLog: string
  ownerLock: string
  ownerFile: string
  idFile: string
}

const KEY_BYTES = 32
const KEY_NAME = /^[a-z][a-z0-9-]*$/

/** The paths of a home, given as a folder or by `ATLAS_HOME` (default `./.atlas`). Touches nothing. */
export function locateHome(where: string | { ATLAS_HOME?: string | undefined }): Home {
  const root = resolve(typeof where === 'string' ? where : where.ATLAS_HOME || '.atlas')
  return {
    root,
    lake: join(root, 'lake'),
    uploads: join(root, 'uploads'),
    scratch: join(root, 'scratch'),
    keys: join(root, 'keys'),
    postgres: join(root, 'postgres'),
    postgresLog: join(root, 'postgres.log'),
    ownerLock: join(root, 'owner.lock'),
    ownerFile: join(root, 'owner.json'),
    idFile: join(root, 'home.id'),
  }
}

/**
 * Makes the folders of a home (0700: nobody else's) where they are missing.
 * @returns its paths, symbolic links resolved
 * @throws AtlasError `home.unwritable`
 */
export async function openHome(where: string | { ATLAS_HOME?: string | undefined }): Promise<Home> {
  const { root } = locateHome(where)
  try {
    await makeFolder(dirname(root), 0o755)
    await makeFolder(root, 0o700)
    const home = locateHome(await realpath(root))
    for (const folder of [home.lake, home.uploads, home.scratch, home.keys]) await makeFolder(folder, 0o700)
    for (const folder of [home.root, home.lake, home.uploads, home.scratch, home.keys])
      await access(folder, constants.W_OK | constants.X_OK)
    return home
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/**
 * The secret key of that name: 32 random bytes, made at first use. Two processes that ask at once get the same key.
 * @throws AtlasError `home.unwritable`, `home.damaged`
 */
export async function loadKey(home: Pick<Home, 'keys'>, name: string): Promise<Buffer> {
  if (!KEY_NAME.test(name)) throw new RangeError(`not a key name: ${name}`)
  const path = join(home.keys, `${name}.key`)
  const key = (await readIfThere(path)) ?? (await makeOnce(path, randomBytes(KEY_BYTES)))
  if (key.length === KEY_BYTES) return key
  throw new AtlasError('home.damaged', `The key file ${path} holds ${key.length} bytes instead of ${KEY_BYTES}.`, {
    next: 'Restore it from a backup: what was hashed with it cannot be matched with another key.',
  })
}

/**
 * What tells this home from every other: made at first use, and never copied with the keys.
 * @throws AtlasError `home.unwritable`
 */
export async function loadHomeId(home: Pick<Home, 'idFile'>): Promise<string> {
  const made = (await readIfThere(home.idFile)) ?? (await makeOnce(home.idFile, `h_${randomBytes(9).toString('base64url')}`))
  return made.toString().trim()
}

/** Node's own recursive mkdir never comes back from a place where nothing can be made, such as /proc (seen in 24.21). */
async function makeFolder(path: string, mode: number): Promise<void> {
  const make = () =>
    mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') return error
    })
  const refused = await make()
  if (refused === undefined) return
  if (refused.code !== 'ENOENT' || dirname(path) === path) throw refused
  await makeFolder(dirname(path), 0o755)
  const again = await make()
  if (again !== undefined) throw again
}

async function makeOnce(path: string, content: string | Uint8Array): Promise<Buffer> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeDurably(draft, content)
    // link fails when the name exists, so the first of two makers wins and the other reads what it made.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await syncFolder(dirname(path))
    return await readFile(path)
  } catch (cause) {
    throw unwritable(path, cause)
  } finally {
    await rm(draft, { force: true })
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unwritable(path, cause)
  }
}

/** Writes a new file (0600) that survives a power loss, once its folder is synced too. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes new and renamed entries of a folder survive a power loss. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unwritable(path: string, cause: unknown): AtlasError {
  const { code } = cause as NodeJS.ErrnoException
  const why = { EACCES: 'permission denied', EPERM: 'permission denied', EROFS: 'the file system is read-only', ENOSPC: 'the disk is full' }
  const reason =
    why[code as keyof typeof why] ?? (code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in the way' : (cause as Error).message)
  return new AtlasError('home.unwritable', `Atlas cannot write to its home, ${path}: ${reason}.`, { cause })
}
