import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

export interface LineWriter {
  add(line: string): Promise<void>
  /** Resolves when all lines are in the file. */
  close(): Promise<void>
  destroy(): void
}

/** Lines written in blocks, as fast as the disk takes them. */
export function openLines(file: string): LineWriter {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 })
  const failure: { error?: Error } = {}
  stream.on('error', (error) => (failure.error = error))
  const assertWriting = (): void => {
    if (failure.error !== undefined) throw failure.error
  }
  let block: string[] = []
  let size = 0
  const flush = async () => {
    const text = block.join('')
    block = []
    size = 0
    assertWriting()
    // Its callback comes once, written or not: waiting for either of two events would leave a listener behind each time.
    await new Promise<void>((resolve) => stream.write(text, () => resolve()))
    assertWriting()
  }
  return {
    add: async (line) => {
      block.push(line, '\n')
      size += line.length
      if (size > 1 << 20) await flush()
    },
    close: async () => {
      await flush()
      stream.end()
      await once(stream, 'close')
      assertWriting()
    },
    destroy: () => void stream.destroy(),
  }
}
