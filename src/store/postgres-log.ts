import { open, rename, stat } from 'node:fs/promises'
import { AtlasError } from '../core/errors.ts'

/** The log that a Postgres writes to. */
export interface PostgresLog {
  fd: number
  /** What has been written to it since it was opened. */
  read(): Promise<string>
  close(): Promise<void>
}

const KEEP_BYTES = 10_000_000

/** Opens the log for appending (0600). One that has grown past 10 MB is put aside as `.1` first. */
export async function openLog(path: string): Promise<PostgresLog> {
  try {
    const size = (await stat(path).catch(() => null))?.size ?? 0
    if (size > KEEP_BYTES) await rename(path, `${path}.1`)
    const file = await open(path, 'a+', 0o600)
    const from = (await file.stat()).size
    return {
      fd: file.fd,
      async read() {
        const length = (await file.stat()).size - from
        return (await file.read({ buffer: Buffer.alloc(length), position: from })).buffer.toString('utf8')
      },
      close: () => file.close(),
    }
  } catch (cause) {
    throw new AtlasError('home.unwritable', `Atlas cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}
