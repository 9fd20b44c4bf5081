import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { COPY_GUARD } from '../copy-text/copy-text-line.ts'
import type { MysqlColumn } from './column.ts'
import { isRealDay } from './real-day.ts'
import { refuseInvalidText } from './refuse-invalid-text.ts'
import { refusedLine } from './refused-line.ts'
import type { RawCell, RawRow } from './session.ts'
import { writeEscaped, writeHex, writePlain } from './write-cell.ts'

/** Lines in COPY text format: the row's cells, then an empty cell, or one that says why the row is refused (then its other cells are empty). */
export interface Block {
  /** Valid until the encoder's next `take`. */
  bytes: Uint8Array
  rows: number
  refused: number
}

export interface RowEncoder {
  /** Adds a row; cells after the columns are not written. */
  add(row: RawRow): void
  /** Bytes waiting. */
  readonly length: number
  /** What was added since the last time. */
  take(): Block
  /** Per column, values that are no day (0000-00-00, 2021-00-00) and became NULL. */
  readonly noDays: ReadonlyMap<string, number>
  /** Fingerprints of refused rows, as many as are kept. */
  readonly refusedRows: ReadonlySet<string>
  /** Rows left out because they were refused before. */
  readonly skipped: number
}

/** So many fingerprints of refused rows are kept from one read to the next. */
const REMEMBERED = 1000

const TAB = 0x09
const LINE_FEED = 0x0a
const PLUS = 0x2b
const ZERO = 0x30
const ONE = 0x31
const CAPITAL_N = 0x4e
const BACKSLASH = 0x5c
const GUARD = COPY_GUARD.charCodeAt(0)
/** More than is written for a row besides its cells' bytes, from one cell to the next. */
const ROOM = 16
/** Bytes before the number in a geometry: the id of its reference system. The rest is WKB. */
const SRID_BYTES = 4

/** Turns rows as the server sent them into lines that DuckDB reads: byte by byte, without a number or date of JavaScript in between. */
export function createRowEncoder(columns: readonly MysqlColumn[], refusedBefore: ReadonlySet<string> = new Set()): RowEncoder {
  const kinds = columns.map(({ cell }) => cell)
  const nullable = columns.map((column) => column.nullable)
  const noDays = new Map<string, number>()
  let buffer = Buffer.allocUnsafe(2 << 20)
  let spare = Buffer.allocUnsafe(2 << 20)
  const refusedRows = new Set<string>()
  let [at, rows, refused, skipped] = [0, 0, 0, 0]

  const grow = (needed: number) => {
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + needed))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  const nothing = () => {
    buffer[at++] = BACKSLASH
    buffer[at++] = CAPITAL_N
  }
  /** Writes a cell; says why the row has to be refused, if so. */
  const write = (cell: Buffer, index: number): string | null => {
    switch (kinds[index]) {
      case 'plain':
        at = writePlain(buffer, at, cell)
        return null
      case 'text':
        at = writeEscaped(buffer, at, cell)
        return null
      case 'hex':
        at = writeHex(buffer, at, cell, 0)
        return null
      case 'geometry':
        at = writeHex(buffer, at, cell, SRID_BYTES)
        return null
      case 'boolean':
        if (cell.length !== 1 || (cell[0] !== ZERO && cell[0] !== ONE)) return 'neither 0 nor 1'
        at = writePlain(buffer, at, cell)
        return null
      default:
        return day(cell, index)
    }
  }
  const day = (cell: Buffer, index: number): string | null => {
    if (isRealDay(cell)) {
      at = writePlain(buffer, at, cell)
      if (kinds[index] === 'instant') {
        buffer[at++] = PLUS
        buffer[at++] = ZERO
        buffer[at++] = ZERO
      }
      return null
    }
    if (nullable[index] !== true) return 'no day of the calendar, in a column that must have a value'
    const name = columns[index]?.name ?? ''
    noDays.set(name, (noDays.get(name) ?? 0) + 1)
    nothing()
    return null
  }
  const refuse = (row: RawRow, index: number, reason: string) => {
    const line = refusedLine(columns, row, index, reason)
    const fingerprint = hash('sha1', line).slice(0, 16)
    if (refusedRows.size < REMEMBERED) refusedRows.add(fingerprint)
    if (refusedBefore.has(fingerprint)) {
      rows--
      skipped++
      return
    }
    if (at + line.length > buffer.length) grow(line.length)
    at += line.copy(buffer, at)
    refused++
  }

  return {
    noDays,
    refusedRows,
    get skipped() {
      return skipped
    },
    get length() {
      return at
    },
    add(row) {
      const start = at
      rows++
      if (at + ROOM > buffer.length) grow(ROOM)
      buffer[at++] = GUARD
      for (let index = 0; index < kinds.length; index++) {
        const cell = row[index] as RawCell
        // Twice the bytes for escapes or hex digits, and what stands around a cell and at the end of a line.
        const needed = cell === null ? ROOM : ROOM + 2 * cell.length
        if (at + needed > buffer.length) grow(needed)
        buffer[at++] = TAB
        const reason = cell === null ? nothing() : write(cell, index)
        if (typeof reason === 'string') {
          at = start
          refuse(row, index, reason)
          return
        }
      }
      buffer[at++] = TAB
      buffer[at++] = LINE_FEED
    },
    take() {
      const bytes = buffer.subarray(0, at)
      const block = { bytes, rows, refused }
      ;[buffer, spare] = [spare, buffer]
      ;[at, rows, refused] = [0, 0, 0]
      if (isUtf8(bytes)) return block
      const checked = refuseInvalidText(bytes, columns)
      return { bytes: checked.bytes, rows: block.rows, refused: block.refused + checked.refused }
    },
  }
}
