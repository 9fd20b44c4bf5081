import { isUtf8 } from 'node:buffer'
import { open, rm } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'
import type { CopyTextFile } from './scan-copy-text.ts'

/** A file of rows in COPY text format that is being filled. */
export interface FillingFile {
  readonly bytes: number
  /** Adds whole lines (ended by a line feed). The bytes may be reused once it resolves. Throws AtlasError `source.value_out_of_range` when they are not UTF-8. */
  write(lines: Uint8Array): Promise<void>
  close(): Promise<CopyTextFile>
  /** Removes the file, filled or not. Never throws. */
  remove(): Promise<void>
}

const BACKSLASH = 0x5c

export async function createCopyTextFile(path: string): Promise<FillingFile> {
  const handle = await open(path, 'w')
  const file: CopyTextFile = { path, bytes: 0, longestLine: 0, escaped: false, hasBc: false }
  return {
    get bytes() {
      return file.bytes
    },
    async write(lines) {
      const block = Buffer.from(lines.buffer, lines.byteOffset, lines.length)
      // DuckDB's reader stops for good at such bytes where not every cell is asked for, and takes the whole database with it.
      if (!isUtf8(block))
        throw new AtlasError('source.value_out_of_range', 'A text of the source is not UTF-8.', {
          next: 'Leave the column out, or correct the encoding of the database.',
        })
      for (let from = 0; from < block.length;) from += (await handle.write(block, from, block.length - from)).bytesWritten
      file.bytes += block.length
      // A bound that needs no search: no line is longer than what was written at once.
      file.longestLine = Math.max(file.longestLine, block.length)
      file.escaped ||= block.includes(BACKSLASH)
      file.hasBc ||= block.includes('BC')
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
