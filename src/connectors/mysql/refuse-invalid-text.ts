import { isUtf8 } from 'node:buffer'
import type { MysqlColumn } from './column.ts'
import { refusal } from './refused-line.ts'

const [TAB, LINE_FEED] = [0x09, 0x0a]

/** Lines in which every row whose text is not UTF-8 is refused. For the rare block that has such a row. */
export function refuseInvalidText(lines: Uint8Array, columns: readonly MysqlColumn[]): { bytes: Uint8Array; refused: number } {
  const kept: Uint8Array[] = []
  let refused = 0
  for (let from = 0; from < lines.length;) {
    const end = lines.indexOf(LINE_FEED, from) + 1
    const line = lines.subarray(from, end)
    from = end
    if (isUtf8(line)) kept.push(line)
    else {
      kept.push(refuseLine(line, columns))
      refused++
    }
  }
  return { bytes: Buffer.concat(kept), refused }
}

function refuseLine(line: Uint8Array, columns: readonly MysqlColumn[]): Buffer {
  const cells: Buffer[] = []
  for (let from = 0; from < line.length;) {
    const tab = line.indexOf(TAB, from)
    const end = tab === -1 ? line.length - 1 : tab
    cells.push(Buffer.from(line.subarray(from, end)))
    from = end + 1
  }
  // The guard stands first, the cell for a refusal last.
  const values = cells.slice(1, columns.length + 1)
  const bad = values.findIndex((value) => !isUtf8(value))
  const row = columns.map(({ name }, index) => [name, shown(values[index])] as const)
  return refusal(columns, columns[bad]?.name ?? '', 'text that is not UTF-8', Object.fromEntries(row))
}

function shown(cell: Buffer | undefined): string | null {
  const text = cell?.toString('utf8') ?? ''
  return text === '\\N' ? null : text
}
