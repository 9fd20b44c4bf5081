import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { LakeFiles, RecordedFile, SealedFile } from '../lake-files.ts'
import { reserveIn } from '../local-files.ts'
import { seal } from '../seal.ts'
import { damaged, missing } from '../verify.ts'
import { bucketCheck, claimBucket } from './bucket.ts'
import { inParallel } from './in-parallel.ts'
import { listObjects, removeObject, sweepUploads } from './list-objects.ts'
import type { ObjectStore } from './object-store.ts'
import { PARTIAL, type ReadCache } from './read-cache.ts'
import { downloadObject, hashObject } from './read-object.ts'
import { shareWork } from './share-work.ts'
import { cancelled, refuseAborted } from './store-error.ts'
import { uploadObject } from './upload-object.ts'

/** Files fetched at once for one caller. */
const FETCHES = 8
/** How long a copy that nothing names may stay unused, and how often is looked. */
const IDLE_MS = 10 * 60_000

export interface ObjectFilesOptions {
  store: ObjectStore
  cache: ReadCache
  /** What commits, checkpoints and replays record of files; those that none names are left out. */
  recorded(paths: readonly string[]): Promise<ReadonlyMap<string, SealedFile>>
}

/** Files kept in a bucket. What is read is copied into the cache first; what is written there stays as a copy. */
export function openObjectFiles({ store, cache, recorded }: ObjectFilesOptions): LakeFiles {
  /** Files that this process writes and has not published yet: they are nowhere else. */
  const writing = new Set<string>()
  const closing = new AbortController()
  let partials = 0
  const either = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])

  const fetched = shareWork<SealedFile | undefined>(async (file, expected, signal) => {
    await cache.settled(file)
    if (cache.has(file)) return
    const target = await reserveIn(cache.folder, file)
    const partial = `${target}.${process.pid}-${partials++}${PARTIAL}`
    try {
      await cache.makeRoom(expected?.sizeBytes ?? 0)
      const { sizeBytes } = await downloadObject(store, file, partial, expected, either(signal))
      await rename(partial, target)
      cache.add(file, sizeBytes)
    } catch (error) {
      throw diskError(error, cache)
    } finally {
      await rm(partial, { force: true })
    }
  })

  /** Rows that were destroyed must not live on in a copy. A file of a run under way that goes too is fetched again. */
  async function dropUnnamed(olderThan: Date): Promise<void> {
    const idle = cache.unusedSince(olderThan)
    if (idle.length === 0) return
    const known = await recorded(idle)
    // Of those that nobody took up meanwhile.
    const unnamed = new Set(idle.filter((file) => !known.has(file)))
    const unused = cache.unusedSince(olderThan).filter((file) => unnamed.has(file))
    await Promise.all(unused.map((file) => cache.drop(file)))
  }

  // Every process has copies, and not every process keeps house. What fails now is done the next time.
  const forgetting = setInterval(() => void dropUnnamed(new Date(Date.now() - IDLE_MS)).catch(() => undefined), IDLE_MS).unref()

  async function hold(files: readonly string[], signal?: AbortSignal): Promise<() => void> {
    refuseAborted(signal)
    const release = cache.pin(files)
    try {
      for (const file of files) cache.use(file)
      const absent = files.filter((file) => !cache.has(file) && !writing.has(file))
      if (absent.length > 0) await fetchAll(absent, signal)
      return release
    } catch (error) {
      release()
      throw signal?.aborted === true ? cancelled(signal, error) : error
    }
  }

  async function fetchAll(files: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const known = await recorded(files)
    const failing = new AbortController()
    const stopped = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal])
    await inParallel(files, FETCHES, failing, (file) => fetched(file, known.get(file), stopped))
  }

  async function publish(file: string, signal?: AbortSignal): Promise<SealedFile> {
    const absolute = path.join(cache.folder, file)
    try {
      const sealed = await seal(absolute)
      await uploadObject(store, file, absolute, sealed, either(signal))
      writing.delete(file)
      cache.add(file, sealed.sizeBytes)
      return sealed
    } catch (error) {
      await rm(absolute, { force: true })
      throw signal?.aborted === true ? cancelled(signal, error) : error
    }
  }

  return {
    folder: cache.folder,
    place: store.place,
    isRemote: true,
    outage: null,
    ready: () => Promise.resolve(),
    hold,
    async reserve(file) {
      writing.add(file)
      return reserveIn(cache.folder, file)
    },
    publish,
    async remove(file) {
      const isOnlyHere = writing.delete(file)
      await cache.drop(file)
      // Of an upload that failed nothing is there, or an orphan that is collected in time.
      if (!isOnlyHere) await removeObject(store, file)
    },
    list: () => listObjects(store),
    async verify(file: RecordedFile, signal) {
      try {
        return damaged(file, await hashObject(store, file.path, signal))
      } catch (error) {
        if (error instanceof AtlasError && error.code === 'lake.file_missing') return missing(file)
        throw error
      }
    },
    async sweep(olderThan) {
      await dropUnnamed(olderThan)
      await sweepUploads(store, olderThan)
    },
    claim: (lakeId) => claimBucket(store, lakeId),
    check: bucketCheck(store),
    close() {
      clearInterval(forgetting)
      closing.abort(new Error('the lake was closed'))
      store.close()
    },
  }
}

function diskError(error: unknown, cache: ReadCache): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  const message = `The disk that holds the cache ${cache.folder} is full; ATLAS_LAKE_CACHE lets it have ${cache.limitBytes} bytes.`
  return new AtlasError('lake.disk_full', message, { cause: error, next: 'Free space, or set ATLAS_LAKE_CACHE lower, and try again.' })
}
