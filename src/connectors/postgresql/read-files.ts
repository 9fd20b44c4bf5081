import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import { type ChunkFileOptions, openChunkFiles } from '../copy-text/open-chunk-files.ts'
import { throwIfCancelled } from './connect.ts'
import { copyOut, type CopyOutResult } from './copy-out.ts'
import { isPassing, sourceError } from './source-error.ts'
import type { Reading, SnapshotSource } from './snapshot.ts'

const ATTEMPTS = 5
const FIRST_WAIT_MS = 200

/** A read's place among the sessions of its source: one session at a time, renewed after a failure. */
export interface StreamReader {
  source: SnapshotSource
  context: ReadContext
  /** For messages. */
  place: string
}

/** Thrown by work that wants to be run again, in another session and another way. */
export class RunAgain extends Error {}

export interface RetryOptions {
  /** Told of each failure before the next attempt; may throw instead. */
  failed?: (error: unknown) => Promise<void> | void
  /** How far the work has come, as a value that is the same when it has come no further: what makes progress is tried for ever. */
  progress?: () => unknown
}

/**
 * Runs `work` with a session, again with another one when what stopped it passes (a cut connection, a time limit, a conflict on a standby).
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function withSession<T>(
  { source, context, place }: StreamReader,
  work: (reading: Reading) => Promise<T>,
  { failed, progress }: RetryOptions = {},
): Promise<T> {
  let reached = progress?.()
  for (let attempt = 1; ; attempt++) {
    const reading = await source.acquire(context.signal)
    const stop = () => source.stop(reading)
    context.signal.addEventListener('abort', stop, { once: true })
    let usable = false
    try {
      const result = await work(reading)
      usable = true
      return result
    } catch (error) {
      throwIfCancelled(context.signal)
      const now = progress?.()
      if (now !== reached) attempt = 1
      reached = now
      if (!(error instanceof RunAgain)) {
        if (!isPassing(error) || attempt === ATTEMPTS) throw sourceError(error, place)
        context.log('warn', `${sourceError(error, place).message} Trying again.`)
      }
      await failed?.(error)
    } finally {
      context.signal.removeEventListener('abort', stop)
      source.release(reading, usable && !context.signal.aborted)
    }
    await pause(FIRST_WAIT_MS * 2 ** (attempt - 1), context.signal)
  }
}

/**
 * Copies the rows of one statement into chunk files, each loaded while the next is filled.
 * @returns rows as the server counted them
 */
export async function copyToFiles(
  reading: Reading,
  statement: string,
  options: ChunkFileOptions,
  told: (bytes: number) => void,
): Promise<CopyOutResult> {
  const files = openChunkFiles(options)
  try {
    const result = await copyOut(reading.client, statement, async (block) => {
      await files.write(block)
      told(block.length)
    })
    await files.end()
    return result
  } finally {
    await files.discard()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => {
      clearTimeout(timer)
      reject(new AtlasError('run.cancelled', 'The read was cancelled.'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cancelled)
      resolve()
    }, ms)
    signal.addEventListener('abort', cancelled, { once: true })
  })
}
