import { type FileHandle, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { CopyTextFile } from './scan-copy-text.ts'

export interface ChunkFileOptions {
  /** A folder that is there and this read's own. */
  scratch: string
  /** A file is full with this many bytes; 64 MiB unless told. */
  maxBytes?: number
  /** What is done with each full file, one after the other in order; the file is removed afterwards. While it works the next file is filled. */
  load: (file: CopyTextFile) => Promise<void>
  /** Full files that may wait for `load`, besides the one it has; 1 unless told. `write` waits when there are more. */
  waiting?: number
  /** Begins the names of the files, where several reads share the folder. */
  prefix?: string
}

export interface ChunkFiles {
  /** Bytes written so far. */
  readonly bytes: number
  /** Adds whole lines (ended by a line feed). Waits while too much is unread. The bytes may be reused once it resolves. Throws what `load` threw. */
  write(lines: Uint8Array | string): Promise<void>
  /** Loads what is left and waits for all. Throws what `load` threw. */
  end(): Promise<void>
  /** Forgets what is not loaded yet; waits until nothing is at work and removes the files. Never throws. */
  discard(): Promise<void>
}

interface Filling {
  handle: FileHandle
  file: CopyTextFile
}

const BACKSLASH = 0x5c
const MAX_BYTES = 64 * 1024 * 1024
let opened = 0

/**
 * Files of rows in COPY text format between a source that gives lines and DuckDB that reads files: one is filled while the one before is loaded, so
 * disk and memory stay bounded whatever the source holds.
 */
export function openChunkFiles({ scratch, maxBytes = MAX_BYTES, load, waiting = 1, prefix = 'chunk' }: ChunkFileOptions): ChunkFiles {
  const own = ++opened
  const queue: Promise<void>[] = []
  let filling: Filling | null = null
  let last: Promise<void> = Promise.resolve()
  let failure: { error: unknown } | null = null
  let discarded = false
  let made = 0
  let bytes = 0

  const throwFailure = () => {
    if (failure !== null) throw failure.error
  }
  const next = async (): Promise<Filling> => {
    const file = { path: path.join(scratch, `${prefix}-${own}-${++made}.copy`), bytes: 0, longestLine: 0, escaped: false }
    return { handle: await open(file.path, 'w'), file }
  }
  const finish = async ({ handle, file }: Filling): Promise<void> => {
    filling = null
    await handle.close()
    const loading = last.then(async () => {
      try {
        if (failure === null && !discarded) await load(file)
      } catch (error) {
        failure ??= { error }
      } finally {
        await rm(file.path, { force: true })
      }
    })
    last = loading
    queue.push(loading)
    while (queue.length > waiting + 1) await queue.shift()
  }

  return {
    get bytes() {
      return bytes
    },
    async write(lines) {
      throwFailure()
      const block = typeof lines === 'string' ? Buffer.from(lines) : lines
      if (block.length === 0) return
      filling ??= await next()
      const { handle, file } = filling
      await writeAll(handle, block)
      bytes += block.length
      file.bytes += block.length
      // A bound that needs no search: no line is longer than what was written at once.
      file.longestLine = Math.max(file.longestLine, block.length)
      file.escaped ||= block.includes(BACKSLASH)
      if (file.bytes >= maxBytes) await finish(filling)
    },
    async end() {
      if (filling !== null) await finish(filling)
      await Promise.all(queue.splice(0))
      throwFailure()
    },
    async discard() {
      discarded = true
      if (filling !== null) {
        await filling.handle.close().catch(() => undefined)
        await rm(filling.file.path, { force: true })
        filling = null
      }
      await Promise.all(queue.splice(0))
    },
  }
}

async function writeAll(handle: FileHandle, block: Uint8Array): Promise<void> {
  for (let from = 0; from < block.length;) from += (await handle.write(block, from, block.length - from)).bytesWritten
}
