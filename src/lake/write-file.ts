import { createHash } from 'node:crypto'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { RelationColumn } from '../core/relation.ts'
import { id, join, literal, raw, sql, type Sql } from '../core/sql.ts'
import { storableType } from '../core/storable-type.ts'
import type { LakeSession } from './lake.ts'

export interface NewFile {
  id: string
  /** Relative to the lake folder; the name is never used again. */
  path: string
  /** Of its columns, in order. */
  fieldIds: number[]
  rows: number
  sizeBytes: number
  sha256: string
}

/**
 * Writes a query's rows, in its order, to a new Parquet file with field ids, makes it durable (DuckDB's COPY never calls fsync) and gives its
 * checksum. The file is no part of any dataset until a snapshot that names it is committed; when this throws, no file is left.
 * @param columns the query's columns; every one gets its field id
 * @throws AtlasError `lake.disk_full`, `lake.out_of_memory`, `run.cancelled`
 */
export async function writeFile(
  session: LakeSession,
  lakeFolder: string,
  target: { id: string; path: string },
  query: Sql,
  columns: readonly RelationColumn[],
): Promise<NewFile> {
  const lossy = columns.find((column) => storableType(column.type) !== column.type)
  if (lossy !== undefined) throw new Error(`column "${lossy.name}" is ${lossy.type}, which Parquet does not keep exactly`)
  const absolute = path.join(lakeFolder, target.path)
  await mkdir(path.dirname(absolute), { recursive: true, mode: 0o700 })
  try {
    const fieldIds = join(columns.map((column) => sql`${id(column.name)}: ${column.fieldId}`))
    const selected = join(columns.map((column) => id(column.name)))
    const options = sql`format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096, write_bloom_filter false, field_ids {${fieldIds}}, return_stats`
    const [stats] = await session.rows(sql`copy (select ${selected} from (${query})) to ${absolute} (${options})`)
    await assertFieldIds(session, absolute, columns)
    const sealed = await seal(absolute)
    return { ...target, fieldIds: columns.map(({ fieldId }) => fieldId), rows: Number(stats?.['count']), ...sealed }
  } catch (error) {
    await rm(absolute, { force: true })
    throw error
  }
}

/** A column without a field id would silently be read as NULL. */
async function assertFieldIds(session: LakeSession, file: string, columns: readonly RelationColumn[]): Promise<void> {
  const names = join(columns.map((column) => literal(column.name)))
  const fieldIds = join(columns.map((column) => literal(column.fieldId)))
  const query = sql`select count(*)::int as n from (select unnest([${names}]) as name, unnest([${fieldIds}]) as field_id) semi join parquet_schema(${file}) using (name, field_id)`
  const [found] = await session.rows(query)
  if (found?.['n'] !== columns.length)
    throw new Error(`${columns.length} columns were written and ${String(found?.['n'])} have their field id`)
}

/** Makes a written file durable, with its folder, and gives its size and SHA-256. */
export async function seal(absolute: string): Promise<{ sizeBytes: number; sha256: string }> {
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

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals the entry itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Where a new file of a dataset goes: `explore/customers/f_….parquet`. */
export function filePath(dataset: string, fileId: string): string {
  const [layer, table] = dataset.split('.')
  return path.posix.join(layer ?? '', table ?? '', `${fileId}.parquet`)
}

/** The SELECT behind a quarantine file has exactly these columns. */
export const quarantineColumns = raw(
  'file::varchar as file, line::bigint as line, column_name::varchar as column_name, reason::varchar as reason, "row"::varchar as "row"',
)
