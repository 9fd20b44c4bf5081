import { quoteName } from './quote.ts'

/**
 * How a cell's bytes become text in COPY format: `plain` as they are; `text` with escapes; `hex` as hex digits; `date`, `datetime` and `instant` checked to be days
 * that exist; `boolean` checked to be 0 or 1.
 */
export type CellKind = 'plain' | 'text' | 'hex' | 'geometry' | 'date' | 'datetime' | 'instant' | 'boolean'

/** What values of a column are compared as, where it can be a cursor or part of a checkpoint. */
export type OrderKind = 'integer' | 'decimal' | 'double' | 'date' | 'datetime' | 'instant' | 'text' | 'bytes'

/** A column of a table or query, and how it is read exactly. */
export interface MysqlColumn {
  name: string
  /** DuckDB type in explore. */
  type: string
  /** In MySQL's words, e.g. `bigint(20) unsigned`. */
  sourceType: string
  nullable: boolean
  cell: CellKind
  /** What is selected to read it. */
  expression: string
  /** Null when the values have no order that MySQL and explore agree on. */
  order: OrderKind | null
  /** Whether the column is JSON, to be checked before it is taken for JSON. */
  json: boolean
}

/** A type as MySQL declares it, from the catalog or from the head of a result. */
export interface DeclaredType {
  /** Lower case without length: `int`, `varchar`, `decimal`. */
  base: string
  full: string
  unsigned: boolean
  /** Digits of a decimal, or bits. */
  precision: number
  scale: number
  binary: boolean
  json: boolean
}

export interface ColumnOptions {
  tinyint1AsBoolean: boolean
  utf8InLatin1: readonly string[]
}

type Shape = Pick<MysqlColumn, 'type' | 'cell' | 'order'> & { expression?: (column: string) => string }

const INTEGERS: Record<string, [signed: string, unsigned: string]> = {
  tinyint: ['TINYINT', 'UTINYINT'],
  smallint: ['SMALLINT', 'USMALLINT'],
  mediumint: ['INTEGER', 'UINTEGER'],
  int: ['INTEGER', 'UINTEGER'],
  bigint: ['BIGINT', 'UBIGINT'],
}

const GEOMETRY = /^(geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/

const FIXED: Record<string, Shape> = {
  // The server writes a FLOAT with six digits; as a DOUBLE it writes all that tell it from its neighbours.
  float: { type: 'FLOAT', cell: 'plain', order: null, expression: (column) => `(${column} + 0e0)` },
  double: { type: 'DOUBLE', cell: 'plain', order: 'double' },
  date: { type: 'DATE', cell: 'date', order: 'date' },
  datetime: { type: 'TIMESTAMP', cell: 'datetime', order: 'datetime' },
  timestamp: { type: 'TIMESTAMP WITH TIME ZONE', cell: 'instant', order: 'instant' },
  // From -838:59:59 to 838:59:59: a span of time, for which Parquet has no type below a millisecond.
  time: { type: 'VARCHAR', cell: 'plain', order: null },
  year: { type: 'SMALLINT', cell: 'plain', order: 'integer' },
  json: { type: 'JSON', cell: 'text', order: null },
  uuid: { type: 'UUID', cell: 'plain', order: null },
  inet4: { type: 'VARCHAR', cell: 'plain', order: null },
  inet6: { type: 'VARCHAR', cell: 'plain', order: null },
  enum: { type: 'VARCHAR', cell: 'text', order: null },
  set: { type: 'VARCHAR', cell: 'text', order: null },
}

/** The widest decimal of DuckDB; wider ones are kept as the text that MySQL writes. */
const DECIMAL_DIGITS = 38

/** How a column of that type is read exactly. */
export function mysqlColumn(name: string, declared: DeclaredType, nullable: boolean, options: ColumnOptions): MysqlColumn {
  const shape = shapeOf(name, declared, options)
  const quoted = quoteName(name)
  const { type, cell, order } = shape
  return {
    name,
    type,
    cell,
    order,
    nullable,
    sourceType: declared.full,
    expression: shape.expression?.(quoted) ?? quoted,
    json: type === 'JSON',
  }
}

function shapeOf(name: string, declared: DeclaredType, options: ColumnOptions): Shape {
  const { base, unsigned, precision, scale } = declared
  if (declared.json) return FIXED['json'] as Shape
  const integer = INTEGERS[base]
  if (integer !== undefined) return integerShape(declared, integer[unsigned ? 1 : 0], options)
  if (base === 'decimal')
    return precision <= DECIMAL_DIGITS
      ? { type: `DECIMAL(${precision},${scale})`, cell: 'plain', order: 'decimal' }
      : { type: 'VARCHAR', cell: 'plain', order: null }
  if (base === 'bit')
    return { type: precision === 1 ? 'BOOLEAN' : 'UBIGINT', cell: 'plain', order: null, expression: (column) => `(${column} + 0)` }
  if (GEOMETRY.test(base)) return { type: 'BLOB', cell: 'geometry', order: null }
  const fixed = FIXED[base]
  if (fixed !== undefined) return fixed
  if (declared.binary) return { type: 'BLOB', cell: 'hex', order: /^(var)?binary$/.test(base) ? 'bytes' : null }
  if (options.utf8InLatin1.includes(name))
    return { type: 'VARCHAR', cell: 'text', order: null, expression: (column) => `cast(${column} as binary)` }
  return { type: 'VARCHAR', cell: 'text', order: /^(var)?char$/.test(base) ? 'text' : null }
}

function integerShape({ full }: DeclaredType, type: string, { tinyint1AsBoolean }: ColumnOptions): Shape {
  if (tinyint1AsBoolean && /^tinyint\(1\)(?! unsigned)/.test(full)) return { type: 'BOOLEAN', cell: 'boolean', order: null }
  return { type, cell: 'plain', order: 'integer' }
}
