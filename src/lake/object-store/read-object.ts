import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { AtlasError } from '../../core/errors.ts'
import type { SealedFile } from '../lake-files.ts'
import type { ObjectStore } from './object-store.ts'
import { cancelled } from './store-error.ts'

/** A body that is cut is asked for again so often, with these waits between. */
const PAUSES_MS = [100, 500, 2000]

/** What came of an object, and the SHA-256 that was noted when it was sent, if any. */
export interface ReadObject extends SealedFile {
  noted: string | null
}

/**
 * Reads an object to its end.
 * @throws AtlasError `lake.file_missing`, `lake.store_*`, `run.cancelled`
 */
export function hashObject(store: ObjectStore, path: string, signal: AbortSignal | undefined): Promise<ReadObject> {
  return persist(store, path, signal, () => readOnce(store, path, signal, () => Promise.resolve()))
}

/**
 * Copies an object to a new file, durably, and proves that it is what was committed.
 * @param expected what was recorded of it; without it, what was noted when it was sent counts
 * @throws AtlasError `lake.file_missing`, `lake.file_damaged`, `lake.store_*`, `run.cancelled`; as node:fs for the disk
 */
export async function downloadObject(
  store: ObjectStore,
  path: string,
  target: string,
  expected: SealedFile | undefined,
  signal: AbortSignal | undefined,
): Promise<SealedFile> {
  return persist(store, path, signal, async (isLast) => {
    const file = await open(target, 'w', 0o600)
    try {
      const found = await readOnce(store, path, signal, async (chunk) => void (await file.write(chunk)))
      const wanted = expected ?? { sizeBytes: found.sizeBytes, sha256: found.noted }
      if (found.sha256 === wanted.sha256 && found.sizeBytes === wanted.sizeBytes) {
        await file.sync()
        return found
      }
      if (!isLast) throw new CutError()
      const detail = `It has ${found.sizeBytes} bytes with the SHA-256 ${found.sha256}; ${wanted.sizeBytes} with ${wanted.sha256 ?? 'none'} were committed.`
      throw new AtlasError('lake.file_damaged', `${path} in ${store.place} is not what was committed. ${detail}`)
    } finally {
      await file.close()
    }
  })
}

/** What came is not all, or not what was sent. */
class CutError extends Error {}

async function persist<T>(
  store: ObjectStore,
  path: string,
  signal: AbortSignal | undefined,
  attempt: (isLast: boolean) => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    const pause = PAUSES_MS[tries]
    try {
      return await attempt(pause === undefined)
    } catch (error) {
      if (signal?.aborted === true) throw cancelled(signal, error)
      if (!(error instanceof CutError)) throw error
      if (pause === undefined)
        throw new AtlasError('lake.store_unreachable', `The object store cut ${path} in ${store.place} off, ${tries + 1} times.`)
      await wait(pause, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function readOnce(
  store: ObjectStore,
  path: string,
  signal: AbortSignal | undefined,
  onChunk: (chunk: Buffer) => Promise<void>,
): Promise<ReadObject> {
  const { Body, Metadata } = await store.call(path, signal, ({ client, sdk, bucket }) =>
    client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: store.key(path) }), signal === undefined ? {} : { abortSignal: signal }),
  )
  const body = Body as Readable
  if (signal !== undefined) addAbortSignal(signal, body)
  const hash = createHash('sha256')
  let sizeBytes = 0
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      const next = await chunks.next().catch(() => {
        throw new CutError()
      })
      if (next.done === true) break
      sizeBytes += next.value.length
      hash.update(next.value)
      await onChunk(next.value)
    }
  } finally {
    body.destroy()
  }
  return { sizeBytes, sha256: hash.digest('hex'), noted: Metadata?.['sha256'] ?? null }
}
