import { id, raw, sql, type Sql } from '../../core/sql.ts'

/** A field as describe tells it, as far as Atlas needs it. */
export interface Field {
  name: string
  label: string
  type: string
  precision: number
  scale: number
  nillable: boolean
  filterable: boolean
  calculated: boolean
  compoundFieldName: string | null
}

const COMPOUND = new Set(['address', 'location'])
const NUMBERS = new Set(['currency', 'double', 'percent'])

/** A parent whose parts are fields of their own (a name is text, and is read like any other field). */
export function isCompound({ type }: Pick<Field, 'type'>): boolean {
  return COMPOUND.has(type)
}

/**
 * The DuckDB type of a field's values. Numbers that people enter keep precision and scale; what a formula computes has no scale, so it stays the binary floating point
 * number that Salesforce holds.
 */
export function duckTypeOf(field: Field, numbers: 'decimal' | 'double'): string {
  if (isCompound(field)) return 'JSON'
  if (NUMBERS.has(field.type)) return numbers === 'double' || field.calculated ? 'DOUBLE' : decimalOf(field)
  switch (field.type) {
    case 'boolean':
      return 'BOOLEAN'
    case 'int':
    case 'long':
      return 'BIGINT'
    case 'date':
      return 'DATE'
    case 'datetime':
      return 'TIMESTAMPTZ'
    case 'time':
      return 'TIME'
    case 'base64':
      return 'BLOB'
    default:
      return 'VARCHAR'
  }
}

function decimalOf({ precision, scale }: Field): string {
  return precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision ? `DECIMAL(${precision},${scale})` : 'DOUBLE'
}

/** A text column cast to its type; a value that the type cannot hold exactly is an error. */
export function castStrictly(name: string, type: string): Sql {
  const text = id(name)
  if (type === 'VARCHAR') return text
  if (type === 'BLOB') return sql`from_base64(${text})`
  if (type === 'BIGINT') return sql`case when ${isPlain(text, 0)} then ${text}::bigint else ${exactly(text, type)} end`
  const scale = scaleOf(type)
  if (scale !== null) return sql`case when ${isPlain(text, scale)} then ${as(text, type)} else ${exactly(text, type)} end`
  return as(text, type)
}

/** True for the rows whose text the type holds exactly. */
export function fits(name: string, type: string): Sql {
  const text = id(name)
  if (type === 'VARCHAR' || type === 'BLOB') return sql`true`
  const cast = tryAs(text, type)
  if (type !== 'BIGINT' && scaleOf(type) === null) return sql`(${text} is null or ${cast} is not null)`
  const same = sql`${cast}::double = try_cast(${text} as double)`
  return sql`(${text} is null or (${cast} is not null and (${isPlain(text, scaleOf(type) ?? 0)} or ${same})))`
}

/** As `castStrictly`, and NULL where the value does not fit. */
export function castLeniently(name: string, type: string): Sql {
  return type === 'VARCHAR' || type === 'BLOB'
    ? castStrictly(name, type)
    : sql`case when ${fits(name, type)} then ${tryAs(id(name), type)} end`
}

/** Digits without an exponent, with at most `scale` behind the point: what a decimal holds without rounding. */
function isPlain(text: Sql, scale: number): Sql {
  return sql`not contains(${text}, 'E') and not contains(${text}, 'e') and (not contains(${text}, '.') or length(${text}) - strpos(${text}, '.') <= ${scale})`
}

/** For 1.0E7 and 5.000: the cast counts when it changes nothing. */
function exactly(text: Sql, type: string): Sql {
  return sql`case when ${tryAs(text, type)}::double = ${text}::double then ${as(text, type)} when ${text} is not null then error('more digits than the field declares') end`
}

function as(text: Sql, type: string): Sql {
  return sql`cast(${text} as ${typeSql(type)})`
}

function tryAs(text: Sql, type: string): Sql {
  return sql`try_cast(${text} as ${typeSql(type)})`
}

function scaleOf(type: string): number | null {
  const found = /^DECIMAL\(\d+,(\d+)\)$/.exec(type)
  return found === null ? null : Number(found[1])
}

/** Type names come from `duckTypeOf` alone, so they are trusted text. */
export function typeSql(type: string): Sql {
  if (!/^[A-Z]+(\(\d+,\d+\))?$/.test(type)) throw new RangeError(`${type} is no type of a field`)
  return raw(type)
}
