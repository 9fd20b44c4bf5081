import { AtlasError } from '../../core/errors.ts'
import { join, literal, raw, sql, type Sql } from '../../core/sql.ts'

type Schema = Record<string, unknown>
/** Where in the text a schema applies, as a JSON pointer of DuckDB: empty for the whole. */
type Place = { text: Sql; pointer: string }

/** What DuckDB calls a value of each type. */
const TYPES: Record<string, readonly string[]> = {
  object: ['OBJECT'],
  array: ['ARRAY'],
  string: ['VARCHAR'],
  boolean: ['BOOLEAN'],
  null: ['NULL'],
  integer: ['UBIGINT', 'BIGINT'],
  number: ['UBIGINT', 'BIGINT', 'DOUBLE'],
}

const NOTES = new Set(['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated', 'readOnly', 'writeOnly'])
const DEEPEST = 10

/**
 * A test that is true where JSON keeps a schema. The text must be JSON.
 * @throws AtlasError `pipeline.invalid` for a keyword that is not tested, or is written wrongly
 */
export function jsonTest(schema: Schema, text: Sql): Sql {
  return testAt(schema, { text, pointer: '' }, 0)
}

function testAt(schema: Schema, place: Place, depth: number): Sql {
  if (depth > DEEPEST) throw refused(`it is nested deeper than ${DEEPEST} levels`)
  const tests = Object.entries(schema).flatMap(([keyword, value]) => {
    if (NOTES.has(keyword)) return []
    const test = KEYWORDS[keyword]
    if (test === undefined) throw refused(`"${keyword}" cannot be tested`)
    return [test(value, place, depth, schema)]
  })
  return tests.length === 0 ? raw('true') : sql`(${join(tests, ' and ')})`
}

const KEYWORDS: Record<string, (value: unknown, place: Place, depth: number, schema: Schema) => Sql> = {
  type: (value, place) => hasType(place, texts('type', [value].flat())),
  enum: (value, place) => isOneOf(place, list('enum', value)),
  const: (value, place) => isOneOf(place, [value]),
  required: (value, place) => {
    const keys = texts('required', list('required', value))
    const present = keys.map((key) => sql`json_exists(${place.text}, ${under(place, key).pointer})`)
    return unless(place, 'object', present)
  },
  properties: (value, place, depth) => {
    const parts = Object.entries(object('properties', value)).map(([key, part]) => {
      const at = under(place, key)
      return sql`(not json_exists(${at.text}, ${at.pointer}) or ${testAt(object(key, part), at, depth + 1)})`
    })
    return unless(place, 'object', parts)
  },
  additionalProperties: (value, place, _, schema) => {
    if (value === true) return raw('true')
    if (value !== false) throw refused('"additionalProperties" can only be true or false')
    const known = Object.keys(object('properties', schema['properties'] ?? {}))
    const names = sql`[${join(known.map((key) => literal(key)))}]::varchar[]`
    return unless(place, 'object', [sql`list_has_all(${names}, json_keys(${place.text}, ${place.pointer}))`])
  },
  minimum: (value, place) => compares(place, '>=', number('minimum', value)),
  maximum: (value, place) => compares(place, '<=', number('maximum', value)),
  exclusiveMinimum: (value, place) => compares(place, '>', number('exclusiveMinimum', value)),
  exclusiveMaximum: (value, place) => compares(place, '<', number('exclusiveMaximum', value)),
  minLength: (value, place) => unless(place, 'string', [sql`length(${stringAt(place)}) >= ${number('minLength', value)}`]),
  maxLength: (value, place) => unless(place, 'string', [sql`length(${stringAt(place)}) <= ${number('maxLength', value)}`]),
  pattern: (value, place) => unless(place, 'string', [sql`regexp_matches(${stringAt(place)}, ${texts('pattern', [value])[0]!})`]),
  minItems: (value, place) =>
    unless(place, 'array', [sql`json_array_length(${place.text}, ${place.pointer}) >= ${number('minItems', value)}`]),
  maxItems: (value, place) =>
    unless(place, 'array', [sql`json_array_length(${place.text}, ${place.pointer}) <= ${number('maxItems', value)}`]),
}

/** A keyword asks only of values of its type. */
function unless(place: Place, type: string, tests: readonly Sql[]): Sql {
  return tests.length === 0 ? raw('true') : sql`(not ${hasType(place, [type])} or (${join(tests, ' and ')}))`
}

function hasType(place: Place, types: readonly string[]): Sql {
  const names = types.flatMap((type) => TYPES[type] ?? [])
  const unknown = types.find((type) => TYPES[type] === undefined)
  if (unknown !== undefined) throw refused(`"${unknown}" is no type`)
  return sql`json_type(${place.text}, ${place.pointer}) in (${join(names.map((name) => literal(name)))})`
}

function compares(place: Place, operator: '>=' | '<=' | '>' | '<', limit: number): Sql {
  const value = sql`try_cast(${stringAt(place)} as double)`
  return unless(place, 'number', [sql`${value} ${raw(operator)} ${limit}`])
}

function isOneOf(place: Place, values: readonly unknown[]): Sql {
  const same = values.map((value) => {
    if (value !== null && typeof value === 'object') throw refused('"enum" and "const" can only hold single values')
    if (typeof value === 'number') return sql`(${hasType(place, ['number'])} and try_cast(${stringAt(place)} as double) = ${value})`
    const type = value === null ? 'null' : typeof value
    return sql`(${hasType(place, [type])} and coalesce(${stringAt(place)}, 'null') = ${String(value)})`
  })
  return same.length === 0 ? raw('false') : sql`(${join(same, ' or ')})`
}

function stringAt({ text, pointer }: Place): Sql {
  return sql`json_extract_string(${text}, ${pointer})`
}

/** RFC 6901. */
function under({ text, pointer }: Place, key: string): Place {
  return { text, pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` }
}

function object(keyword: string, value: unknown): Schema {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw refused(`"${keyword}" is no object`)
  return value as Schema
}

function list(keyword: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw refused(`"${keyword}" is no list`)
  return value
}

function texts(keyword: string, values: readonly unknown[]): string[] {
  return values.map((value) => {
    if (typeof value !== 'string') throw refused(`"${keyword}" holds something else than text`)
    return value
  })
}

function number(keyword: string, value: unknown): number {
  if (typeof value !== 'number') throw refused(`"${keyword}" is no number`)
  return value
}

function refused(why: string): AtlasError {
  return new AtlasError('pipeline.invalid', `The JSON Schema cannot be used: ${why}.`, {
    next: 'Use type, enum, const, required, properties, additionalProperties, limits, lengths and pattern.',
  })
}
