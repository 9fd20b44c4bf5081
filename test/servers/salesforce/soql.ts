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
  const meets = parsed.where === null ? () => true : testOf(org, object, parsed.where)
  let rows = [...object.rows.values()].filter((row) => (all || row.deletedAtMs === null) && row.visibleFromMs <= nowMs && meets(row))
  for (const { name, descending } of parsed.orderBy.toReversed()) {
    const { field } = fieldOf(org, object, name)
    if (!field.filterable) throw new Refusal(400, 'INVALID_FIELD', `field '${name}' can not be sorted in a query call`)
    const read = readerOf(org, object, name)
    rows = rows.toSorted((a, b) => (descending ? -1 : 1) * compare(read(a), read(b), field))
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

/** Reads the value of a path from rows of an object; null where a parent is missing. */
export function readerOf(org: Org, object: SObject, name: string): (row: Row) => Value {
  const { field, path } = fieldOf(org, object, name)
  const last = (row: Row): Value =>
    field.name === 'Id' ? row.Id : field.name === 'IsDeleted' ? row.deletedAtMs !== null : (row.values[field.name] ?? null)
  if (path.length === 0) return last
  const steps = path.map((step) => ({ name: step.name, rows: org.object(step.referenceTo[0] ?? '').rows }))
  return (row) => {
    let at: Row | undefined = row
    for (const step of steps) {
      const id: Value | undefined = at?.values[step.name]
      at = typeof id === 'string' ? step.rows.get(id) : undefined
    }
    return at === undefined ? null : last(at)
  }
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

function testOf(org: Org, object: SObject, where: Condition): (row: Row) => boolean {
  if ('all' in where) {
    const all = where.all.map((one) => testOf(org, object, one))
    return (row) => all.every((one) => one(row))
  }
  if ('any' in where) {
    const any = where.any.map((one) => testOf(org, object, one))
    return (row) => any.some((one) => one(row))
  }
  if ('not' in where) {
    const inside = testOf(org, object, where.not)
    return (row) => !inside(row)
  }
  const { field } = fieldOf(org, object, where.name)
  const read = readerOf(org, object, where.name)
  const { operator } = where
  const values = where.values.map(({ value }) => value)
  const first = values[0] ?? null
  const is = (value: Value, given: Value): boolean => compare(value, given, field) === 0
  const pattern = operator === 'like' ? likePattern(String(first)) : null
  if (operator === '=') return (row) => is(read(row), first)
  if (operator === '!=') return (row) => !is(read(row), first)
  if (operator === 'in') return (row) => values.some((one) => is(read(row), one))
  if (operator === 'not in') return (row) => !values.some((one) => is(read(row), one))
  if (pattern !== null) return (row) => typeof read(row) === 'string' && pattern.test(String(read(row)))
  if (operator === 'includes')
    return (row) =>
      values.some((one) =>
        String(read(row) ?? '')
          .split(';')
          .includes(String(one)),
      )
  return (row) => {
    const value = read(row)
    if (value === null) return false
    const order = compare(value, first, field)
    return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0
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
