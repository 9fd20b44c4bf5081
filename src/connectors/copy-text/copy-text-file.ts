import { open, rm } from 'node:fs/promises'
import type { CopyTextFile } from './scan-copy-text.ts'

/** A file of rows in COPY text format that is being filled. */
export interface FillingFile {
  readonly bytes: number
  /** Adds whole lines (ended by a line feed). The bytes may be reused once it resolves. */
  write(lines: Uint8Array): Promise<void>
  close(): Promise<CopyTextFile>
  /** Removes the file, filled or not. Never throws. */
  remove(): Promise<void>
}

const BACKSLASH = 0x5c

export async function createCopyTextFile(path: string): Promise<FillingFile> {
  const handle = await open(path, 'w')
  const file: CopyTextFile = { path, bytes: 0, longestLine: 0, escaped: false }
  return {
    get bytes() {
      return file.bytes
    },
    async write(block) {
      for (let from = 0; from < block.length;) from += (await handle.write(block, from, block.length - from)).bytesWritten
      file.bytes += block.length
      // A bound that needs no search: no line is longer than what was written at once.
      file.longestLine = Math.max(file.longestLine, block.length)
      file.escaped ||= block.includes(BACKSLASH)
    },
    async close() {
      await handle.close()
      return file
    },
    async remove() {
      await handle.close().catch(() => undefined)
      await rm(path, { force: true })
    },
  }
}
