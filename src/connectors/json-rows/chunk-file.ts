import { open } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'

export interface ChunkFile {
  readonly path: string
  readonly bytes: number
  /** Adds text, and a line feed behind it. */
  add(lines: string): Promise<void>
  close(): Promise<void>
}

const BLOCK = 1 << 20

/** A new file of lines, written in blocks. @throws AtlasError `lake.disk_full` */
export async function openChunkFile(path: string): Promise<ChunkFile> {
  const file = await open(path, 'wx')
  let held: string[] = []
  let heldLength = 0
  let bytes = 0
  const flush = async (): Promise<void> => {
    const block = Buffer.from(held.join(''))
    held = []
    heldLength = 0
    bytes += block.length
    await file.appendFile(block).catch(diskError)
  }
  return {
    path,
    get bytes() {
      return bytes + heldLength
    },
    add: async (lines) => {
      held.push(lines, '\n')
      heldLength += lines.length + 1
      if (heldLength >= BLOCK) await flush()
    },
    close: async () => {
      await flush()
      await file.close()
    },
  }
}

function diskError(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new AtlasError('lake.disk_full', 'The disk is full while records were being kept.', { cause: error })
  throw error
}
