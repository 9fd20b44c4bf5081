import { parseFilter, type FilterCondition, type FilterValue } from '../../core/filter.ts'
import type { RowFilter } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Field } from './field-types.ts'

/** A query in the pieces that Atlas puts together. */
export interface Soql {
  from: string
  /** Conditions that must all hold. */
  where: readonly string[]
  /** ORDER BY, LIMIT and the like. */
  tail?: string
}

/** Writes a query. `select` are fields, paths or COUNT(). */
export function writeSoql(select: readonly string[], { from, where, tail }: Soql): string {
  const conditions = where.length === 0 ? '' : ` WHERE ${where.length === 1 ? where[0] : where.map((one) => `(${one})`).join(' AND ')}`
  return `SELECT ${select.join(', ')} FROM ${from}${conditions}${tail === undefined || tail === '' ? '' : ` ${tail}`}`
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": String.raw`\'`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
}

/** A SOQL text literal. The only place where Atlas quotes one. @see SOQL and SOSL Reference, "Quoted String Escape Sequences" */
export function soqlText(value: string): string {
  return `'${value.replaceAll(/[\\'\n\r\t\b\f]/g, (letter) => ESCAPES[letter] ?? letter)}'`
}

/**
 * The conditions of a filter as SOQL, quoted as the type of each field asks for.
 * @throws AtlasError `source.column_missing` for a field that is not there or cannot be filtered by, `source.bad_settings` for a value that does not fit
 */
export function filterConditions(filter: RowFilter, fields: readonly Field[], object: string): string[] {
  let conditions: FilterCondition[]
  try {
    conditions = parseFilter(filter)
  } catch (error) {
    throw new AtlasError('source.bad_settings', `The rows to read of ${object}: ${(error as Error).message}.`)
  }
  return conditions.map((condition) => soqlCondition(condition, filterField(condition.column, fields, object)))
}

function filterField(name: string, fields: readonly Field[], object: string): Field {
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (field === undefined)
    throw new AtlasError('source.column_missing', `${object} has no field ${JSON.stringify(name)} to choose rows by.`)
  if (!field.filterable) throw new AtlasError('source.column_missing', `${object} cannot be filtered by ${field.name}.`)
  return field
}

const COMPARISONS = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function soqlCondition(condition: FilterCondition, field: Field): string {
  const isSet = field.type === 'multipicklist'
  if (condition.operator === 'null') return `${field.name} ${condition.value ? '=' : '!='} null`
  if (condition.operator === 'in')
    return `${field.name} ${isSet ? 'INCLUDES' : 'IN'} (${condition.value.map((value) => soqlLiteral(value, field)).join(', ')})`
  if (condition.operator === 'like') return `${field.name} LIKE ${soqlText(String(condition.value))}`
  return `${field.name} ${COMPARISONS[condition.operator]} ${soqlLiteral(condition.value, field)}`
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/

/** A value as SOQL, by the type of the field it is compared with. @throws AtlasError `source.bad_settings` naming the field */
export function soqlLiteral(value: FilterValue, { name, type }: Pick<Field, 'name' | 'type'>): string {
  const text = String(value)
  const refuse = (what: string): never => {
    throw new AtlasError('source.bad_settings', `${name} is ${what}; the value it is compared with is not.`)
  }
  switch (type) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : refuse('true or false')
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : refuse('a number')
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : refuse('a date such as 2024-05-01')
    case 'datetime':
      return instantLiteral(text) ?? refuse('a time such as 2024-05-01T10:00:00Z')
    case 'time':
      return /^\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(text) ? `${text.replace(/Z$/, '')}Z` : refuse('a time of day such as 10:00:00')
    default:
      return soqlText(text)
  }
}

/** ISO 8601 in UTC with milliseconds, as SOQL takes it; null when the text is no time. A text without offset is UTC. */
export function instantLiteral(text: string): string | null {
  const found = INSTANT.exec(text.trim())
  if (found === null) return null
  const [, date, time = '00:00:00', zone = 'Z'] = found
  const ms = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
