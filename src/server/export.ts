import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '../core/ids.ts'
import { raw, sql } from '../core/sql.ts'
import type { PinnedSnapshot } from '../store/snapshots.ts'
import type { Download } from './handlers.ts'
import type { Platform } from './platform.ts'

/**
 * What each format is. CSV quotes by RFC 4180 (lines end with LF): an empty cell is NULL, `""` is the empty text. Cells are written as they
 * stand: a text that a spreadsheet would take for a formula (`=…`) stays that text, because changing data on the way out is not exact.
 */
const formats = {
  csv: {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    options: `format csv, header true, delimiter ',', quote '"', escape '"', nullstr ''`,
  },
  json: { extension: 'ndjson', contentType: 'application/x-ndjson', options: 'format json, array false' },
  parquet: { extension: 'parquet', contentType: 'application/vnd.apache.parquet', options: 'format parquet, compression zstd' },
} as const

export type ExportFormat = keyof typeof formats

/** Writes a snapshot to a scratch file and opens it. The file is removed when the download ends, however it ends. */
export async function exportSnapshot(
  { lake, folders, now, random }: Pick<Platform, 'lake' | 'folders' | 'now' | 'random'>,
  pinned: PinnedSnapshot,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<Download> {
  const { extension, contentType, options } = formats[format]
  const file = path.join(folders.scratch, `${newId('export', now().getTime(), random)}.${extension}`)
  const remove = () => rm(file, { force: true })
  try {
    await lake.session((session) => session.run(sql`copy (${lake.scan(pinned)}) to ${file} (${raw(options)})`), signal)
    const { size } = await stat(file)
    const stream = createReadStream(file, { highWaterMark: 256 * 1024 })
    stream.once('close', () => void remove())
    if (signal.aborted) stream.destroy()
    return { stream, fileName: `${pinned.name}.${extension}`, contentType, sizeBytes: size }
  } catch (error) {
    await remove()
    throw error
  }
}
