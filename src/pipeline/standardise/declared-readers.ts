import type { TextReading } from '../../connectors/connector.ts'
import { list, raw, sql, type Sql } from '../../core/sql.ts'
import { CLOCK, dateShape, dateValue, OFFSET, ORDER_NAMES, timestampValue, type DateOrder } from './kinds/date-style.ts'
import { COMMA, DOT, plainNumber, tryCast, type NumberStyle } from './kinds/number-style.ts'

/** One spelling of a declared type. A cell fits when `fits` holds and `value` is not NULL. */
export interface Reader {
  fits: (cell: Sql) => Sql
  value: (cell: Sql) => Sql
  ambiguous?: (cell: Sql) => Sql
  /** In words, what a cell that fits is. */
  noun: string
}

interface Declaration {
  /** DuckDB type. */
  type: string
  declared: string
  format: string | undefined
  text: TextReading
}

/** The spellings in which a declared type may stand, the likelier first. */
export function readers(declaration: Declaration): Reader[] {
  const { type, declared, format } = declaration
  if (format !== undefined) return [formatted(type, declared, format)]
  if (type === 'VARCHAR') return [{ fits: () => raw('true'), value: (cell) => cell, noun: 'text' }]
  if (type === 'BOOLEAN') return [yesNo]
  if (type === 'DATE') return orders(declaration).map(date)
  if (type.startsWith('TIMESTAMP')) return orders(declaration).map((order) => timestamp(order, type !== 'TIMESTAMP'))
  if (type === 'DOUBLE' || type === 'INTEGER' || type === 'BIGINT' || type.startsWith('DECIMAL'))
    return styles(declaration).map((style) => numeric(style, type, declared))
  return [shaped(type, declared)]
}

function orders({ text }: Declaration): DateOrder[] {
  return text.dateOrder === 'month-first' ? ['ymd', 'mdy', 'dmy'] : ['ymd', 'dmy', 'mdy']
}

function styles({ text }: Declaration): NumberStyle[] {
  return text.decimal === ',' ? [COMMA, DOT] : [DOT, COMMA]
}

function formatted(type: string, declared: string, format: string): Reader {
  return {
    fits: () => raw('true'),
    value: (cell) => sql`try_cast(try_strptime(trim(${cell}), ${format}) as ${raw(type)})`,
    noun: `a ${declared} written ${format}`,
  }
}

function date(order: DateOrder): Reader {
  const other = order === 'dmy' ? 'mdy' : 'dmy'
  return {
    fits: (cell) => sql`regexp_full_match(trim(${cell}), ${dateShape(order)})`,
    value: (cell) => dateValue(sql`trim(${cell})`, order),
    ...(order === 'ymd'
      ? {}
      : { ambiguous: (cell: Sql) => sql`(${dateValue(sql`trim(${cell})`, order)} <> ${dateValue(sql`trim(${cell})`, other)})` }),
    noun: `a date written ${ORDER_NAMES[order]}`,
  }
}

function timestamp(order: DateOrder, isZoned: boolean): Reader {
  return {
    fits: (cell) => sql`regexp_full_match(trim(${cell}), ${`${dateShape(order)}[T ]${CLOCK}${isZoned ? OFFSET : ''}`})`,
    value: (cell) => timestampValue(sql`trim(${cell})`, order, isZoned),
    noun: `a moment written ${ORDER_NAMES[order]}${isZoned ? ' with a UTC offset' : ''}`,
  }
}

/** Zeros in front and a plus are accepted: the declaration says that they carry nothing. Decimals past the scale are not, unless zero. */
function numeric(style: NumberStyle, type: string, declared: string): Reader {
  const whole = `[+-]?(?:[0-9]+|[0-9]{1,3}(?:[${style.group}][0-9]{3})+)`
  const scale = type.startsWith('DECIMAL') ? Number(/,(\d+)\)/.exec(type)?.[1]) : 0
  const pattern =
    type === 'DOUBLE'
      ? `${whole}(?:[${style.decimal}][0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|(?i:nan|[+-]?inf(?:inity)?)`
      : `${whole}(?:[${style.decimal}][0-9]{0,${scale}}0*)?`
  return {
    fits: (cell) => sql`regexp_full_match(trim(${cell}), ${pattern})`,
    value: (cell) => tryCast(plainNumber(sql`trim(${cell})`, style), type),
    noun: `of type ${declared}`,
  }
}

const YES = ['true', 't', 'yes', 'y', 'ja', 'j', '1', 'sand']
const NO = ['false', 'f', 'no', 'n', 'nej', '0', 'falsk']

const yesNo: Reader = {
  fits: (cell) => sql`list_contains(${list([...YES, ...NO])}, lower(trim(${cell})))`,
  value: (cell) => sql`list_contains(${list(YES)}, lower(trim(${cell})))`,
  noun: 'true or false',
}

const SHAPES: Record<string, string> = {
  TIME: '(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6}0*)?)?',
  UUID: '(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
}

function shaped(type: string, declared: string): Reader {
  const shape = SHAPES[type]
  return {
    fits: (cell) => (shape === undefined ? sql`json_valid(${cell})` : sql`regexp_full_match(trim(${cell}), ${shape})`),
    value: (cell) => (shape === undefined ? sql`try_cast(${cell} as ${raw(type)})` : tryCast(sql`trim(${cell})`, type)),
    noun: `of type ${declared}`,
  }
}
