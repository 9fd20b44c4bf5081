import { open } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'

export interface ChunkFile {
  readonly path: string
  readonly bytes: number
  /** Adds text, and a line feed behind it. */
  add(lines: string): Promise<void>
  close(): Promise<void>
  /** Closes it without what is still held back. */
  abandon(): Promise<void>
}

const BLOCK = 2 << 20

/** A new file of lines, written in blocks. @throws AtlasError `lake.disk_full` */
export async function openChunkFile(path: string): Promise<ChunkFile> {
  const file = await open(path, 'wx')
  // One block for the whole file: a new one for each page costs more than what is done with it.
  const block = Buffer.allocUnsafe(BLOCK)
  let used = 0
  let written = 0
  const write = async (bytes: Uint8Array): Promise<void> => {
    written += bytes.length
    await file.appendFile(bytes).catch(diskError)
  }
  const flush = async (): Promise<void> => {
    if (used > 0) await write(block.subarray(0, used))
    used = 0
  }
  return {
    path,
    get bytes() {
      return written + used
    },
    add: async (lines) => {
      // UTF-8 takes at most three bytes for each unit of UTF-16.
      const most = lines.length * 3 + 1
      if (used + most > BLOCK) await flush()
      if (most > BLOCK) return write(Buffer.from(`${lines}\n`))
      used += block.write(lines, used)
      block[used++] = 10
    },
    close: async () => {
      await flush()
      await file.close()
    },
    abandon: () => file.close(),
  }
}

function diskError(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new AtlasError('lake.disk_full', 'The disk is full while records were being kept.', { cause: error })
  throw error
}
