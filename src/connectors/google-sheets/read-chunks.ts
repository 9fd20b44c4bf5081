import { AtlasError } from '../../core/errors.ts'
import { throwIfCancelled } from '../http/cancelled.ts'
import { writeArea, type Area } from './a1.ts'
import type { Table } from './find-table.ts'
import type { SheetsApi } from './sheets-api.ts'
import type { CellFormat, RawCell } from './sheets-reply.ts'

/** Google recommends answers of at most 2 MB. */
const TARGET_BYTES = 1_500_000
const SLOW_MS = 60_000
const LEAST_ROWS = 10
const FIRST_ROWS = 1000
const MOST_CELLS = 1_000_000
const MOST_RANGES = 40
/** What a cell is expected to take before anything was read, as a value and as a format. */
const VALUE_BYTES = 50
const FORMAT_BYTES = 72

/** Rows that follow each other, as Google gave them. */
export interface Chunk {
  /** Number of the first row in the sheet, from 1. */
  firstRow: number
  /** Number of the last row that was asked for. */
  lastRow: number
  /** Cells from the first column of the area on; trailing rows and cells without a value are left out. */
  rows: RawCell[][]
  /** Size of the answer. */
  bytes: number
}

/**
 * Reads an area from top to bottom in pieces that grow and shrink with the size and the time of the answers. A piece is passed by only when it was answered in full:
 * one that fails is asked for again, smaller when it took too long.
 * @param rowBytes size of a row's answer at most, where it is known
 */
export async function* readChunks(
  api: SheetsApi,
  table: Pick<Table, 'title' | 'area'>,
  signal: AbortSignal,
  rowBytes?: number,
): AsyncGenerator<Chunk> {
  const { title, area } = table
  const width = area.lastColumn - area.firstColumn + 1
  const most = Math.max(LEAST_ROWS, Math.floor(MOST_CELLS / width))
  const expected =
    rowBytes === undefined ? Math.min(FIRST_ROWS, TARGET_BYTES / (VALUE_BYTES * width)) : TARGET_BYTES / Math.max(1, rowBytes)
  let rows = clamp(Math.floor(expected), LEAST_ROWS, most)
  for (let firstRow = area.firstRow; firstRow <= area.lastRow;) {
    throwIfCancelled(signal)
    const lastRow = Math.min(firstRow + rows - 1, area.lastRow)
    const answer = await api.values([writeArea(title, { ...area, firstRow, lastRow })]).catch((error: unknown) => {
      if (!(error instanceof AtlasError) || error.code !== 'source.timeout' || rows <= LEAST_ROWS) throw error
      return null
    })
    if (answer === null) {
      rows = Math.max(LEAST_ROWS, Math.floor(rows / 4))
      continue
    }
    yield { firstRow, lastRow, rows: checkedRows(answer.blocks[0] ?? [], lastRow - firstRow + 1, width), bytes: answer.bytes }
    firstRow = lastRow + 1
    const fits = answer.ms > SLOW_MS ? 0.5 : TARGET_BYTES / Math.max(answer.bytes, 1)
    rows = clamp(Math.floor(rows * clamp(fits, 0.25, 4)), LEAST_ROWS, most)
  }
}

/** Looks up the formats of some columns of a chunk. */
export interface FormatReader {
  /** Formats by row (counted from the chunk's first) and place in the area. */
  read(chunk: Chunk, columns: readonly number[]): Promise<(row: number, at: number) => CellFormat | undefined>
}

/** Reads number formats and errors in pieces of their own size, for the columns that need them alone. */
export function openFormats(api: SheetsApi, { title, area }: Pick<Table, 'title' | 'area'>, signal: AbortSignal): FormatReader {
  let cellBytes = FORMAT_BYTES
  return {
    read: async (chunk, columns) => {
      const runs = runsOf(columns)
      const pieces: { from: number; grids: (CellFormat | undefined)[][][] }[] = []
      let rows = clamp(Math.floor(TARGET_BYTES / (cellBytes * Math.max(1, columns.length))), LEAST_ROWS, MOST_CELLS)
      for (let from = 0; columns.length > 0 && from < chunk.rows.length;) {
        throwIfCancelled(signal)
        const to = Math.min(from + rows, chunk.rows.length)
        const lines: Pick<Area, 'firstRow' | 'lastRow'> = { firstRow: chunk.firstRow + from, lastRow: chunk.firstRow + to - 1 }
        const ranges = runs.map(([first, last]) =>
          writeArea(title, { ...lines, firstColumn: area.firstColumn + first, lastColumn: area.firstColumn + last }),
        )
        const answer = await api.formats(ranges).catch((error: unknown) => {
          if (!(error instanceof AtlasError) || error.code !== 'source.timeout' || rows <= LEAST_ROWS) throw error
          return null
        })
        if (answer === null) {
          rows = Math.max(LEAST_ROWS, Math.floor(rows / 4))
          continue
        }
        pieces.push({ from, grids: answer.blocks })
        cellBytes = clamp(answer.bytes / ((to - from) * columns.length), 4, 500)
        from = to
      }
      return (row, at) => {
        const piece = pieces.findLast((one) => one.from <= row)
        const run = runs.findIndex(([first, last]) => at >= first && at <= last)
        return piece?.grids[run]?.[row - piece.from]?.[at - (runs[run]?.[0] ?? 0)]
      }
    },
  }
}

/** Ascending numbers as runs without a gap: 1,2,3,7 → [1,3],[7,7]. */
export function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  // Each run stands in the address of a request, which must not grow without end.
  return runs.length <= MOST_RANGES ? runs : [[runs[0]?.[0] ?? 0, runs.at(-1)?.[1] ?? 0]]
}

/** @throws AtlasError `source.unexpected_answer` when there are more rows or cells than were asked for, or one that is none */
function checkedRows(rows: unknown[], mostRows: number, width: number): RawCell[][] {
  const isCell = (cell: unknown): boolean => typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
  const isRow = (row: unknown): row is RawCell[] => Array.isArray(row) && row.length <= width && row.every(isCell)
  if (rows.length <= mostRows && rows.every(isRow)) return rows
  throw new AtlasError(
    'source.unexpected_answer',
    `Google answered with rows that are not what was asked for (${mostRows} rows of ${width} cells).`,
  )
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
