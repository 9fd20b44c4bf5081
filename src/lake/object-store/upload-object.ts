import type { CompletedPart } from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { AtlasError } from '../../core/errors.ts'
import type { SealedFile } from '../lake-files.ts'
import type { ObjectStore, StoreCall } from './object-store.ts'
import { hashObject } from './read-object.ts'
import { inParallel } from './in-parallel.ts'
import { isAbsent, isTaken, refuseAborted } from './store-error.ts'

/** Files up to this size go in one request; larger ones in parts of it, or of what 10,000 parts need. */
export const PART_BYTES = 8 * 2 ** 20
const MOST_PARTS = 10_000
/** Parts of one file on their way at once; each is in memory. */
const PARALLEL = 3
const ABORT_MS = 10_000
const CANCEL_MS = 500

interface Upload {
  store: ObjectStore
  path: string
  file: FileHandle
  sealed: SealedFile
  signal: AbortSignal | undefined
}

/**
 * Sends a file to a name that nothing has, and proves that it is there as it was sent: by the SHA-256 that the store tells, or by reading it back from
 * a store that tells none. When it throws, parts that came are given up.
 * @param absolute a file that does not change
 * @throws AtlasError `lake.store_*`, `lake.upload_damaged`, `lake.name_taken`, `run.cancelled`
 */
export async function uploadObject(
  store: ObjectStore,
  path: string,
  absolute: string,
  sealed: SealedFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(absolute, 'r')
  try {
    const upload = { store, path, file, sealed, signal }
    const { expected, told } = sealed.sizeBytes <= PART_BYTES ? await sendWhole(upload) : await sendParts(upload)
    await prove(upload, expected, told)
  } finally {
    await file.close()
  }
}

/** @returns the checksum that the store must tell, and the one that it told */
type Sent = { expected: string; told: string | undefined }

async function sendWhole(upload: Upload): Promise<Sent> {
  const { store, path, sealed, signal } = upload
  const expected = Buffer.from(sealed.sha256, 'hex').toString('base64')
  const { body } = await readPart(upload.file, 0, sealed.sizeBytes)
  const told = await store.call(path, signal, ({ client, sdk, bucket }) => {
    const input = { Bucket: bucket, Key: store.key(path), Body: body, ChecksumSHA256: expected, ...named(sealed) }
    return orFound(upload, client.send(new sdk.PutObjectCommand({ ...input, IfNoneMatch: '*' }), abortable(signal)))
  })
  return { expected, told }
}

async function sendParts(upload: Upload): Promise<Sent> {
  const { store, path, sealed, signal } = upload
  const key = store.key(path)
  const uploadId = await store.call(path, signal, async ({ client, sdk, bucket }) => {
    const input = { Bucket: bucket, Key: key, ChecksumAlgorithm: 'SHA256', ...named(sealed) } as const
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(input), abortable(signal))
    return UploadId ?? ''
  })
  try {
    const parts = await sendEach(upload, uploadId)
    const digests = Buffer.concat(parts.map((part) => Buffer.from(part.ChecksumSHA256 ?? '', 'base64')))
    const expected = `${createHash('sha256').update(digests).digest('base64')}-${parts.length}`
    const told = await store.call(path, signal, ({ client, sdk, bucket }) => {
      const input = { Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts: parts } }
      return orFound(upload, client.send(new sdk.CompleteMultipartUploadCommand({ ...input, IfNoneMatch: '*' }), abortable(signal)))
    })
    return { expected, told }
  } catch (error) {
    const givingUp = abortUpload(store, path, uploadId).catch(() => undefined)
    // Who cancels does not wait for a store that may not answer; what is left there then is swept later.
    await (signal?.aborted === true ? Promise.race([givingUp, wait(CANCEL_MS)]) : givingUp)
    throw error
  }
}

async function sendEach({ store, path, file, sealed, signal }: Upload, uploadId: string): Promise<CompletedPart[]> {
  const size = Math.max(PART_BYTES, Math.ceil(sealed.sizeBytes / MOST_PARTS))
  const parts: CompletedPart[] = Array.from({ length: Math.ceil(sealed.sizeBytes / size) }, (_, index) => ({ PartNumber: index + 1 }))
  // The first part that fails stops the others.
  const failing = new AbortController()
  const stopped = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal])
  await inParallel(parts, PARALLEL, failing, async (part) => {
    refuseAborted(signal)
    const number = part.PartNumber ?? 1
    const at = (number - 1) * size
    const { body, sha256 } = await readPart(file, at, Math.min(size, sealed.sizeBytes - at))
    const { ETag } = await store.call(path, stopped, ({ client, sdk, bucket }: StoreCall) => {
      const input = { Bucket: bucket, Key: store.key(path), UploadId: uploadId, PartNumber: number, Body: body, ChecksumSHA256: sha256 }
      return client.send(new sdk.UploadPartCommand(input), abortable(stopped))
    })
    Object.assign(part, { ETag, ChecksumSHA256: sha256 })
  })
  return parts
}

/** Gives up an upload, so that its parts are kept, and paid for, no longer. */
export async function abortUpload(store: ObjectStore, path: string, uploadId: string): Promise<void> {
  const signal = AbortSignal.timeout(ABORT_MS)
  await store.call(path, signal, async ({ client, sdk, bucket }) => {
    const input = { Bucket: bucket, Key: store.key(path), UploadId: uploadId }
    await client.send(new sdk.AbortMultipartUploadCommand(input), abortable(signal)).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
  })
}

/** When an answer is lost and the request sent again, the name is taken by the very file. @returns the checksum told, if any */
async function orFound(
  { store, path, sealed, signal }: Upload,
  answer: Promise<{ ChecksumSHA256?: string | undefined }>,
): Promise<string | undefined> {
  try {
    return (await answer).ChecksumSHA256
  } catch (error) {
    if (!isTaken(error) && !isAbsent(error)) throw error
    const found = await store.call(path, signal, async ({ client, sdk, bucket }) => {
      const input = { Bucket: bucket, Key: store.key(path), ChecksumMode: 'ENABLED' } as const
      return client.send(new sdk.HeadObjectCommand(input), abortable(signal)).catch((cause: unknown) => {
        if (isAbsent(cause)) throw error
        throw cause
      })
    })
    if (found.ContentLength === sealed.sizeBytes && found.Metadata?.['sha256'] === sealed.sha256) return found.ChecksumSHA256
    throw new AtlasError('lake.name_taken', `${store.place} has another file at ${path} already; nothing was put in its place.`)
  }
}

async function prove({ store, path, sealed, signal }: Upload, expected: string, told: string | undefined): Promise<void> {
  if (told === expected) return
  if (told === undefined || (told.includes('-') !== expected.includes('-') && told !== '')) {
    const found = await hashObject(store, path, signal)
    if (found.sizeBytes === sealed.sizeBytes && found.sha256 === sealed.sha256) return
  }
  throw new AtlasError('lake.upload_damaged', `${store.place} has something else at ${path} than what was sent.`)
}

/** In pieces, so that other work goes on between them. @param at first byte @returns the bytes and their SHA-256 in base64 */
async function readPart(file: FileHandle, at: number, length: number): Promise<{ body: Buffer; sha256: string }> {
  const body = Buffer.allocUnsafeSlow(length)
  const hash = createHash('sha256')
  for (let read = 0; read < length;) {
    const { bytesRead } = await file.read(body, read, Math.min(length - read, 1 << 20), at + read)
    if (bytesRead === 0) throw new Error(`the file ended after ${at + read} bytes`)
    hash.update(body.subarray(read, read + bytesRead))
    read += bytesRead
  }
  return { body, sha256: hash.digest('base64') }
}

function named({ sha256 }: SealedFile): { ContentType: string; Metadata: Record<string, string> } {
  return { ContentType: 'application/vnd.apache.parquet', Metadata: { sha256 } }
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}
