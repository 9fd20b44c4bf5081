import type { SourceColumn } from './column-types.ts'

/** Types whose order is the same in Postgres and in DuckDB, so that a window over one is a window over the other. */
const MOMENTS = ['timestamptz', 'timestamp', 'date']
const WHOLE = ['int8', 'int4', 'int2']
const ORDERED = [...MOMENTS, ...WHOLE, 'numeric', 'float8', 'float4', 'uuid', 'text', 'varchar']

const CHANGED =
  /(^|_)(updated|modified|changed|last_?(update|change|modif))|(update|modif|change)(d|_)?(at|on|date|time|ts)|modstamp|^mtime$/i
const CREATED = /(^|_)(created|inserted|added)|create(d|_)?(at|on|date|time|ts)|^ctime$/i

export function isMoment({ base }: Pick<SourceColumn, 'base'>): boolean {
  return MOMENTS.includes(base)
}

export function isWhole({ base }: Pick<SourceColumn, 'base'>): boolean {
  return WHOLE.includes(base)
}

/** Says whether rows can be told new from old by the column. */
export function canBeCursor({ base }: Pick<SourceColumn, 'base'>): boolean {
  return ORDERED.includes(base)
}

/** Columns that can be the cursor, the best first: times of a change, times of creation, other times, then a key that counts up. */
export function cursorColumns(columns: readonly SourceColumn[], primaryKey: readonly string[]): string[] {
  const rank = (column: SourceColumn): number | null => {
    if (isMoment(column)) return (CHANGED.test(column.name) ? 0 : CREATED.test(column.name) ? 2 : 4) + (column.base === 'date' ? 1 : 0)
    return WHOLE.includes(column.base) && primaryKey.length === 1 && primaryKey[0] === column.name ? 6 : null
  }
  return columns
    .map((column) => ({ name: column.name, rank: rank(column) }))
    .filter((one): one is { name: string; rank: number } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name)
}
