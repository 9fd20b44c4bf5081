import type { RelationColumn } from './relation.ts'

/** A column that a read brings, without a field id yet. */
export interface IncomingColumn {
  name: string
  /** DuckDB type. */
  type: string
}

export interface Evolution<C extends RelationColumn> {
  columns: C[]
  lastFieldId: number
  changes: { kind: 'added' | 'dropped' | 'retyped'; column: string; from: string | null; to: string | null }[]
}

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']
const UNSIGNED = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT']

/**
 * The type that holds every value of both without loss, or VARCHAR where there is none. Integers never become floating point; a decimal keeps
 * its integer digits; a date becomes a timestamp; JSON stays JSON only with itself.
 */
export function widenType(a: string, b: string): string {
  if (a === b) return a
  const integers = widerOf(INTEGERS, a, b) ?? widerOf(UNSIGNED, a, b)
  if (integers !== null) return integers
  const decimal = widerDecimal(a, b)
  if (decimal !== null) return decimal
  if (pair(a, b, 'FLOAT', 'DOUBLE')) return 'DOUBLE'
  if (pair(a, b, 'DATE', 'TIMESTAMP')) return 'TIMESTAMP'
  return 'VARCHAR'
}

function widerOf(order: readonly string[], a: string, b: string): string | null {
  const [i, j] = [order.indexOf(a), order.indexOf(b)]
  return i === -1 || j === -1 ? null : (order[Math.max(i, j)] ?? null)
}

function pair(a: string, b: string, x: string, y: string): boolean {
  return (a === x && b === y) || (a === y && b === x)
}

const INTEGER_DIGITS: Record<string, number> = {
  TINYINT: 3,
  SMALLINT: 5,
  INTEGER: 10,
  BIGINT: 19,
  UTINYINT: 3,
  USMALLINT: 5,
  UINTEGER: 10,
  UBIGINT: 20,
}

function decimalParts(type: string): { integer: number; scale: number } | null {
  const digits = INTEGER_DIGITS[type]
  if (digits !== undefined) return { integer: digits, scale: 0 }
  const match = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  return match === null ? null : { integer: Number(match[1]) - Number(match[2]), scale: Number(match[2]) }
}

function widerDecimal(a: string, b: string): string | null {
  const [x, y] = [decimalParts(a), decimalParts(b)]
  if (x === null || y === null) return null
  const scale = Math.max(x.scale, y.scale)
  const precision = Math.max(x.integer, y.integer) + scale
  return precision <= 38 ? `DECIMAL(${precision},${scale})` : null
}

/**
 * The next schema of a dataset. A name that was there keeps its field id, a new name gets a new one, an id is never reused.
 * `append` keeps columns that the read did not bring (they read as NULL) and widens types; `replace` takes the incoming columns as they are.
 */
export function evolveColumns<C extends RelationColumn, I extends IncomingColumn>(
  current: readonly C[],
  incoming: readonly I[],
  lastFieldId: number,
  mode: 'replace' | 'append',
): Evolution<I & RelationColumn> & { kept: C[] } {
  const byName = new Map(current.map((column) => [column.name, column]))
  const changes: Evolution<C>['changes'] = []
  let last = lastFieldId
  const columns = incoming.map((column) => {
    const before = byName.get(column.name)
    byName.delete(column.name)
    if (before === undefined) {
      last += 1
      if (current.length > 0) changes.push({ kind: 'added', column: column.name, from: null, to: column.type })
      return { ...column, fieldId: last }
    }
    const type = mode === 'append' ? widenType(before.type, column.type) : column.type
    if (type !== before.type) changes.push({ kind: 'retyped', column: column.name, from: before.type, to: type })
    return { ...column, type, fieldId: before.fieldId }
  })
  const missing = [...byName.values()]
  if (mode === 'replace') for (const column of missing) changes.push({ kind: 'dropped', column: column.name, from: column.type, to: null })
  return { columns, lastFieldId: last, changes, kept: mode === 'append' ? missing : [] }
}
