import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Reading } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'

/** Bytes `start` to `start + length` of a file as it lies on disk; fewer at its end. */
export async function readWindow(path: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(length)
    let filled = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled)
      filled += bytesRead
      if (bytesRead === 0 || filled === length) return buffer.subarray(0, filled)
    }
  } finally {
    await handle.close()
  }
}

/** A file's bytes after decompression, as a stream. Errors come through `decompressionError`. */
export function openPlain(path: string, compression: Reading['compression']): Readable {
  const source = createReadStream(path, { highWaterMark: 1 << 20 })
  if (compression === 'none') return source
  const inflate = compression === 'gzip' ? createGunzip({ chunkSize: 1 << 18 }) : createZstdDecompress({ chunkSize: 1 << 18 })
  source.on('error', (error) => inflate.destroy(error))
  inflate.on('close', () => source.destroy())
  return source.pipe(inflate)
}

/**
 * The first bytes of a file after decompression.
 * @throws AtlasError `file.truncated`, `file.corrupt`
 */
export async function readPrefix(path: string, compression: Reading['compression'], length: number, shown: string): Promise<Buffer> {
  if (compression === 'none') return readWindow(path, 0, length)
  const stream = openPlain(path, compression)
  const chunks: Buffer[] = []
  let filled = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      filled += chunk.length
      if (filled >= length) break
    }
  } catch (error) {
    // What came before the damage is enough to find how to read it; the full pass reports the damage.
    if (filled === 0) throw decompressionError(error, shown)
  }
  return Buffer.concat(chunks).subarray(0, length)
}

/** Says whether a compressed file stops in the middle or is damaged; other errors come back as they are. */
export function decompressionError(error: unknown, shown: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? ''
  const message = error instanceof Error ? error.message : ''
  if (code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong' || /unexpected end|incomplete/i.test(message)) {
    return new AtlasError('file.truncated', `${shown} ends in the middle of its compressed data.`, { cause: error })
  }
  if (/^(Z_|ZSTD_)/.test(code)) return new AtlasError('file.corrupt', `${shown} cannot be decompressed: ${message}.`, { cause: error })
  return error
}
