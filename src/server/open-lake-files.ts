import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import type { LakeFiles } from '../lake/lake-files.ts'
import { openLocalFiles } from '../lake/local-files.ts'
import { committedPaths, recordedAmong } from '../store/committed-files.ts'
import type { Home } from '../store/home.ts'
import { noteLakePlace, readLakePlace } from '../store/lake-place.ts'
import { acquireHome, type HomeOwnership } from '../store/owner-lock.ts'
import type { Schema } from '../store/schema.ts'
import type { Settings } from './settings.ts'

/** Processes of one home that can cache at once. */
const MOST_CACHES = 64

/** Where the files of a home are kept, and what to let go of when it is closed. */
export interface OpenLakeFiles {
  files: LakeFiles
  release(): Promise<void>
}

/**
 * Opens the files of the lake: the folder of the home, or with ATLAS_LAKE_URL a bucket and a cache of this process's own in the home.
 * @throws AtlasError `lake.moved` where the committed files are elsewhere, `lake.not_this_one`, `lake.store_*`
 */
export async function openLakeFiles(
  home: Home,
  db: Kysely<Schema>,
  settings: Pick<Settings, 'lake'>,
  outside: { now(): Date; random(bytes: number): Uint8Array },
): Promise<OpenLakeFiles> {
  const opened = settings.lake === null ? localFiles(home) : await bucketFiles(home, db, settings.lake)
  try {
    await settle(opened.files, db, newId('lake', outside.now().getTime(), outside.random))
    return opened
  } catch (error) {
    opened.files.close()
    await opened.release()
    throw error
  }
}

function localFiles(home: Home): OpenLakeFiles {
  return { files: openLocalFiles(home.lake), release: () => Promise.resolve() }
}

async function bucketFiles(home: Home, db: Kysely<Schema>, settings: NonNullable<Settings['lake']>): Promise<OpenLakeFiles> {
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
  if ((noted?.place ?? 'folder') !== files.place) await proveMoved(files, db, noted?.place ?? 'the folder of the home')
  if (noted === null && !files.isRemote) return
  const { lakeId } =
    noted?.place === files.place ? noted : await noteLakePlace(db, { lakeId: noted?.lakeId ?? newLakeId, place: files.place })
  await files.claim(lakeId)
}

async function proveMoved(files: LakeFiles, db: Kysely<Schema>, before: string): Promise<void> {
  const missing = await committedPaths(db)
  const all = missing.size
  if (all === 0) return
  for await (const { path: found } of files.list()) missing.delete(found)
  if (missing.size === 0) return
  const [first] = missing
  const message = `${missing.size} of ${all} committed files are not in ${files.place}, e.g. ${first}; the lake was in ${before}.`
  throw new AtlasError('lake.moved', message)
}
