import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import { id, raw, sql, type Sql } from '../../core/sql.ts'
import type { JsonValue } from './protocol.ts'

const numeric = /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE)$/
const nested = /^(STRUCT|MAP|UNION|VARIANT)\b|\]$/

/**
 * How to select a column so that the binding cannot change it. Text goes as bytes, because the binding drops a leading U+FEFF from
 * strings; dates, decimals and the like become DuckDB's own text, because the binding prints infinite dates wrongly.
 */
export function selectCell(column: string, type: string): Sql {
  if (numeric.test(type) || nested.test(type)) return id(column)
  if (type === 'BLOB') return sql`encode(lower(hex(${id(column)}))) as ${id(column)}`
  return sql`encode(${id(column)}::${raw('varchar')}) as ${id(column)}`
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A value as JSON: numbers and booleans where JSON holds them exactly, otherwise text. Lists are arrays, structs are objects, maps are
 * arrays of `{ key, value }`.
 */
export function toCell(value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof DuckDBBlobValue) return utf8.decode(value.bytes)
  return toNested(value)
}

function toNested(value: DuckDBValue): JsonValue {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toInner)
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, toInner(item)]))
  if (value instanceof DuckDBMapValue) return value.entries.map((entry) => ({ key: toInner(entry.key), value: toInner(entry.value) }))
  if (value instanceof DuckDBUnionValue) return { tag: value.tag, value: toInner(value.value) }
  return String(value)
}

/** Digits that a double keeps of every decimal number. */
const EXACT_DIGITS = 15

/** A decimal that came as text: a number where JSON holds its value exactly (its last zeros are not its value), otherwise the text. */
export function toDecimalCell(value: DuckDBValue): JsonValue {
  const text = toCell(value)
  if (typeof text !== 'string') return text
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= EXACT_DIGITS ? Number(text) : text
}

/** Inside nested values a blob is a blob, not encoded text. */
function toInner(value: DuckDBValue): JsonValue {
  return value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString('hex') : toCell(value)
}
