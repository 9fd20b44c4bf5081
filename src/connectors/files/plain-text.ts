import { createWriteStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Reading } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import { decoderOf } from './encoding.ts'
import { decompressionError, openPlain } from './read-prefix.ts'

let copies = 0

/**
 * A file as plain UTF-8 (for text) or uncompressed (for other formats): the file itself where it is that already, else a copy in the scratch folder, made as a
 * stream. DuckDB would read compressed files by itself, but it takes a cut one for a whole one.
 * @param onBytes called with the bytes of the source file that were read since the last call
 * @throws AtlasError `file.truncated`, `file.corrupt`, `lake.disk_full`
 */
export async function plainCopy(
  file: { path: string; shown: string },
  reading: Pick<Reading, 'format' | 'compression' | 'encoding'>,
  context: { scratch: string; signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<string> {
  const isText = reading.format !== 'parquet' && reading.format !== 'excel'
  const decodes = isText && reading.encoding !== 'utf-8'
  if (reading.compression === 'none' && !decodes) return file.path
  const target = path.join(context.scratch, `plain-${++copies}`)
  const steps: (Readable | Transform)[] = [openPlain(file.path, reading.compression)]
  if (decodes) {
    if (reading.encoding.startsWith('utf-16') && reading.compression === 'none' && (await stat(file.path)).size % 2 === 1) {
      throw new AtlasError('file.truncated', `${file.shown} ends in the middle of a UTF-16 character.`)
    }
    steps.push(transcoder(reading.encoding, file.shown))
  }
  if (context.onBytes !== undefined) (steps[0] as Readable).on('data', (chunk: Buffer) => context.onBytes?.(chunk.length))
  try {
    await pipeline([...steps, createWriteStream(target, { highWaterMark: 1 << 20 })] as never, { signal: context.signal })
  } catch (error) {
    throw copyError(error, file.shown, context.signal)
  }
  return target
}

/** Errors of copying to scratch by their code; others come back as they are. */
export function copyError(error: unknown, shown: string, signal: AbortSignal): unknown {
  if (signal.aborted) return cancelled(signal)
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AtlasError('lake.disk_full', `The disk is full while ${shown} was being unpacked.`, { cause: error })
  if (code === 'EACCES' || code === 'EISDIR' || code === 'EIO')
    return new AtlasError('file.unreadable', `${shown} cannot be read (${code}).`, { cause: error })
  return decompressionError(error, shown)
}

export function cancelled(signal: AbortSignal): AtlasError {
  if (signal.reason instanceof AtlasError) return signal.reason
  return new AtlasError('run.cancelled', 'The read was cancelled; nothing was published.', { cause: signal.reason })
}

function transcoder(encoding: Reading['encoding'], shown: string): Transform {
  const decode = decoderOf(encoding)
  const guarded = (chunk: Buffer | null) => {
    try {
      return Buffer.from(decode(chunk), 'utf8')
    } catch (error) {
      throw new AtlasError('file.corrupt', `${shown} has bytes that ${encoding} does not allow.`, { cause: error })
    }
  }
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => settle(() => guarded(chunk), done),
    flush: (done) => settle(() => guarded(null), done),
  })
}

function settle(make: () => Buffer, done: (error: Error | null, chunk?: Buffer) => void): void {
  try {
    done(null, make())
  } catch (error) {
    done(error as Error)
  }
}

const PIECE_BYTES = 1 << 20

/**
 * Reads a plain file in pieces of 1 MiB, and stops with `run.cancelled` when told to. The piece is valid until the next is asked for: one buffer
 * serves all, because a new one for each would keep the garbage collector as busy as the scan itself.
 */
export async function* pieces(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(file)
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES)
      if (signal.aborted) throw cancelled(signal)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
