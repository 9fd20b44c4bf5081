import type { Field } from './fields.ts'
import type { Org, Row, SObject, Value } from './org.ts'
import { parseSoql, type Condition, type Parsed } from './parse-soql.ts'
import { Refusal } from './refusal.ts'

/** What a query asks for, and the rows that it finds at that moment. */
export interface Found {
  object: SObject
  parsed: Parsed
  /** Null for COUNT(). */
  rows: Row[] | null
  count: number
}

/**
 * Answers a query from the organisation's rows.
 * @param all with rows in the recycle bin (queryAll)
 * @throws Refusal MALFORMED_QUERY, INVALID_TYPE, INVALID_FIELD
 */
export function runSoql(org: Org, text: string, nowMs: number, all: boolean): Found {
  const parsed = parseSoql(text)
  const object = org.objects.get(parsed.from.toLowerCase())
  if (object === undefined || !object.queryable)
    throw new Refusal(
      400,
      'INVALID_TYPE',
      `sObject type '${parsed.from}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`,
    )
  for (const name of parsed.select) if (!isCount(name)) fieldOf(org, object, name)
  checkFields(org, object, parsed.where)
  let rows = [...object.rows.values()].filter(
    (row) =>
      (all || row.deletedAtMs === null) && row.visibleFromMs <= nowMs && (parsed.where === null || holds(org, object, row, parsed.where)),
  )
  for (const { name, descending } of parsed.orderBy.toReversed()) {
    const { field } = fieldOf(org, object, name)
    if (!field.filterable) throw new Refusal(400, 'INVALID_FIELD', `field '${name}' can not be sorted in a query call`)
    rows = rows.toSorted((a, b) => (descending ? -1 : 1) * compare(valueOf(org, object, a, name), valueOf(org, object, b, name), field))
  }
  rows = rows.slice(parsed.offset, parsed.limit === null ? undefined : parsed.offset + parsed.limit)
  return {
    object,
    parsed,
    rows: parsed.select.length === 1 && /^count\(\s*\)$/i.test(parsed.select[0] ?? '') ? null : rows,
    count: rows.length,
  }
}

function isCount(name: string): boolean {
  return /^count\(/i.test(name)
}

/** The field that a path such as `Account.Name` ends in, and the object it is of. */
export function fieldOf(org: Org, object: SObject, name: string): { object: SObject; field: Field; path: Field[] } {
  const path: Field[] = []
  let at = object
  const steps = name.split('.')
  for (const step of steps.slice(0, -1)) {
    const relation = at.fields.find((one) => one.relationshipName?.toLowerCase() === step.toLowerCase())
    const next = relation?.referenceTo[0]
    if (relation === undefined || next === undefined)
      throw new Refusal(400, 'INVALID_FIELD', `Didn't understand relationship '${step}' in field path.`)
    path.push(relation)
    at = org.object(next)
  }
  const last = (steps.at(-1) ?? '').toLowerCase()
  const field = at.fields.find((one) => one.name.toLowerCase() === last)
  if (field === undefined) throw new Refusal(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object.name}'.`)
  return { object: at, field, path }
}

/** The value of a path in a row; null where a parent is missing. */
export function valueOf(org: Org, object: SObject, row: Row, name: string): Value {
  const { field, path } = fieldOf(org, object, name)
  let at: Row | undefined = row
  for (const step of path) {
    const id: Value | undefined = at?.values[step.name]
    at = typeof id === 'string' ? org.object(step.referenceTo[0] ?? '').rows.get(id) : undefined
  }
  if (at === undefined) return null
  if (field.name === 'Id') return at.Id
  if (field.name === 'IsDeleted') return at.deletedAtMs !== null
  return at.values[field.name] ?? null
}

function checkFields(org: Org, object: SObject, where: Condition | null): void {
  if (where === null) return
  if ('all' in where || 'any' in where) for (const one of 'all' in where ? where.all : where.any) checkFields(org, object, one)
  else if ('not' in where) checkFields(org, object, where.not)
  else {
    const { field } = fieldOf(org, object, where.name)
    if (!field.filterable) throw new Refusal(400, 'INVALID_FIELD', `field '${where.name}' can not be filtered in a query call`)
    for (const one of where.values) checkLiteral(where.name, field, one)
  }
}

/** The kind of literal must go with the type of the field, as in SOQL. */
function checkLiteral(name: string, { type }: Field, { kind }: (Condition & { kind: string }) | { kind: string }): void {
  if (kind === 'null') return
  const wanted = ['date', 'datetime', 'boolean'].includes(type)
    ? type
    : ['int', 'double', 'currency', 'percent'].includes(type)
      ? 'number'
      : 'string'
  if (kind === wanted || (kind === 'date' && wanted === 'datetime')) return
  throw new Refusal(
    400,
    'INVALID_FIELD',
    `value of filter criterion for field '${name}' must be of type ${type} and should ${wanted === 'string' ? '' : 'not '}be enclosed in quotes`,
  )
}

function holds(org: Org, object: SObject, row: Row, where: Condition): boolean {
  if ('all' in where) return where.all.every((one) => holds(org, object, row, one))
  if ('any' in where) return where.any.some((one) => holds(org, object, row, one))
  if ('not' in where) return !holds(org, object, row, where.not)
  const { field } = fieldOf(org, object, where.name)
  const value = valueOf(org, object, row, where.name)
  const is = (given: Value): boolean => compare(value, given, field) === 0
  const [first] = where.values
  switch (where.operator) {
    case '=':
      return is(first?.value ?? null)
    case '!=':
      return !is(first?.value ?? null)
    case 'in':
      return where.values.some((one) => is(one.value))
    case 'not in':
      return !where.values.some((one) => is(one.value))
    case 'like':
      return typeof value === 'string' && likePattern(String(first?.value)).test(value)
    case 'includes':
      return where.values.some((one) =>
        String(value ?? '')
          .split(';')
          .includes(String(one.value)),
      )
    default: {
      if (value === null) return false
      const order = compare(value, first?.value ?? null, field)
      return where.operator === '<' ? order < 0 : where.operator === '<=' ? order <= 0 : where.operator === '>' ? order > 0 : order >= 0
    }
  }
}

function likePattern(like: string): RegExp {
  const pattern = like
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${pattern}$`, 'is')
}

/** Nulls first; text without regard to case, as SOQL compares it. */
function compare(a: Value, b: Value, { type }: Field): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  if (type === 'datetime') return Date.parse(String(a)) - Date.parse(String(b))
  if (['int', 'double', 'currency', 'percent'].includes(type)) return Number(a) - Number(b)
  if (type === 'id' || type === 'reference') return a < b ? -1 : a > b ? 1 : 0
  const [x, y] = [String(a).toLowerCase(), String(b).toLowerCase()]
  return x < y ? -1 : x > y ? 1 : 0
}
