import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { AtlasError } from '../core/errors.ts'

/** A sender that pauses for longer is cut off. */
const longestPauseMs = 60_000

export interface Received {
  fileName: string
  sizeBytes: number
  sha256: string
}

/**
 * Streams the field `file` of a multipart/form-data request to disk, hashing on the way; on disk for good (fsync) under `<folder>/<id>` or
 * not at all. The client's file name is only a label: it never becomes a path.
 * @throws AtlasError `upload.too_large`, `upload.missing_file`, `file.bad_name`, `request.*`, `lake.disk_full`
 */
export async function receiveUpload(request: FastifyRequest, folder: string, id: string, limitBytes: number): Promise<Received> {
  if (!request.isMultipart()) throw new AtlasError('upload.missing_file', 'The request is not multipart/form-data.')
  const declared = Number(request.headers['content-length'] ?? 0)
  // Boundaries and headers of the parts are never this long.
  if (declared > limitBytes + 64 * 1024) throw tooLarge(limitBytes)
  const partial = path.join(folder, `${id}.part`)
  try {
    const part = await findFile(request, limitBytes)
    const fileName = cleanFileName(part.filename)
    const { sizeBytes, sha256 } = await writeHashed(part, partial, request)
    if (part.file.truncated) throw tooLarge(limitBytes)
    await settle(partial, path.join(folder, id), folder)
    return { fileName, sizeBytes, sha256 }
  } catch (error) {
    await rm(partial, { force: true })
    throw isBrokenForm(error)
      ? new AtlasError('request.invalid', 'The upload is not a complete multipart form; nothing was kept.', { cause: error })
      : error
  }
}

/** The form parser throws plain errors, those of the connection name it; what the disk refuses has a code of its own. */
function isBrokenForm(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AtlasError) return false
  const { code } = error as NodeJS.ErrnoException
  return code === undefined || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET'
}

async function findFile(request: FastifyRequest, limitBytes: number): Promise<MultipartFile> {
  const limits = { fileSize: limitBytes, files: 1, fields: 10, fieldSize: 4096, parts: 11, headerPairs: 50 }
  const part = await request.file({ limits, throwFileSizeLimit: false, preservePath: true })
  if (part === undefined) throw new AtlasError('upload.missing_file', 'No part of the request is a file.')
  if (part.fieldname !== 'file') throw new AtlasError('upload.missing_file', 'The file is in another field than `file`.')
  return part
}

async function writeHashed(part: MultipartFile, target: string, request: FastifyRequest): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const timer = setTimeout(() => request.raw.destroy(), longestPauseMs)
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh()
      hash.update(chunk)
      sizeBytes += chunk.length
      done(null, chunk)
    },
  })
  try {
    await pipeline(part.file, measure, createWriteStream(target, { flags: 'wx', mode: 0o600 }))
  } finally {
    clearTimeout(timer)
  }
  if (request.raw.destroyed && !request.raw.complete)
    throw new AtlasError('request.invalid', 'The upload ended before its last byte; nothing was kept.')
  return { sizeBytes, sha256: hash.digest('hex') }
}

/** Durable before anybody hears of it: the file's bytes, then its name. */
async function settle(partial: string, final: string, folder: string): Promise<void> {
  await sync(partial)
  await rename(partial, final)
  await sync(folder)
}

async function sync(target: string): Promise<void> {
  const handle = await open(target, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Windows cannot sync a folder.
    if (process.platform !== 'win32') throw error
  } finally {
    await handle.close()
  }
}

/** @throws AtlasError `file.bad_name` for a name with a folder in it, one that is no name, or one that would garble a terminal or a page */
function cleanFileName(name: string | undefined): string {
  const clean = (name ?? '').normalize('NFC').trim()
  const reason =
    clean === '' || clean === '.' || clean === '..'
      ? 'is no name'
      : /[/\\]/.test(clean)
        ? 'names a folder'
        : /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{fffd}]/u.test(clean)
          ? 'holds characters that cannot be shown'
          : clean.length > 255
            ? `has ${clean.length} characters; the limit is 255`
            : null
  if (reason !== null) throw new AtlasError('file.bad_name', `The name of the uploaded file ${reason}.`)
  return clean
}

function tooLarge(limitBytes: number): AtlasError {
  return new AtlasError('upload.too_large', `The file is larger than ${limitBytes} bytes, the limit; nothing was kept.`)
}
