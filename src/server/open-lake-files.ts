import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { guardFiles } from '../lake/guarded-files.ts'
import type { LakeFiles } from '../lake/lake-files.ts'
import { openLocalFiles } from '../lake/local-files.ts'
import { NOT_THERE, openSharedFolder, type SharedFolder, unreachable } from '../lake/shared-folder.ts'
import { committedPaths, recordedAmong } from '../store/committed-files.ts'
import type { Home } from '../store/home.ts'
import { noteLakePlace, readLakePlace } from '../store/lake-place.ts'
import { acquireHome, type HomeOwnership } from '../store/owner-lock.ts'
import type { Schema } from '../store/schema.ts'
import type { LakeSettings } from './lake-settings.ts'
import type { Settings } from './settings.ts'

/** Processes of one home that can cache at once. */
const MOST_CACHES = 64

/** How long a process that can wait for its lake lets the first answer take. */
const FIRST_ANSWER_MS = 4_000
/** How often a process that stays asks whether its lake is still there. */
const CHECK_EVERY_MS = 60_000

/** Where the files of a home are kept, and what to let go of when it is closed. */
export interface OpenLakeFiles {
  files: LakeFiles
  release(): Promise<void>
}

interface Outside {
  now(): Date
  random(bytes: number): Uint8Array
  /** Whether this process goes on where the store does not answer, and uses it once it does. */
  waits?: boolean
}

/**
 * Opens the files of the lake: the folder of the home, or with ATLAS_LAKE_URL another folder, or a bucket and a cache of this process's own in the home.
 * @throws AtlasError `lake.moved` where the committed files are elsewhere, `lake.not_this_one`, `lake.store_*`; `lake.store_unreachable` not where it waits
 */
export async function openLakeFiles(
  home: Home,
  db: Kysely<Schema>,
  settings: Pick<Settings, 'lake'>,
  outside: Outside,
): Promise<OpenLakeFiles> {
  const { files, release } = await open(home, db, settings.lake)
  const newLakeId = newId('lake', outside.now().getTime(), outside.random)
  const guarded = guardFiles(files, {
    settle: () => settle(files, db, newLakeId),
    ...(outside.waits === true && files.place !== 'folder' ? { checkEveryMs: CHECK_EVERY_MS } : {}),
  })
  try {
    const first = guarded.settled()
    await (outside.waits === true ? firstAnswer(first) : first)
    return { files: guarded, release }
  } catch (error) {
    guarded.close()
    await release()
    throw error
  }
}

/** Waits for an answer for a while only, and takes no answer for one. */
async function firstAnswer(answer: Promise<void>): Promise<void> {
  const known = answer.catch((error: unknown) => {
    if (!(error instanceof AtlasError && error.code === 'lake.store_unreachable')) throw error
  })
  const timer = Promise.withResolvers<void>()
  const timeout = setTimeout(timer.resolve, FIRST_ANSWER_MS)
  await Promise.race([known, timer.promise]).finally(() => clearTimeout(timeout))
  // What is refused later is told by whoever asks for files.
  known.catch(() => undefined)
}

async function open(home: Home, db: Kysely<Schema>, lake: Settings['lake']): Promise<OpenLakeFiles> {
  const release = (): Promise<void> => Promise.resolve()
  if (lake === null) return { files: openLocalFiles(home.lake), release }
  if ('folder' in lake) return { files: openSharedFolder(lake.folder), release }
  return bucketFiles(home, db, lake)
}

async function bucketFiles(home: Home, db: Kysely<Schema>, settings: LakeSettings): Promise<OpenLakeFiles> {
  const { openObjectStore } = await import('../lake/object-store/object-store.ts')
  const { openObjectFiles } = await import('../lake/object-store/open-object-files.ts')
  const { openReadCache } = await import('../lake/object-store/read-cache.ts')
  const { folder, ownership } = await takeCacheFolder(path.join(home.root, 'lake-cache'))
  try {
    const cache = await openReadCache(folder, settings.cacheBytes)
    const recorded = (paths: readonly string[]): ReturnType<typeof recordedAmong> => recordedAmong(db, paths)
    return { files: openObjectFiles({ store: openObjectStore(settings), cache, recorded }), release: () => ownership.release() }
  } catch (error) {
    await ownership.release()
    throw error
  }
}

/** The first cache that no living process has: each process must know what its cache holds. */
async function takeCacheFolder(parent: string): Promise<{ folder: string; ownership: HomeOwnership }> {
  for (let slot = 0; ; slot++) {
    // Machines that share the home cannot be trusted to see each other's locks.
    const root = path.join(parent, `${hostname()}-${slot}`)
    await mkdir(root, { recursive: true, mode: 0o700 })
    const place = { root, ownerLock: path.join(root, 'owner.lock'), ownerFile: path.join(root, 'owner.json') }
    try {
      return { folder: path.join(root, 'files'), ownership: await acquireHome(place, { command: 'lake cache' }) }
    } catch (error) {
      if (!(error instanceof AtlasError && error.code === 'home.locked') || slot >= MOST_CACHES) throw error
    }
  }
}

/** Proves that the files which the database names are kept here, before anything is read, written or collected. */
async function settle(files: LakeFiles, db: Kysely<Schema>, newLakeId: string): Promise<void> {
  const noted = await readLakePlace(db)
  const before = noted?.place ?? 'folder'
  if (before !== files.place) await proveMoved(files, db, before === 'folder' ? 'the folder of the home' : before)
  else if ('isMarked' in files && !(await (files as SharedFolder).isMarked())) await proveMounted(files, db)
  if (noted === null && files.place === 'folder') return
  const { lakeId } =
    noted?.place === files.place ? noted : await noteLakePlace(db, { lakeId: noted?.lakeId ?? newLakeId, place: files.place })
  await files.claim(lakeId)
}

async function proveMoved(files: LakeFiles, db: Kysely<Schema>, before: string): Promise<void> {
  const { all, missing } = await missingFiles(files, db)
  if (missing.size === 0) return
  const [first] = missing
  const place = files.isRemote ? files.place : files.folder
  throw new AtlasError(
    'lake.moved',
    `${missing.size} of ${all} committed files are not in ${place}, e.g. ${first}; the lake was in ${before}.`,
  )
}

/** Where nothing is mounted there is an empty folder. */
async function proveMounted(files: LakeFiles, db: Kysely<Schema>): Promise<void> {
  const { missing } = await missingFiles(files, db)
  if (missing.size > 0) throw unreachable(files.folder, NOT_THERE)
}

async function missingFiles(files: LakeFiles, db: Kysely<Schema>): Promise<{ all: number; missing: ReadonlySet<string> }> {
  const missing = await committedPaths(db)
  const all = missing.size
  if (all > 0) for await (const { path: found } of files.list()) missing.delete(found)
  return { all, missing }
}
