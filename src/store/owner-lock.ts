import { existsSync } from 'node:fs'
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AtlasError } from '../core/errors.ts'
import type { Home } from './home.ts'

/** Who holds a home. */
export interface Owner {
  pid: number
  command: string
  /** ISO 8601, UTC. */
  startedAt: string
  /** Where its server listens, when it is one. */
  url?: string
  /** What the command line on the same machine signs in with. */
  cliToken?: string
}

export interface HomeOwnership {
  /** Adds what is known later: where the server listens, how the command line reaches it. */
  update(part: { url?: string; cliToken?: string }): Promise<void>
  /** Frees the home for the next. Doing so twice is harmless. */
  release(): Promise<void>
}

type OwnerPaths = Pick<Home, 'root' | 'ownerLock' | 'ownerFile'>

const SQLITE_BUSY = 5
/** Long enough to outlast another process that merely looks, short enough to say "locked" within a second. */
const PATIENCE_MS = 300
const RETRY_MS = 20

/** Open locks of this process. A lock that is garbage-collected would be freed in silence, hence the strong reference. */
const held = new Set<DatabaseSync>()

/**
 * Takes the home for this process until `release` or its death, whichever way it dies: the lock is SQLite's, so the kernel holds it.
 * Never open `owner.lock` by other means: on POSIX, closing any handle of it in the same process would drop the lock.
 * @throws AtlasError `home.locked` within a second, naming the holder; `home.unwritable`
 */
export async function acquireHome(
  home: OwnerPaths,
  { command, now = () => new Date() }: { command: string; now?: () => Date },
): Promise<HomeOwnership> {
  await createPrivately(home)
  const lock = await takeLock(home)
  held.add(lock)
  let owner: Owner = { pid: process.pid, command, startedAt: now().toISOString() }
  const free = () => {
    if (held.delete(lock)) lock.close()
  }
  try {
    await writeOwner(home, owner)
  } catch (error) {
    free()
    throw error
  }
  return {
    async update(part) {
      owner = { ...owner, ...part }
      await writeOwner(home, owner)
    },
    async release() {
      if (!held.has(lock)) return
      await rm(home.ownerFile, { force: true })
      free()
    },
  }
}

/**
 * Who holds the home, or held it last when it did not end in order.
 * @returns `alive` is proven by the lock, not by the process id (which may have been given to another process); null when nobody does
 */
export async function readOwner(home: OwnerPaths): Promise<(Owner & { alive: boolean }) | null> {
  const alive = isLocked(home)
  const owner = await readOwnerFile(home)
  if (owner !== null) return { ...owner, alive }
  return alive ? { pid: 0, command: 'unknown', startedAt: new Date(0).toISOString(), alive } : null
}

async function takeLock(home: OwnerPaths): Promise<DatabaseSync> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const lock = openLock(home, false)
    try {
      lock.exec('pragma locking_mode = exclusive; begin exclusive')
      return lock
    } catch (error) {
      lock.close()
      if (!isBusy(error)) throw unusable(home, error)
      if (performance.now() > deadline) throw await lockedBy(home)
    }
    await sleep(RETRY_MS)
  }
}

async function lockedBy(home: OwnerPaths): Promise<AtlasError> {
  const owner = await readOwnerFile(home)
  const who = owner === null ? 'another process' : `process ${owner.pid} (${owner.command}) since ${owner.startedAt}`
  const where = owner?.url === undefined ? '' : `, serving ${owner.url}`
  const next =
    owner === null ? undefined : `Stop it (kill ${owner.pid})${where && `, use ${owner.url}`}, or set ATLAS_HOME to another folder.`
  return new AtlasError('home.locked', `The home ${home.root} is in use by ${who}${where}.`, { next })
}

function isLocked(home: OwnerPaths): boolean {
  if (!existsSync(home.ownerLock)) return false
  let lock: DatabaseSync | undefined
  try {
    lock = openLock(home, true)
    // A shared lock, so that one who looks does not turn away one who starts (it waits this out).
    lock.exec('begin; select 1 from sqlite_master; rollback')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error instanceof AtlasError ? error : unusable(home, error)
  } finally {
    lock?.close()
  }
}

function openLock(home: OwnerPaths, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(home.ownerLock, { readOnly, timeout: 0 })
  } catch (error) {
    throw unusable(home, error)
  }
}

function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY
}

function unusable(home: OwnerPaths, cause: unknown): AtlasError {
  return new AtlasError('home.unwritable', `Atlas cannot lock its home, ${home.ownerLock}: ${(cause as Error).message}.`, { cause })
}

/** Makes the lock file 0600 when it is missing; SQLite would let everybody read it, and a reader can block. */
async function createPrivately(home: OwnerPaths): Promise<void> {
  try {
    await (await open(home.ownerLock, 'wx', 0o600)).close()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(home, cause)
  }
}

async function writeOwner(home: OwnerPaths, owner: Owner): Promise<void> {
  const draft = `${home.ownerFile}.${process.pid}`
  try {
    await writeFile(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600 })
    await rename(draft, home.ownerFile)
  } catch (cause) {
    await rm(draft, { force: true })
    throw unusable(home, cause)
  }
}

async function readOwnerFile(home: OwnerPaths): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(home.ownerFile, 'utf8')) as Owner
  } catch {
    return null
  }
}
