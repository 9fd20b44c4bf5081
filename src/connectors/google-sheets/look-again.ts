import { id, join, sql } from '../../core/sql.ts'
import type { Landing, ReadContext } from '../connector.ts'
import { writeArea, type Area } from './a1.ts'
import { rawText } from './encode-cell.ts'
import type { Table } from './find-table.ts'
import { openLineFile } from './line-file.ts'
import { readChunks } from './read-chunks.ts'
import type { SheetsApi } from './sheets-api.ts'
import type { RawCell } from './sheets-reply.ts'
import { stagedRows, type StagedColumn, type StagedTable } from './stage-table.ts'

/** What a second look at the sheet says. */
export interface SecondLook {
  /** What has changed since it was read; null when nothing has, as far as can be seen. */
  changed: string | null
  /** The column that was read a second time, by its place. */
  witness: number | null
  /** Rows by that second reading; null where the column has gaps. */
  counted: number | null
}

const MOST_WITNESSES = 50

/**
 * Looks at a sheet again after it was read: the header, whether the last row is still the last, and the column that tells rows apart best, in every row. Rows that were
 * added, taken out, moved or sorted meanwhile show in it; a cell changed in another column does not (Drive's version tells that).
 * @param passed columns that changed at an earlier look, and are calculated anew each time perhaps
 */
export async function lookAgain(
  api: SheetsApi,
  table: Table,
  staged: StagedTable,
  landing: Pick<Landing, 'rows'>,
  context: ReadContext,
  passed: ReadonlySet<number>,
): Promise<SecondLook> {
  const frame = await frameChange(api, table, staged)
  if (frame !== null) return { changed: frame, witness: null, counted: null }
  const witness = await chooseWitness(staged, landing, passed)
  if (witness === null) return { changed: null, witness: null, counted: staged.rows === 0 ? 0 : null }
  const again = await readAgain(api, table, staged, witness, context)
  const [found] = await landing.rows(sql`
    select count(*) filter (where again.w is not null)::bigint as held,
      count(*) filter (where again.w is distinct from staged.w)::bigint as different
    from (select r, substr(${id(`c${witness.at}`)}, 2) as w from (${stagedRows(staged)})) staged
    full join (select * from read_json(${again}, format = 'newline_delimited', columns = {r: 'BIGINT', w: 'VARCHAR'}, maximum_object_size = ${Math.max(1 << 24, staged.longestLine * 4)})) again
      using (r)`)
  const different = Number(found?.['different'])
  const changed = different === 0 ? null : `${different} rows read otherwise in the column ${JSON.stringify(witness.name)}`
  const isWhole = witness.facts.filled === staged.rows
  return { changed, witness: witness.place, counted: isWhole ? Number(found?.['held']) : null }
}

async function frameChange(api: SheetsApi, { title, area, isOpen }: Table, staged: StagedTable): Promise<string | null> {
  const across: Pick<Area, 'firstColumn' | 'lastColumn'> = { firstColumn: area.firstColumn, lastColumn: area.lastColumn }
  const { header } = staged
  const lastRow = Math.max(staged.lastFilledRow, header?.row ?? 0, area.firstRow)
  const tail = writeArea(title, { ...across, firstRow: lastRow, lastRow: isOpen ? null : area.lastRow })
  const top = header === null ? [] : [writeArea(title, { ...across, firstRow: header.row, lastRow: header.row })]
  const { blocks } = await api.values([tail, ...top])
  if ((blocks[0] ?? []).slice(1).some((row) => row.some((cell) => cell !== ''))) return `rows were added below row ${lastRow}`
  if (header !== null && JSON.stringify(trim(blocks[1]?.[0])) !== JSON.stringify(trim(header.cells)))
    return `the header in row ${header.row} is another`
  return null
}

function trim(row: readonly RawCell[] | undefined): RawCell[] {
  const cells = row ?? []
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}

/** The column without gaps that has most different values; one with gaps when there is no other. */
async function chooseWitness(
  staged: StagedTable,
  landing: Pick<Landing, 'rows'>,
  passed: ReadonlySet<number>,
): Promise<StagedColumn | null> {
  // Errors are staged as nothing, columns as shown by their text, and filled ones have values that the sheet does not give: none of them reads the same again.
  const able = staged.columns.filter(
    ({ facts, isShown, place }) => facts.filled > 0 && facts.errors === 0 && !isShown && !facts.isFilledDown && !passed.has(place),
  )
  const whole = able.filter(({ facts }) => facts.filled === staged.rows)
  const candidates = (whole.length > 0 ? whole : able).slice(0, MOST_WITNESSES)
  if (candidates.length <= 1) return candidates[0] ?? null
  const [counts] = await landing.rows(
    sql`select ${join(candidates.map(({ at }) => sql`approx_count_distinct(${id(`c${at}`)}) as ${id(`c${at}`)}`))} from (${stagedRows(staged)})`,
  )
  const distinct = ({ at }: StagedColumn): number => Number(counts?.[`c${at}`])
  return candidates.reduce((best, one) => (distinct(one) > distinct(best) ? one : best))
}

async function readAgain(api: SheetsApi, table: Table, staged: StagedTable, witness: StagedColumn, context: ReadContext): Promise<string> {
  const file = `${staged.file}.again`
  const lines = await openLineFile(file)
  const { place } = witness
  const firstRow = (staged.header?.row ?? table.area.firstRow - 1) + 1
  const area = { ...table.area, firstRow, firstColumn: place, lastColumn: place }
  const lastRow = Math.max(firstRow, staged.lastFilledRow)
  try {
    // No cell of a column takes more than its row did.
    const rowBytes = staged.bytes / Math.max(1, staged.rows)
    for await (const chunk of readChunks(api, { title: table.title, area: { ...area, lastRow } }, context.signal, rowBytes)) {
      for (const [index, row] of chunk.rows.entries()) {
        const text = rawText(row[0] ?? '')
        if (text !== null) await lines.add(JSON.stringify({ r: chunk.firstRow + index, w: text }))
      }
    }
  } finally {
    await lines.close()
  }
  return file
}
