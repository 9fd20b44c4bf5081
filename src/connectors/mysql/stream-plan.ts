import { AtlasError } from '../../core/errors.ts'
import type { ReadRequest } from '../connector.ts'
import { type MysqlSettings, MysqlStreamOptions } from './settings.ts'
import type { MysqlColumn } from './column.ts'
import { listTables, tableColumns, type MysqlTable } from './list-tables.ts'
import { quoteName } from './quote.ts'
import { resultColumns } from './result-columns.ts'
import { derivedTable } from './select-only.ts'
import type { Session } from './session.ts'
import { whereConditions } from './where.ts'

/** What is read of a stream, found out and checked against the source. */
export interface StreamPlan {
  name: string
  database: string
  /** What stands behind FROM. */
  from: string
  /** Null for a query. */
  table: MysqlTable | null
  /** All columns of the source, whether they are read or not. */
  columns: readonly MysqlColumn[]
  /** Columns that are read. */
  selected: readonly MysqlColumn[]
  /** Conditions of the stream's filter. */
  conditions: readonly string[]
}

/**
 * Looks up what the request names.
 * @throws AtlasError `source.stream_not_found`, `source.column_missing`, `source.bad_settings`, `source.bad_query`, `source.read_only`, `source.permission_denied`, …
 */
export async function planStream(session: Session, settings: MysqlSettings, request: ReadRequest): Promise<StreamPlan> {
  const { name } = request.stream
  const options = streamOptions(request)
  const source =
    request.query === null ? await tableSource(session, settings, name, options) : await querySource(session, request.query, name, options)
  const selected = request.select === null ? source.columns : selectedColumns(request.select, source.columns, name)
  return { name, database: settings.database, ...source, selected, conditions: whereConditions(request.where, source.columns, name) }
}

function streamOptions({ options, stream }: ReadRequest): MysqlStreamOptions {
  const parsed = MysqlStreamOptions.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AtlasError('source.bad_settings', `The options of ${stream.name}: ${issue?.path.join('.')} ${issue?.message}.`)
}

type Source = Pick<StreamPlan, 'from' | 'table' | 'columns'>

async function tableSource(session: Session, { database }: MysqlSettings, name: string, options: MysqlStreamOptions): Promise<Source> {
  const found = await listTables(session, database, [name])
  // The catalog may compare names without case; a run is about the very name.
  const table = found.find((candidate) => candidate.name === name)
  if (table === undefined)
    throw new AtlasError('source.stream_not_found', `The database ${database} has no table or view ${name} that its user may read.`)
  if (table.columns.length === 0)
    throw new AtlasError(
      'source.permission_denied',
      `The user may read no column of ${name}. Grant it: GRANT SELECT ON ${database}.${name}.`,
    )
  return { from: `${quoteName(database)}.${quoteName(name)}`, table, columns: tableColumns(table, options) }
}

async function querySource(session: Session, query: string, name: string, options: MysqlStreamOptions): Promise<Source> {
  const from = derivedTable(query)
  const fields = await session.fields(`select * from ${from} limit 0`, `The query of ${name} cannot be read`).catch(queryError)
  return { from, table: null, columns: resultColumns(fields, options) }
}

/** A column or table that a query names wrongly is a mistake of the query. */
function queryError(error: unknown): never {
  if (error instanceof AtlasError && (error.code === 'source.column_missing' || error.code === 'source.stream_not_found'))
    throw new AtlasError('source.bad_query', error.message, { cause: error })
  throw error
}

function selectedColumns(names: readonly string[], columns: readonly MysqlColumn[], stream: string): MysqlColumn[] {
  const missing = names.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0)
    throw new AtlasError(
      'source.column_missing',
      `${stream} has no column ${missing.join(', ')}; it has ${columns.map(({ name }) => name).join(', ')}.`,
    )
  const selected = columns.filter(({ name }) => names.includes(name))
  if (selected.length === 0) throw new AtlasError('source.column_missing', `No column of ${stream} is selected.`)
  return selected
}

/** A SELECT of expressions under conditions that must all hold. */
export function selectText(expressions: readonly string[], from: string, conditions: readonly string[], rest = ''): string {
  const where = conditions.length === 0 ? '' : ` where ${conditions.map((condition) => `(${condition})`).join(' and ')}`
  return `select ${expressions.join(', ')} from ${from}${where}${rest}`
}
