import { type ColumnOptions, type DeclaredType, type MysqlColumn, mysqlColumn } from './column.ts'
import type { ResultField } from './session.ts'

/** Numbers of column types on the wire. See https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const BASES: Record<number, string> = {
  0: 'decimal',
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  4: 'float',
  5: 'double',
  6: 'char',
  7: 'timestamp',
  8: 'bigint',
  9: 'mediumint',
  10: 'date',
  11: 'time',
  12: 'datetime',
  13: 'year',
  14: 'date',
  15: 'varchar',
  16: 'bit',
  242: 'vector',
  245: 'json',
  246: 'decimal',
  247: 'enum',
  248: 'set',
  249: 'blob',
  250: 'blob',
  251: 'blob',
  252: 'blob',
  253: 'varchar',
  254: 'char',
  255: 'geometry',
}
const [NOT_NULL, UNSIGNED] = [1, 32]
const BINARY_CHARSET = 63

/** The columns of a query's result, from its head. */
export function resultColumns(fields: readonly ResultField[], options: ColumnOptions): MysqlColumn[] {
  return fields.map((field) => mysqlColumn(field.name, declaredType(field), (Number(field.flags) & NOT_NULL) === 0, options))
}

function declaredType(field: ResultField): DeclaredType {
  const { columnType = 0, columnLength = 0, decimals, extendedFormat, extendedTypeName } = field
  const unsigned = (Number(field.flags) & UNSIGNED) !== 0
  const base =
    extendedTypeName !== undefined && /^(uuid|inet[46])$/.test(extendedTypeName) ? extendedTypeName : (BASES[columnType] ?? 'char')
  const binary = field.characterSet === BINARY_CHARSET && columnType !== 6
  const precision = base === 'bit' ? columnLength : columnLength - (decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1)
  const full =
    base === 'decimal' ? `decimal(${precision},${decimals})` : base === 'tinyint' || base === 'bit' ? `${base}(${columnLength})` : base
  return {
    base,
    full: unsigned ? `${full} unsigned` : full,
    unsigned,
    precision,
    scale: decimals,
    binary,
    json: extendedFormat === 'json' || base === 'json',
  }
}
