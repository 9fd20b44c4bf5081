import path from 'node:path'
import type { RelationColumn } from '../core/relation.ts'
import { id, join, literal, raw, sql, type Sql } from '../core/sql.ts'
import { storableType } from '../core/storable-type.ts'
import type { LakeSession } from './lake.ts'
import type { LakeFiles, SealedFile } from './lake-files.ts'

export interface NewFile extends SealedFile {
  id: string
  /** Relative to the lake folder; the name is never used again. */
  path: string
  /** Of its columns, in order. */
  fieldIds: number[]
  rows: number
}

/**
 * Writes a query's rows, in its order, to a new Parquet file with field ids, makes it durable (DuckDB's COPY never calls fsync) and gives its
 * checksum. The file is no part of any dataset until a snapshot that names it is committed; when this throws, no file is left.
 * @param columns the query's columns; every one gets its field id
 * @throws AtlasError `lake.*`, `run.cancelled`
 */
export async function writeFile(
  session: LakeSession,
  files: LakeFiles,
  target: { id: string; path: string },
  query: Sql,
  columns: readonly RelationColumn[],
): Promise<NewFile> {
  const lossy = columns.find((column) => storableType(column.type) !== column.type)
  if (lossy !== undefined) throw new Error(`column "${lossy.name}" is ${lossy.type}, which Parquet does not keep exactly`)
  const absolute = await files.reserve(target.path)
  try {
    const fieldIds = join(columns.map((column) => sql`${id(column.name)}: ${column.fieldId}`))
    const selected = join(columns.map((column) => id(column.name)))
    const options = sql`format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096, write_bloom_filter false, field_ids {${fieldIds}}, return_stats`
    const [stats] = await session.rows(sql`copy (select ${selected} from (${query})) to ${absolute} (${options})`)
    await assertFieldIds(session, absolute, columns)
    const sealed = await files.publish(target.path, session.signal)
    return { ...target, fieldIds: columns.map(({ fieldId }) => fieldId), rows: Number(stats?.['count']), ...sealed }
  } catch (error) {
    await files.remove(target.path)
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

/** Where a new file of a dataset goes: `explore/customers/f_….parquet`. */
export function filePath(dataset: string, fileId: string): string {
  const [layer, table] = dataset.split('.')
  return path.posix.join(layer ?? '', table ?? '', `${fileId}.parquet`)
}

/** The SELECT behind a quarantine file has exactly these columns. */
export const quarantineColumns = raw(
  'file::varchar as file, line::bigint as line, column_name::varchar as column_name, reason::varchar as reason, "row"::varchar as "row"',
)
