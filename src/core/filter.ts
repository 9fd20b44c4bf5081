/** One condition on one column. All conditions of a filter must hold. */
export type FilterCondition =
  | { column: string; operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'like'; value: FilterValue }
  | { column: string; operator: 'in'; value: FilterValue[] }
  /** `value` true: the column has no value; false: it has one. */
  | { column: string; operator: 'null'; value: boolean }

export type FilterValue = string | number | boolean

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'ne', 'in', 'like', 'null'] as const

/**
 * Conditions of a filter written as data, e.g. `{ StageName: 'Closed Won', Amount__gt: 10000 }`. A key that ends in `__` and an operator (gt, gte, lt, lte,
 * ne, in, like, null) applies it to the column before; any other key is a column that must be equal. An array means `in`, null means "has no value".
 * @throws RangeError naming the key whose value does not go with its operator
 */
export function parseFilter(filter: Readonly<Record<string, FilterValue | FilterValue[] | null>>): FilterCondition[] {
  return Object.entries(filter).map(([key, value]) => parseCondition(key, value))
}

function parseCondition(key: string, value: FilterValue | FilterValue[] | null): FilterCondition {
  const found = /^(.+)__([a-z]+)$/.exec(key)
  const operator = OPERATORS.find((candidate) => candidate === found?.[2])
  const column = operator === undefined ? key : (found?.[1] ?? key)
  if (operator === 'null') {
    if (typeof value !== 'boolean') throw new RangeError(`${key} must be true or false`)
    return { column, operator, value }
  }
  if (operator === 'in' || Array.isArray(value)) {
    if (!Array.isArray(value) || (operator !== 'in' && operator !== undefined))
      throw new RangeError(`${key} does not go with ${Array.isArray(value) ? 'a list' : 'a single value'}`)
    return { column, operator: 'in', value }
  }
  if (value === null) {
    if (operator !== undefined && operator !== 'ne') throw new RangeError(`${key} needs a value; use ${column}__null: true`)
    return { column, operator: 'null', value: operator === undefined }
  }
  return { column, operator: operator ?? 'eq', value }
}
