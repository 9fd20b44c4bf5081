import { AtlasError } from '../../core/errors.ts'
import type { Stream } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { type SourceColumn, wayOf } from './column-types.ts'
import type { Session } from './connect.ts'
import { cursorColumns } from './cursor-columns.ts'

/** A table, view, materialised view, partitioned table or foreign table. */
export interface Table {
  oid: number
  schema: string
  name: string
  stream: string
  kind: 'r' | 'v' | 'm' | 'p' | 'f'
  columns: SourceColumn[]
  primaryKey: string[]
  rowEstimate: number | null
  sizeBytes: number | null
  /** Whether this user may read it at all. */
  readable: boolean
  rowSecurity: boolean
  comment: string | null
}

const KINDS = { r: 'table', v: 'view', m: 'materialised view', p: 'partitioned table', f: 'foreign table' } as const

/** Type by type through domains; the modifier of a domain is that of its base type. */
export const BASE_TYPE = `
  with recursive step as (
    select t.oid, t.typname, t.typtype, t.typbasetype, t.typcategory, coalesce(nullif(given.modifier, -1), t.typtypmod) as modifier
      from pg_catalog.pg_type t where t.oid = given.type
    union all
    select t.oid, t.typname, t.typtype, t.typbasetype, t.typcategory, coalesce(nullif(step.modifier, -1), t.typtypmod)
      from step join pg_catalog.pg_type t on t.oid = step.typbasetype where step.typtype = 'd'
  ) select typname as base, typcategory as category, modifier from step where typtype <> 'd'`

/** Partitions are read with their parent. What belongs to the system, and what is temporary, is left out. */
const FOUND = `
  select c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relrowsecurity
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'v', 'm', 'p', 'f') and c.relpersistence <> 't' and not c.relispartition
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
    and ($1::text[] is null or n.nspname = any($1))
    and ($2::text[] is null or c.relname = any($2) or n.nspname || '.' || c.relname = any($2))`

const LEAVES = `select relid from pg_catalog.pg_partition_tree(found.oid) where isleaf`

const TABLES = `
  with found as materialized (${FOUND})
  select found.oid::bigint::text as oid, nspname as schema, relname as name, relkind as kind, relrowsecurity as row_security,
    obj_description(found.oid, 'pg_class') as comment,
    has_schema_privilege(nspname, 'usage') and (has_table_privilege(found.oid, 'select') or has_any_column_privilege(found.oid, 'select')) as readable,
    case when relkind = 'p' then (select sum(greatest(l.reltuples, 0)) from pg_catalog.pg_class l where l.oid in (${LEAVES}))
         when relkind in ('r', 'm') and reltuples >= 0 then reltuples end::float8 as rows,
    case when relkind = 'p' then (select sum(pg_table_size(relid)) from (${LEAVES}) l)
         when relkind in ('r', 'm') then pg_table_size(found.oid) end::float8 as bytes,
    (select coalesce(json_agg(a.attname order by k.place), '[]') from pg_catalog.pg_index i cross join unnest(i.indkey) with ordinality k (number, place)
       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number where i.indrelid = found.oid and i.indisprimary) as key,
    (select coalesce(json_agg(json_build_object('name', a.attname, 'declared', format_type(a.atttypid, a.atttypmod), 'nullable', not a.attnotnull,
         'base', b.base, 'category', b.category, 'modifier', b.modifier) order by a.attnum), '[]')
       from pg_catalog.pg_attribute a cross join lateral (select a.atttypid as type, a.atttypmod as modifier) given cross join lateral (${BASE_TYPE}) b
       where a.attrelid = found.oid and a.attnum > 0 and not a.attisdropped) as columns
  from found order by nspname, relname`

interface TableRow {
  oid: string
  schema: string
  name: string
  kind: Table['kind']
  row_security: boolean
  comment: string | null
  readable: boolean
  rows: number | null
  bytes: number | null
  key: string[]
  columns: { name: string; declared: string; nullable: boolean; base: string; category: string; modifier: number }[]
}

/**
 * The tables that the settings offer, in order of their names.
 * @param only names of streams; null for all
 */
export async function readTables(session: Session, settings: PostgresqlSettings, only: readonly string[] | null): Promise<Table[]> {
  const names = only === null ? null : only.flatMap((name) => [name, ...(name.includes('.') ? [name.slice(name.indexOf('.') + 1)] : [])])
  const { rows } = await session.client.query<TableRow>(TABLES, [settings.schemas ?? null, names])
  const scale = await moneyScale(session)
  const tables = rows.map((row) => toTable(row, settings, scale))
  return only === null ? tables : tables.filter(({ stream }) => only.includes(stream))
}

/**
 * The one table of a stream.
 * @throws AtlasError `source.stream_not_found`
 */
export async function readTable(session: Session, settings: PostgresqlSettings, stream: string): Promise<Table> {
  const [table] = await readTables(session, settings, [stream])
  if (table !== undefined) return table
  const known = (await readTables(session, settings, null)).map((one) => one.stream)
  const shown = known.slice(0, 20).join(', ') + (known.length > 20 ? `, and ${known.length - 20} more` : '')
  throw new AtlasError(
    'source.stream_not_found',
    `The database ${settings.database} has no table ${JSON.stringify(stream)}; there is: ${shown || 'none'}.`,
  )
}

/** Decimals of the type money in this database. */
export async function moneyScale(session: Session): Promise<number> {
  const { rows } = await session.client.query<{ scale: number }>('select scale(1::money::numeric) as scale')
  return rows[0]?.scale ?? 2
}

function toTable(row: TableRow, settings: PostgresqlSettings, scale: number): Table {
  return {
    oid: Number(row.oid),
    schema: row.schema,
    name: row.name,
    stream: streamName(row.schema, row.name, settings),
    kind: row.kind,
    columns: row.columns.map(({ name, declared, nullable, ...type }) => ({
      name,
      sourceType: declared,
      nullable,
      base: type.base,
      ...wayOf(type, scale),
    })),
    primaryKey: row.key,
    rowEstimate: row.rows,
    sizeBytes: row.bytes,
    readable: row.readable,
    rowSecurity: row.row_security,
    comment: row.comment,
  }
}

/** The table's own name in the schema that is meant when none is named; a name with a dot always says its schema. */
function streamName(schema: string, table: string, { schemas }: PostgresqlSettings): string {
  const own = schemas?.length === 1 ? schemas[0] : 'public'
  return schema === own && !table.includes('.') ? table : `${schema}.${table}`
}

export function toStream(table: Table): Stream {
  return {
    name: table.stream,
    kind: KINDS[table.kind],
    columns: table.columns.map(({ name, type, sourceType, nullable }) => ({ name, type, sourceType, nullable })),
    rowEstimate: table.rowEstimate === null ? null : Math.round(table.rowEstimate),
    sizeBytes: table.sizeBytes,
    pieces: 1,
    primaryKey: table.primaryKey,
    cursors: cursorColumns(table.columns, table.primaryKey),
    details: {
      schema: table.schema,
      readable: table.readable,
      rowSecurity: table.rowSecurity,
      ...(table.comment === null ? {} : { comment: table.comment }),
    },
  }
}
