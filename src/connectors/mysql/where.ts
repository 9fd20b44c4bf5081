import type { RowFilter } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { type FilterCondition, type FilterValue, parseFilter } from '../../core/filter.ts'
import type { MysqlColumn } from './column.ts'
import { canonicalValue, mysqlValue } from './order-value.ts'
import { quoteName, quoteNumber, quoteText } from './quote.ts'

const SIGNS = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/**
 * A row filter as conditions of MySQL.
 * @throws AtlasError `source.column_missing`; `source.bad_settings` naming the value that does not go with its column
 */
export function whereConditions(filter: RowFilter | null, columns: readonly MysqlColumn[], stream: string): string[] {
  if (filter === null) return []
  return parsed(filter, stream).map((condition) => {
    const column = columns.find(({ name }) => name === condition.column)
    if (column === undefined)
      throw new AtlasError('source.column_missing', `${stream} has no column ${condition.column}, which its filter names.`)
    return conditionText(condition, column, stream)
  })
}

function parsed(filter: RowFilter, stream: string): FilterCondition[] {
  try {
    return parseFilter(filter)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new AtlasError('source.bad_settings', `The filter of ${stream}: ${error.message}.`, { cause: error })
  }
}

function conditionText(condition: FilterCondition, column: MysqlColumn, stream: string): string {
  const name = quoteName(column.name)
  switch (condition.operator) {
    case 'null':
      return `${name} is ${condition.value ? '' : 'not '}null`
    case 'in':
      return `${name} in (${condition.value.map((value) => constant(value, column, stream)).join(', ')})`
    case 'like':
      return `${name} like ${quoteText(String(condition.value))}`
    default:
      return `${name} ${SIGNS[condition.operator]} ${constant(condition.value, column, stream)}`
  }
}

/** A number for a number, a text for a text: MySQL takes 'abc' for 0 where the other side is a number. */
function constant(value: FilterValue, column: MysqlColumn, stream: string): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
  try {
    if (column.order === 'date' || column.order === 'datetime' || column.order === 'instant')
      return mysqlValue(column.order, canonicalValue(column, text))
    return isNumber(column) ? quoteNumber(text) : quoteText(text)
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof AtlasError)) throw error
    throw new AtlasError(
      'source.bad_settings',
      `The filter of ${stream}: ${JSON.stringify(value)} is no value of ${column.name}, which is ${column.sourceType}.`,
    )
  }
}

function isNumber({ type, order, sourceType }: MysqlColumn): boolean {
  return (
    order === 'integer' ||
    order === 'decimal' ||
    order === 'double' ||
    /^(FLOAT|BOOLEAN|UBIGINT)$/.test(type) ||
    sourceType.startsWith('decimal')
  )
}
