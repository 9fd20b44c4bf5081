import path from 'node:path'
import type { QuarantinedRow, RowPage } from '../contract/datasets.ts'
import { AtlasError } from '../core/errors.ts'
import { id, join, literal, raw, sql, type Sql } from '../core/sql.ts'
import type { Lake } from '../lake/lake.ts'
import { scanRelation } from '../lake/relation.ts'
import { type PinnedSnapshot, snapshotName } from '../store/snapshots.ts'

interface Page {
  limit: number
  offset: number
  /** Column, with a leading `-` for descending. */
  sort?: string | undefined
}

/** One page of a snapshot's rows, cells as text. @throws AtlasError `dataset.column_not_found` */
export async function readRows(lake: Lake, pinned: PinnedSnapshot, page: Page, signal: AbortSignal): Promise<RowPage> {
  const columns = pinned.columns.map(({ name, type }) => ({ name, type }))
  const query = page.sort === undefined ? inOrder(lake, pinned, page) : sorted(lake, pinned, page, page.sort)
  const rows = columns.length === 0 ? [] : await lake.session((session) => session.textRows(query), signal)
  return { snapshotId: snapshotName(pinned.snapshotId), columns, rows, offset: page.offset, total: pinned.rows }
}

function inOrder(lake: Lake, pinned: PinnedSnapshot, { limit, offset }: Page): Sql {
  return sql`select * from (${lake.scan(pinned)}) limit ${limit} offset ${offset}`
}

/** Equal values are put in the order of their file and row, so that a row stands on one page and no other. */
function sorted(lake: Lake, pinned: PinnedSnapshot, { limit, offset }: Page, sort: string): Sql {
  const descending = sort.startsWith('-') && !pinned.columns.some(({ name }) => name === sort)
  const wanted = descending ? sort.slice(1) : sort
  const column = pinned.columns.find(({ name }) => name === wanted)
  if (column === undefined) {
    const known = pinned.columns.map(({ name }) => name).slice(0, 20)
    throw new AtlasError(
      'dataset.column_not_found',
      `${pinned.name} has no column "${wanted}"; it has: ${known.join(', ')}${pinned.columns.length > 20 ? ', …' : ''}.`,
    )
  }
  const taken = new Set(pinned.columns.map(({ name }) => name.toLowerCase()))
  const ties = ['filename', 'file_row_number'].filter((name) => !taken.has(name))
  const order = [sql`${id(column.name)} ${raw(descending ? 'desc' : 'asc')} nulls last`, ...ties.map((name) => id(name))]
  const names = join(pinned.columns.map(({ name }) => id(name)))
  return sql`select ${names} from (${scanRelation(pinned, lake.folder, pinned.files.length === 0 ? [] : ties)})
    order by ${join(pinned.files.length === 0 ? order.slice(0, 1) : order)} limit ${limit} offset ${offset}`
}

/** Rows of a quarantine batch. @param withRows false leaves the rows themselves out: they are never even read */
export async function readQuarantinedRows(
  lake: Lake,
  batchPath: string,
  { limit, offset, withRows }: { limit: number; offset: number; withRows: boolean },
  signal: AbortSignal,
): Promise<QuarantinedRow[]> {
  const row = withRows ? id('row') : sql`null`
  const file = literal(path.join(lake.folder, batchPath))
  const rows = await lake.session(
    (session) =>
      session.textRows(
        sql`select file, line, column_name, reason, ${row} as "row" from read_parquet(${file}) limit ${limit} offset ${offset}`,
      ),
    signal,
  )
  return rows.map(([name = null, line = null, column = null, reason, cells = null]) => ({
    file: name,
    line: line === null ? null : Number(line),
    column,
    reason: reason ?? '',
    row: cells,
  }))
}
