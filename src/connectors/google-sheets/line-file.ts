import { open } from 'node:fs/promises'
import { AtlasError } from '../../core/errors.ts'

export interface LineFile {
  add(line: string): Promise<void>
  /** Resolves when all lines are in the file. */
  close(): Promise<void>
}

const BLOCK_CHARACTERS = 1 << 20

/** A new file of lines, written in blocks. @throws AtlasError `lake.disk_full` */
export async function openLineFile(file: string): Promise<LineFile> {
  const handle = await open(file, 'w')
  let block: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const text = block.join('')
    block = []
    size = 0
    try {
      await handle.appendFile(text)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
      throw new AtlasError('lake.disk_full', 'The disk is full while a sheet was being read.', { cause: error })
    }
  }
  return {
    add: async (line) => {
      block.push(line, '\n')
      size += line.length
      if (size > BLOCK_CHARACTERS) await flush()
    },
    close: async () => {
      try {
        await flush()
      } finally {
        await handle.close()
      }
    },
  }
}
