import type { CellFormat } from './sheets-reply.ts'

/** What a number in a cell is, by the cell's own number format. */
export type NumberKind = 'number' | 'date' | 'dateTime' | 'time' | 'elapsed'

const DAY_MS = 86_400_000
/** Milliseconds from 1899-12-30, day 0 of a sheet, to 1970-01-01. Sheets has no 29 February 1900. */
export const DAY_ZERO_MS = -2_209_161_600_000
/** Serials of 0001-01-01 and of the day after 9999-12-31: beyond them a number is no date, however it is shown. */
const FIRST_DAY = -693_593
const END_DAY = 2_958_466

/** The kind of a number with this format. */
export function numberKind(value: number, format: CellFormat | undefined): NumberKind {
  const { type, pattern = '' } = format?.effectiveFormat?.numberFormat ?? {}
  if (type !== 'DATE' && type !== 'TIME' && type !== 'DATE_TIME') return 'number'
  if (/\[(h+|m+|s+)(\+)?\]/i.test(pattern) && type !== 'DATE') return Math.abs(value) < 1e9 ? 'elapsed' : 'number'
  if (value < FIRST_DAY || value >= END_DAY) return 'number'
  if (type === 'DATE') return 'date'
  return type === 'TIME' ? 'time' : 'dateTime'
}

/** A number of days as text, to the millisecond: `2002-12-31`, `2023-01-01 18:00:00`, `12:00:00`, `25:30:00`. */
export function serialText(value: number, kind: NumberKind): string {
  if (kind === 'number') return String(value)
  const ms = Math.round(value * DAY_MS)
  if (kind === 'elapsed') return `${ms < 0 ? '-' : ''}${clock(Math.abs(ms))}`
  const inDay = ((ms % DAY_MS) + DAY_MS) % DAY_MS
  if (kind === 'time' && ms >= 0 && ms < DAY_MS) return clock(ms)
  const date = new Date(DAY_ZERO_MS + ms - inDay).toISOString().slice(0, 10)
  return kind === 'date' && inDay === 0 ? date : `${date} ${clock(inDay)}`
}

/** Milliseconds in a day that a serial stands for; whole days have none. */
export function isWholeDay(value: number): boolean {
  return Math.round(value * DAY_MS) % DAY_MS === 0
}

/** Whether a serial is a time of day, midnight to the last millisecond. */
export function isTimeOfDay(value: number): boolean {
  const ms = Math.round(value * DAY_MS)
  return ms >= 0 && ms < DAY_MS
}

function clock(ms: number): string {
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0')
  const text = `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}`
  return ms % 1000 === 0 ? text : `${text}.${pad(ms % 1000, 3)}`
}
