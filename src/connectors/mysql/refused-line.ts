import { COPY_GUARD, copyTextCell } from '../copy-text/copy-text-line.ts'
import type { MysqlColumn } from './column.ts'
import type { RawCell, RawRow } from './session.ts'

/** The line of a row that is refused, from the row as the server sent it. `index` is the column it is refused for. */
export function refusedLine(columns: readonly MysqlColumn[], row: RawRow, index: number, reason: string): Buffer {
  const cells = columns.map((column, at) => [column.name, shownCell(column, row[at] ?? null)] as const)
  return refusal(columns, columns[index]?.name ?? '', reason, Object.fromEntries(cells))
}

/** The line of a refused row in COPY text format: no values, and in the cell after the columns the column, the reason and the row. */
export function refusal(columns: readonly MysqlColumn[], column: string, reason: string, row: Record<string, string | null>): Buffer {
  const cells = columns.map(() => '\t\\N').join('')
  return Buffer.from(`${COPY_GUARD}${cells}\t${copyTextCell(JSON.stringify({ column, reason, row: JSON.stringify(row) }))}\n`)
}

function shownCell({ cell }: MysqlColumn, value: RawCell): string | null {
  if (value === null) return null
  return cell === 'hex' || cell === 'geometry' ? value.toString('hex') : value.toString('utf8')
}
