import type { RowFilter } from '../../../contract/pipelines.ts'

export type FilterOperator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'like' | 'null' | 'not_null'

/** One condition as a person writes it. */
export interface FilterRow {
  column: string
  operator: FilterOperator
  /** As typed; of `in` one value a line, of `null` and `not_null` nothing. */
  value: string
}

/** DuckDB type of a column of the source; undefined when nobody knows. */
export type TypeOf = (column: string) => string | undefined

export const OPERATOR_WORDS: Record<FilterOperator, string> = {
  eq: 'is',
  ne: 'is not',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  in: 'is one of',
  like: 'is like',
  null: 'has no value',
  not_null: 'has a value',
}

const SUFFIX = /^(.+)__(gt|gte|lt|lte|ne|in|like|null)$/
const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL|DOUBLE|FLOAT|REAL)\b/
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** A filter as its conditions; the rule of reading is the server's (`src/core/filter.ts`), and a test holds the two level. */
export function filterRows(filter: RowFilter | undefined): FilterRow[] {
  return Object.entries(filter ?? {}).map(([key, value]) => {
    const [, named, operator] = SUFFIX.exec(key) ?? []
    const column = named ?? key
    if (Array.isArray(value)) return { column, operator: 'in', value: value.join('\n') }
    if (operator === 'null') return { column, operator: value === false ? 'not_null' : 'null', value: '' }
    if (value === null) return { column, operator: operator === 'ne' ? 'not_null' : 'null', value: '' }
    return { column, operator: (operator ?? 'eq') as FilterOperator, value: String(value) }
  })
}

/** Conditions as the filter that is sent; of two that would take the same place the first. Undefined when there is none. */
export function filterOf(rows: readonly FilterRow[], typeOf: TypeOf): RowFilter | undefined {
  const filter: RowFilter = {}
  for (const row of rows) {
    const [key, value] = entryOf(row, typeOf(row.column))
    if (!(key in filter)) filter[key] = value
  }
  return rows.length === 0 ? undefined : filter
}

function entryOf({ column, operator, value }: FilterRow, type: string | undefined): [key: string, value: RowFilter[string]] {
  if (operator === 'null' || operator === 'not_null') return [`${column}__null`, operator === 'null']
  if (operator === 'in') return [`${column}__in`, lines(value).map((line) => typed(line, type))]
  if (operator === 'like') return [`${column}__like`, value]
  // A column whose own name ends like an operator would be taken for another column.
  if (operator === 'eq') return SUFFIX.test(column) ? [`${column}__in`, [typed(value, type)]] : [column, typed(value, type)]
  return [`${column}__${operator}`, typed(value, type)]
}

function lines(value: string): string[] {
  return value.split('\n').filter((line) => line.trim() !== '')
}

/** A number where it is written as numbers are, and true or false in a column of them; any other text as it stands. */
function typed(text: string, type: string | undefined): string | number | boolean {
  if (type === 'BOOLEAN' && (text === 'true' || text === 'false')) return text === 'true'
  const isNumber = type === undefined || NUMERIC.test(type)
  return isNumber && String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text
}

/** What is still to be said of a condition; null when all is. `before` are those above it. */
export function problemOfRow(row: FilterRow, before: readonly FilterRow[], type: string | undefined): string | null {
  const { column, operator, value } = row
  if (column.trim() === '') return 'Choose the column.'
  if (before.some((other) => other.column === column && placeOf(other) === placeOf(row)))
    return 'The same stands above, and one of them only can hold: use “is one of”, or a query.'
  if (operator === 'null' || operator === 'not_null' || operator === 'like') return null
  const values = operator === 'in' ? lines(value) : [value]
  if (values.length === 0) return 'Give at least one value.'
  if (type !== undefined && NUMERIC.test(type) && !values.every((one) => NUMBER.test(one.trim()))) return `${column} is a number.`
  if (type === 'BOOLEAN' && !values.every((one) => one === 'true' || one === 'false')) return `${column} is true or false.`
  return null
}

function placeOf({ operator }: FilterRow): string {
  return operator === 'not_null' ? 'null' : operator
}

/** A condition as it is said: `amount is more than 10`. */
export function rowInWords({ column, operator, value }: FilterRow): string {
  if (operator === 'null' || operator === 'not_null') return `${column} ${OPERATOR_WORDS[operator]}`
  return `${column} ${OPERATOR_WORDS[operator]} ${operator === 'in' ? lines(value).join(', ') : value === '' ? '“”' : value}`
}
