import type { StreamColumn } from '../connector.ts'
import { type ColumnOptions, type DeclaredType, type MysqlColumn, mysqlColumn } from './column.ts'
import { quoteText } from './quote.ts'
import type { Session } from './session.ts'

/** A table or view as the catalog describes it. */
export interface MysqlTable {
  name: string
  view: boolean
  /** Null for views. */
  engine: string | null
  columns: { name: string; declared: DeclaredType; nullable: boolean; extra: string }[]
  primaryKey: string[]
  /** Columns that an index begins with. */
  indexed: ReadonlySet<string>
  rowEstimate: number | null
  sizeBytes: number | null
  createdAt: string | null
  updatedAt: string | null
  comment: string
}

/** Engines whose tables a transaction sees as they were when its snapshot was taken. */
const SNAPSHOT_ENGINES = new Set(['InnoDB', 'RocksDB', 'MyRocks', 'TokuDB', 'ndbcluster'])

export function isInSnapshot(table: MysqlTable): boolean {
  return table.engine !== null && SNAPSHOT_ENGINES.has(table.engine)
}

/** Tables and views that the user may see, or those of them that are named, in the order of their names. @throws AtlasError `source.*` */
export async function listTables(session: Session, database: string, only?: readonly string[]): Promise<MysqlTable[]> {
  if (only?.length === 0) return []
  const doing = `The tables of ${database} cannot be listed`
  const named = only === undefined ? '' : ` and table_name in (${only.map(quoteText).join(', ')})`
  const inDatabase = `table_schema = ${quoteText(database)}${named}`
  const tables = await session.rows(
    `select table_name, table_type, engine, table_rows, data_length + index_length, create_time, update_time, table_comment from information_schema.tables
     where ${inDatabase} and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') order by table_name`,
    doing,
  )
  const columns = await session.rows(
    `select table_name, column_name, data_type, column_type, is_nullable, numeric_precision, numeric_scale, character_set_name, extra from information_schema.columns
     where ${inDatabase} order by table_name, ordinal_position`,
    doing,
  )
  const indexes = await session.rows(
    `select table_name, index_name, seq_in_index, column_name from information_schema.statistics where ${inDatabase} order by table_name, index_name, seq_in_index`,
    doing,
  )
  const json = await jsonColumns(session, database, named, doing)
  const columnsOf = groupByTable(columns)
  const indexesOf = groupByTable(indexes)
  return tables.map((row) => tableOf(row, columnsOf.get(text(row[0])) ?? [], indexesOf.get(text(row[0])) ?? [], json))
}

type Row = (string | null)[]

function text(cell: string | null | undefined): string {
  return cell ?? ''
}

function groupByTable(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => text(row[0]))
}

function tableOf(row: Row, columns: readonly Row[], indexes: readonly Row[], json: ReadonlySet<string>): MysqlTable {
  const [name, type, engine, rows, size, createdAt, updatedAt, comment] = row
  const view = type === 'VIEW'
  return {
    name: text(name),
    view,
    engine: engine ?? null,
    columns: columns.map((column) => columnOf(column, json)),
    primaryKey: indexes.filter(([, index]) => index === 'PRIMARY').map((index) => text(index[3])),
    indexed: new Set(indexes.filter(([, , position]) => position === '1').map((index) => text(index[3]))),
    rowEstimate: view ? null : countOf(rows),
    sizeBytes: view ? null : countOf(size),
    createdAt: createdAt ?? null,
    updatedAt: updatedAt ?? null,
    comment: view ? '' : text(comment),
  }
}

function countOf(cell: string | null | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell)
}

function columnOf(row: Row, json: ReadonlySet<string>): MysqlTable['columns'][number] {
  const [table, name, base, full, nullable, precision, scale, charset, extra] = row.map(text)
  const bits = /^bit\((\d+)\)/.exec(full ?? '')?.[1]
  return {
    name: name ?? '',
    nullable: nullable === 'YES',
    extra: (extra ?? '').toLowerCase(),
    declared: {
      base: (base ?? '').toLowerCase(),
      full: full ?? '',
      unsigned: / unsigned/.test(full ?? ''),
      precision: Number(bits ?? precision),
      scale: Number(scale),
      binary: charset === '' && !/^(enum|set)$/.test(base ?? ''),
      json: json.has(`${table}\0${name}`),
    },
  }
}

/** MariaDB keeps JSON as LONGTEXT with the check `json_valid(column)`, which the catalog shows. */
async function jsonColumns(session: Session, database: string, named: string, doing: string): Promise<Set<string>> {
  if (!session.mariadb) return new Set()
  const checks = await session.rows(
    `select table_name, check_clause from information_schema.check_constraints where constraint_schema = ${quoteText(database)}${named}`,
    doing,
  )
  return new Set(
    checks.flatMap(([table, clause]) => {
      const column = /^\s*json_valid\(`((?:[^`]|``)+)`\)\s*$/i.exec(text(clause))?.[1]
      return column === undefined ? [] : [`${text(table)}\0${column.replaceAll('``', '`')}`]
    }),
  )
}

/** The table's columns as they are read. */
export function tableColumns(table: MysqlTable, options: ColumnOptions): MysqlColumn[] {
  return table.columns.map(({ name, declared, nullable }) => mysqlColumn(name, declared, nullable, options))
}

/** As the contract of connectors has them. */
export function streamColumns(columns: readonly MysqlColumn[]): StreamColumn[] {
  return columns.map(({ name, type, sourceType, nullable }) => ({ name, type, sourceType, nullable }))
}

const CHANGED = /(updated|modified|changed|mtime|last_?mod)/i

/** Columns that can be the cursor, the best first: those the server keeps current, then those named so, then a growing key, then other times. */
export function cursorCandidates(table: MysqlTable, columns: readonly MysqlColumn[]): string[] {
  const scored = columns.flatMap((column, index) => {
    const extra = table.columns[index]?.extra ?? ''
    const score = cursorScore(column, extra, table)
    return score === null ? [] : [{ name: column.name, score }]
  })
  return scored.toSorted((one, other) => one.score - other.score).map(({ name }) => name)
}

function cursorScore({ name, order }: MysqlColumn, extra: string, table: MysqlTable): number | null {
  const temporal = order === 'datetime' || order === 'instant'
  if (temporal && extra.includes('on update')) return 0
  if (temporal && CHANGED.test(name)) return 1
  if (order === 'integer' && extra.includes('auto_increment')) return 2
  if (temporal) return 3
  if (order === 'integer' && table.primaryKey.length === 1 && table.primaryKey[0] === name) return 4
  return order === 'date' ? 5 : null
}
