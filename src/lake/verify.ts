import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface Damage {
  path: string
  code: 'lake.file_missing' | 'lake.file_damaged'
  detail: string
}

/** Proves that every committed file is there with its recorded size and SHA-256. Reads every byte. */
export async function verifyFiles(
  lakeFolder: string,
  files: readonly { path: string; sizeBytes: number; sha256: string }[],
): Promise<Damage[]> {
  const damages: Damage[] = []
  for (const file of files) {
    const damage = await verifyFile(path.join(lakeFolder, file.path), file)
    if (damage !== null) damages.push({ path: file.path, ...damage })
  }
  return damages
}

async function verifyFile(absolute: string, file: { sizeBytes: number; sha256: string }): Promise<Omit<Damage, 'path'> | null> {
  const found = await stat(absolute).catch(() => null)
  if (found === null) return { code: 'lake.file_missing', detail: 'The file is not there.' }
  if (found.size !== file.sizeBytes)
    return { code: 'lake.file_damaged', detail: `It has ${found.size} bytes; ${file.sizeBytes} were committed.` }
  const hash = createHash('sha256')
  await pipeline(createReadStream(absolute, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex') === file.sha256
    ? null
    : { code: 'lake.file_damaged', detail: 'Its content has another SHA-256 than the committed one.' }
}
