import { AtlasError } from '../../core/errors.ts'
import { parseFilter, type FilterCondition, type FilterValue } from '../../core/filter.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { ReadRequest, StreamColumn } from '../connector.ts'

const COMPARED = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** The columns that are asked for, in the source's order. @throws AtlasError `source.column_missing` naming those that no record has */
export function selectedColumns(columns: readonly StreamColumn[], { select, stream }: ReadRequest): StreamColumn[] {
  if (select === null) return [...columns]
  assertColumns(select, columns, stream.name)
  return columns.filter(({ name }) => select.includes(name))
}

/** The condition that a request's filter sets on the rows; null when it has none. @throws AtlasError `source.column_missing`, `source.bad_query` */
export function filterCondition(request: ReadRequest, columns: readonly StreamColumn[]): Sql | null {
  if (request.where === null) return null
  let conditions: FilterCondition[]
  try {
    conditions = parseFilter(request.where)
  } catch (error) {
    throw new AtlasError('source.bad_query', `The filter of ${request.stream.name} is not valid: ${(error as Error).message}.`, {
      cause: error,
    })
  }
  assertColumns(
    conditions.map(({ column }) => column),
    columns,
    request.stream.name,
  )
  return conditions.length === 0
    ? null
    : join(
        conditions.map((condition) => conditionSql(condition, columns)),
        ' and ',
      )
}

function assertColumns(names: readonly string[], columns: readonly StreamColumn[], stream: string): void {
  const missing = names.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length === 0 || columns.length === 0) return
  throw new AtlasError(
    'source.column_missing',
    `${stream} has no ${missing.join(', ')}; it has: ${columns.map(({ name }) => name).join(', ')}.`,
  )
}

function conditionSql(condition: FilterCondition, columns: readonly StreamColumn[]): Sql {
  const column = id(condition.column)
  const isText = columns.find(({ name }) => name === condition.column)?.type === 'VARCHAR'
  const value = (one: FilterValue): Sql => (isText ? sql`${String(one)}` : typeof one === 'string' ? sql`${one}::varchar` : sql`${one}`)
  const compared = isText || typeof ('value' in condition ? condition.value : '') !== 'string' ? column : sql`${column}::varchar`
  if (condition.operator === 'null') return condition.value ? sql`${column} is null` : sql`${column} is not null`
  if (condition.operator === 'in') {
    const texts = condition.value.map((one) => sql`${String(one)}`)
    return sql`${column}::varchar in (${join(texts)})`
  }
  if (condition.operator === 'like') return sql`${column}::varchar like ${String(condition.value)}`
  return sql`${compared} ${raw(COMPARED[condition.operator])} ${value(condition.value)}`
}
