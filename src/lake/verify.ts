import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { LakeFiles, RecordedFile, SealedFile } from './lake-files.ts'

export interface Damage {
  path: string
  code: 'lake.file_missing' | 'lake.file_damaged'
  detail: string
}

/** Proves that every committed file is there with its recorded size and SHA-256. Reads every byte. */
export async function verifyFiles(files: Pick<LakeFiles, 'verify'>, recorded: readonly RecordedFile[]): Promise<Damage[]> {
  const damages: Damage[] = []
  for (const file of recorded) {
    const damage = await files.verify(file)
    if (damage !== null) damages.push(damage)
  }
  return damages
}

/** Compares a file of this machine with what was recorded of it. */
export async function verifyFile(absolute: string, file: RecordedFile): Promise<Damage | null> {
  const found = await stat(absolute).catch(() => null)
  if (found === null) return missing(file)
  if (found.size !== file.sizeBytes) return damaged(file, { sizeBytes: found.size, sha256: file.sha256 })
  const hash = createHash('sha256')
  await pipeline(createReadStream(absolute, { highWaterMark: 1 << 20 }), hash)
  return damaged(file, { sizeBytes: found.size, sha256: hash.digest('hex') })
}

export function missing(file: RecordedFile): Damage {
  return { path: file.path, code: 'lake.file_missing', detail: 'The file is not there.' }
}

/** What is wrong with the content that was found; null when it is what was committed. */
export function damaged(file: RecordedFile, found: SealedFile): Damage | null {
  const code = 'lake.file_damaged'
  if (found.sizeBytes !== file.sizeBytes)
    return { path: file.path, code, detail: `It has ${found.sizeBytes} bytes; ${file.sizeBytes} were committed.` }
  return found.sha256 === file.sha256 ? null : { path: file.path, code, detail: 'Its content has another SHA-256 than the committed one.' }
}
