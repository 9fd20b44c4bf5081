import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Preview } from '../connector.ts'
import { columnType } from './column-type.ts'
import { serialText, type NumberKind } from './serial-date.ts'
import type { StagedTable } from './stage-table.ts'

const KINDS: Record<string, NumberKind> = { n: 'number', d: 'date', m: 'dateTime', t: 'time', e: 'elapsed' }

/** The staged rows as text, with the types that these rows alone suggest. For the few rows of a preview only. */
export async function previewTable(staged: StagedTable): Promise<Preview> {
  const rows: (string | null)[][] = []
  for await (const line of createInterface({ input: createReadStream(staged.file, 'utf8'), crlfDelay: Infinity })) {
    const cells = JSON.parse(line) as Record<string, string | undefined>
    rows.push(staged.columns.map(({ at }) => shownCell(cells[`c${at}`])))
  }
  return { columns: staged.columns.map(({ name, facts }) => ({ name, type: columnType(facts).type })), rows }
}

function shownCell(cell: string | undefined): string | null {
  if (cell === undefined) return null
  const value = cell.slice(1)
  const kind = KINDS[cell[0] ?? '']
  if (cell[0] === 'b') return value === 't' ? 'true' : 'false'
  return kind === undefined ? value : serialText(Number(value), kind)
}
