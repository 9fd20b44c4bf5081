import type { RowFilter } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { parseFilter, type FilterCondition, type FilterValue } from '../../core/filter.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { StreamColumn } from '../connector.ts'
import { columnType, typedCell } from './column-type.ts'
import { stagedRows, type StagedTable } from './stage-table.ts'

export interface TypedRows {
  /** The rows with all columns of the sheet, by name. */
  query: Sql
  columns: StreamColumn[]
  /** What was found about columns, for people. */
  notes: string[]
}

/**
 * The staged rows with the type that each whole column has.
 * @param timeZone zone that times of day are in; null keeps them as they are shown
 */
export function typedRows(staged: StagedTable, timeZone: string | null): TypedRows {
  const notes: string[] = []
  const columns: StreamColumn[] = []
  const selected = staged.columns.map(({ name, at, facts, isShown }) => {
    const found = columnType(facts)
    const { type, sourceType, note } = found
    const label = JSON.stringify(name)
    if (note !== null) notes.push(`Column ${label}: ${note}.`)
    if (facts.errors > 0)
      notes.push(`Column ${label}: ${facts.errors} cells show an error (the first at ${facts.firstError}) and have no value.`)
    const isInstant = type === 'TIMESTAMP' && timeZone !== null
    const value = typedCell(id(`c${at}`), found)
    columns.push({
      name,
      type: isInstant ? 'TIMESTAMP WITH TIME ZONE' : type,
      sourceType: isShown ? 'text as shown' : sourceType,
      nullable: true,
    })
    return sql`${isInstant ? sql`timezone(${timeZone}, ${value})` : value} as ${id(name)}`
  })
  return { query: sql`select ${join(selected)} from (${stagedRows(staged)})`, columns, notes }
}

/** The columns asked for, in the sheet's order. @throws AtlasError `source.column_missing` */
export function selectColumns(columns: readonly StreamColumn[], select: readonly string[] | null): StreamColumn[] {
  for (const name of select ?? []) assertColumn(columns, name)
  return columns.filter(({ name }) => select?.includes(name) ?? true)
}

/** The condition of a row filter over typed columns; null for none. @throws AtlasError `source.column_missing`, `source.bad_settings` */
export function filterRows(columns: readonly StreamColumn[], where: RowFilter | null): Sql | null {
  if (where === null) return null
  let conditions: FilterCondition[]
  try {
    conditions = parseFilter(where)
  } catch (error) {
    throw new AtlasError('source.bad_settings', `The rows to read are not clear: ${(error as Error).message}.`, { cause: error })
  }
  if (conditions.length === 0) return null
  return join(
    conditions.map((condition) => conditionOf(condition, assertColumn(columns, condition.column))),
    ' and ',
  )
}

const SIGNS = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function conditionOf(condition: FilterCondition, { name, type }: StreamColumn): Sql {
  const column = id(name)
  const value = (given: FilterValue): Sql => sql`${literal(String(given))}::${raw(type)}`
  switch (condition.operator) {
    case 'null':
      return condition.value ? sql`${column} is null` : sql`${column} is not null`
    case 'in':
      return sql`${column} in (${join(condition.value.map(value))})`
    case 'like':
      return sql`${column}::varchar like ${String(condition.value)}`
    default:
      return sql`${column} ${raw(SIGNS[condition.operator])} ${value(condition.value)}`
  }
}

function assertColumn(columns: readonly StreamColumn[], wanted: string): StreamColumn {
  const found = columns.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  const known = columns.slice(0, 30).map(({ name }) => JSON.stringify(name))
  throw new AtlasError('source.column_missing', `The sheet has no column ${JSON.stringify(wanted)}. There is: ${known.join(', ')}.`)
}
