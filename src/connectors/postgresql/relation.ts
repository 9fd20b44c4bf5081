import { AtlasError } from '../../core/errors.ts'
import { parseFilter, type FilterCondition } from '../../core/filter.ts'
import type { ReadRequest, StreamColumn } from '../connector.ts'
import { COPY_GUARD } from '../copy-text/copy-text-line.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { readTable, type Table } from './catalog.ts'
import type { SourceColumn } from './column-types.ts'
import type { Session } from './connect.ts'
import { describeQuery } from './describe-query.ts'
import { quoteName, quoteText } from './quote.ts'

/** What is read of a stream: from where, which columns, under which conditions. */
export interface Relation {
  /** For messages, e.g. `the stream "orders"`. */
  place: string
  /** What stands after FROM. */
  from: string
  /** All that it has, whether read or not. */
  known: SourceColumn[]
  columns: SourceColumn[]
  /** Conditions that all must hold; empty for all rows. */
  where: string[]
  /** Null for a query. */
  table: Table | null
}

/**
 * Finds what a request asks for in the database as it is now.
 * @throws AtlasError `source.stream_not_found`, `source.column_missing`, `source.bad_query`, `source.read_only`
 */
export async function findRelation(
  session: Session,
  settings: PostgresqlSettings,
  request: ReadRequest,
  also: readonly string[] = [],
): Promise<Relation> {
  const place = `the stream ${JSON.stringify(request.stream.name)}`
  const source =
    request.query === null ? await tableSource(session, settings, request.stream.name) : await describeQuery(session, request.query, place)
  const columns = selectColumns(source.known, request.select === null ? null : [...request.select, ...also], place)
  return { place, ...source, columns, where: conditions(request, source.known, place) }
}

/** The COPY that prints the relation's rows, guard first. */
export function copyStatement({ from, columns, where }: Relation, more: readonly string[] = []): string {
  const cells = [COPY_GUARD, ...columns.map(({ name, print }) => print(quoteName(name)))]
  return `copy (select ${cells.join(', ')} from ${from}${whereClause([...where, ...more])}) to stdout`
}

export function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.map((one) => `(${one})`).join(' and ')}`
}

export function streamColumns(columns: readonly SourceColumn[]): StreamColumn[] {
  return columns.map(({ name, type, sourceType, nullable }) => ({ name, type, sourceType, nullable }))
}

/** @throws AtlasError `source.column_missing` naming what there is */
export function columnNamed(known: readonly SourceColumn[], name: string, place: string): SourceColumn {
  const column = known.find((one) => one.name === name)
  if (column !== undefined) return column
  throw new AtlasError(
    'source.column_missing',
    `There is no column ${JSON.stringify(name)} in ${place}; there is: ${known.map((one) => one.name).join(', ')}.`,
  )
}

async function tableSource(
  session: Session,
  settings: PostgresqlSettings,
  stream: string,
): Promise<Pick<Relation, 'from' | 'known' | 'table'>> {
  const table = await readTable(session, settings, stream)
  return { table, known: table.columns, from: tableName(table) }
}

export function tableName({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return `${quoteName(schema)}.${quoteName(name)}`
}

function selectColumns(known: readonly SourceColumn[], select: readonly string[] | null, place: string): SourceColumn[] {
  for (const name of select ?? []) columnNamed(known, name, place)
  const columns = select === null ? [...known] : known.filter(({ name }) => select.includes(name))
  if (columns.length === 0) throw new AtlasError('source.column_missing', `There is no column to read in ${place}.`)
  const names = new Map<string, string>()
  for (const { name } of columns) {
    const other = names.get(name.toLowerCase())
    if (other !== undefined)
      throw new AtlasError('source.bad_query', `The columns ${other} and ${name} in ${place} differ only in case.`, {
        next: 'Select only one of them, or give one another name in a query.',
      })
    names.set(name.toLowerCase(), name)
  }
  return columns
}

function conditions({ where }: ReadRequest, known: readonly SourceColumn[], place: string): string[] {
  if (where === null) return []
  try {
    return parseFilter(where).map((one) => condition(one, columnNamed(known, one.column, place)))
  } catch (error) {
    if (error instanceof RangeError) throw new AtlasError('source.bad_query', `The filter on ${place}: ${error.message}.`)
    throw error
  }
}

const SIGNS = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** A literal without a type takes the column's. */
function condition({ operator, value }: FilterCondition, { name }: SourceColumn): string {
  const column = quoteName(name)
  if (operator === 'null') return `${column} is ${value ? '' : 'not '}null`
  if (operator === 'in') return `${column} in (${value.map((one) => quoteText(String(one))).join(', ')})`
  if (operator === 'like') return `${column}::text like ${quoteText(String(value))}`
  return `${column} ${SIGNS[operator]} ${quoteText(String(value))}`
}
