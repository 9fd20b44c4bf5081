import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { SealedFile } from './lake-files.ts'

/** Makes a written file durable, with its folder, and gives its size and SHA-256. */
export async function seal(absolute: string): Promise<SealedFile> {
  const handle = await open(absolute, 'r+')
  try {
    await handle.sync()
    const { size } = await handle.stat()
    const sha256 = await sha256Of(handle)
    await syncFolder(path.dirname(absolute))
    return { sizeBytes: size, sha256 }
  } finally {
    await handle.close()
  }
}

/** One buffer for the whole file: a stream makes a new one for each piece, which the garbage collector pays for. */
async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafeSlow(1 << 20)
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
}

/** Makes new names in a folder survive a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals the entry itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
