import { rm } from 'node:fs/promises'
import path from 'node:path'
import { createCopyTextFile, type FillingFile } from './copy-text-file.ts'
import { orderedWork } from './ordered-work.ts'
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

const MAX_BYTES = 64 * 1024 * 1024
let named = 0

/** A path in the folder that no other chunk file of this process has. */
export function chunkPath(scratch: string): string {
  return path.join(scratch, `chunk-${++named}.copy`)
}

/**
 * Files of rows in COPY text format between a source that gives lines and DuckDB that reads files: one is filled while the one before is loaded, so
 * disk and memory stay bounded whatever the source holds.
 */
export function openChunkFiles({ scratch, maxBytes = MAX_BYTES, load, waiting = 1 }: ChunkFileOptions): ChunkFiles {
  const loading = orderedWork(waiting)
  const unloaded = new Set<string>()
  let filling: FillingFile | null = null
  let bytes = 0
  const create = (): Promise<FillingFile> => createCopyTextFile(chunkPath(scratch))
  const finish = async (full: FillingFile): Promise<void> => {
    filling = null
    const file = await full.close()
    unloaded.add(file.path)
    await loading.add(async () => {
      await load(file)
      await rm(file.path, { force: true })
      unloaded.delete(file.path)
    })
  }
  return {
    get bytes() {
      return bytes
    },
    async write(lines) {
      const block = typeof lines === 'string' ? Buffer.from(lines) : lines
      if (block.length === 0) return
      filling ??= await create()
      await filling.write(block)
      bytes += block.length
      if (filling.bytes >= maxBytes) await finish(filling)
    },
    async end() {
      if (filling !== null) await finish(filling)
      await loading.end()
    },
    async discard() {
      await loading.discard()
      await filling?.remove()
      for (const left of unloaded) await rm(left, { force: true })
    },
  }
}
