import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { Landing, StreamColumn } from '../connector.ts'
import type { ColumnUnion } from './column-union.ts'
import type { SourceFile } from './find-files.ts'
import { commonType, exploreType } from './parquet-types.ts'
import type { ReadFile, ReadFileContext } from './file-read.ts'
import { constantsOf } from './partitions.ts'

/** The columns of each Parquet file of a set, and the type that each has over all of them. */
export interface ParquetPlan {
  columns: Map<SourceFile, StreamColumn[]>
  typeOf(name: string): string
}

/**
 * Reads the footers of all files of a set and finds one type per column that holds every file's values exactly.
 * @throws AtlasError `file.corrupt`, `file.unsupported_type`
 */
export async function planParquet(
  files: readonly SourceFile[],
  union: ColumnUnion,
  landing: Landing,
  warn: (message: string) => void,
): Promise<ParquetPlan> {
  const columns = new Map<SourceFile, StreamColumn[]>()
  const types = new Map(union.columns().map(({ name, type }) => [name.toLowerCase(), type]))
  for (const file of files) {
    const own = await columnsOf(file, landing)
    columns.set(file, own)
    for (const { name, type } of own) {
      const key = name.toLowerCase()
      const before = types.get(key)
      const now = before === undefined ? exploreType(type) : commonType(before, exploreType(type))
      if (before !== undefined && now === 'VARCHAR' && before !== 'VARCHAR')
        warn(`column ${name} is ${before} in one file and ${type} in ${file.shown}; it is read as text.`)
      types.set(key, now)
    }
  }
  return { columns, typeOf: (name) => types.get(name.toLowerCase()) ?? 'VARCHAR' }
}

/**
 * Reads one Parquet file as it is typed; nested columns become JSON text, and each column is cast to its type over the whole set.
 * @throws AtlasError `file.corrupt`, `file.no_rows`, `run.incomplete`
 */
export async function readParquet(
  file: SourceFile,
  plan: ParquetPlan,
  union: ColumnUnion,
  { landing }: ReadFileContext,
): Promise<ReadFile> {
  const own = plan.columns.get(file) ?? []
  const expected = await corruptIfFails(file, () =>
    landing.rows(sql`select num_rows::bigint as n from parquet_file_metadata(${file.path})`),
  )
  const rowsStated = Number(expected[0]?.['n'] ?? 0)
  if (rowsStated === 0) throw new AtlasError('file.no_rows', `${file.shown} has ${own.length} columns and no rows.`)
  const columns = own.map(({ name }) => ({ name: union.nameOf(name), type: plan.typeOf(name) }))
  const constants = constantsOf(
    file,
    columns.map(({ name }) => name),
    union.nameOf,
  )
  const selected = own.map((column, index) => sql`${cast(column, plan.typeOf(column.name))} as ${id(columns[index]?.name ?? column.name)}`)
  const withConstants = [...selected, ...constants.map(({ name, value }) => sql`${value}::varchar as ${id(name)}`)]
  const all = [...columns, ...constants.map(({ name }) => ({ name, type: 'VARCHAR' }))]
  const query = sql`select ${join(withConstants)} from read_parquet(${file.path}, hive_partitioning=false)`
  const { rows } = await corruptIfFails(file, () => landing.write(query, all, { file: file.shown, firstLine: null }))
  if (rows !== rowsStated) throw new AtlasError('run.incomplete', `${file.shown} states ${rowsStated} rows, but ${rows} were read.`)
  return { landed: rows, refused: 0, columns: all, text: null }
}

function cast({ name, type }: StreamColumn, target: string): Sql {
  if (exploreType(type) === 'JSON' && type !== 'JSON') return sql`to_json(${id(name)}::${raw(textDecimals(type))})::${raw(target)}`
  return type === target ? sql`${id(name)}` : sql`${id(name)}::${raw(target)}`
}

/** JSON numbers are doubles to DuckDB; decimals inside of nested values become texts, which keep every digit. */
function textDecimals(type: string): string {
  return type.replace(/"(?:[^"]|"")*"|DECIMAL\(\d+,\d+\)|\bHUGEINT\b|\bUHUGEINT\b/g, (part) => (part.startsWith('"') ? part : 'VARCHAR'))
}

async function columnsOf(file: SourceFile, landing: Landing): Promise<StreamColumn[]> {
  const leaves = await corruptIfFails(file, () =>
    landing.rows(sql`select name, precision from parquet_schema(${file.path}) where coalesce(precision, 0) > 38`),
  )
  const [tooWide] = leaves
  if (tooWide !== undefined) {
    throw new AtlasError(
      'file.unsupported_type',
      `Column ${String(tooWide['name'])} of ${file.shown} is a decimal of ${String(tooWide['precision'])} digits; the limit is 38.`,
    )
  }
  const described = await corruptIfFails(file, () =>
    landing.rows(sql`describe select * from read_parquet(${file.path}, hive_partitioning=false)`),
  )
  return described.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}

async function corruptIfFails<T>(file: SourceFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (
      error instanceof AtlasError ||
      !/parquet|TProtocol|magic bytes|snappy|zstd|Invalid (Input|unicode)|thrift|metadata|corrupt/i.test(message)
    )
      throw error
    throw new AtlasError(
      'file.corrupt',
      `${file.shown} cannot be read as Parquet: ${message.split('\n', 1)[0]?.replaceAll(file.path, file.shown) ?? ''}`,
      { cause: error },
    )
  }
}
