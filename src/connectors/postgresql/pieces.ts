import type { Reading } from './snapshot.ts'
import { quoteName } from './quote.ts'
import type { Table } from './catalog.ts'

/** A heap that rows of a stream are in: the table itself, a partition or a child. */
export interface Piece {
  oid: number
  /** What stands after FROM: this heap and nothing below it. */
  from: string
  /** Changes when the table is rewritten, and every row has another place. */
  filenode: string
  pages: number
  /** Bytes of the heap and of what it keeps outside, for each page. */
  pageBytes: number
}

/** Scanning a range of places without reading all pages before it. */
const RANGE_SCANS = 140_000

const BELOW = `
  with recursive family as (
    select $1::oid as oid union select i.inhrelid from family join pg_catalog.pg_inherits i on i.inhparent = family.oid
  ) select c.oid::bigint::text as oid, n.nspname as schema, c.relname as name, c.relkind as kind, pg_relation_filenode(c.oid)::bigint::text as filenode,
      (pg_relation_size(c.oid) / current_setting('block_size')::int)::int as pages, pg_table_size(c.oid)::float8 as bytes,
      c.relrowsecurity as "rowSecurity", has_table_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage') as readable
    from family join pg_catalog.pg_class c on c.oid = family.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace order by c.oid`

interface FamilyRow {
  oid: string
  schema: string
  name: string
  kind: string
  filenode: string | null
  pages: number
  bytes: number
  rowSecurity: boolean
  readable: boolean
}

/**
 * The heaps of a table, each of which can be read by ranges of its pages; null when the table must be read as a whole: a view, a foreign table, an old server,
 * or where only the parent grants the right to read or hides rows.
 */
export async function findPieces({ client, version }: Reading, table: Table): Promise<Piece[] | null> {
  if (version < RANGE_SCANS || !['r', 'm', 'p'].includes(table.kind)) return null
  const { rows } = await client.query<FamilyRow>(BELOW, [table.oid])
  if (rows.length > 1 && rows.some((row) => row.rowSecurity || !row.readable)) return null
  const heaps = rows.filter((row) => row.kind !== 'p')
  if (heaps.some((row) => !['r', 'm'].includes(row.kind) || row.filenode === null)) return null
  return heaps.map((row) => ({
    oid: Number(row.oid),
    from: `only ${quoteName(row.schema)}.${quoteName(row.name)}`,
    filenode: row.filenode ?? '',
    pages: row.pages,
    pageBytes: row.pages === 0 ? 0 : row.bytes / row.pages,
  }))
}

/** Pages from `from` up to and without `to`; null for to the end. */
export function pageRange(from: number, to: number | null): string[] {
  return [...(from > 0 ? [`ctid >= '(${from},0)'`] : []), ...(to === null ? [] : [`ctid < '(${to},0)'`])]
}
