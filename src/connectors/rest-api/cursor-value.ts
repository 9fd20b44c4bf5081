import { AtlasError } from '../../core/errors.ts'

/** A value of a cursor column in a form that can be compared: an instant in microseconds since 1970 (UTC), a number, or a text. */
export type CursorValue =
  | { kind: 'time'; us: bigint; /** The source writes it with an offset. */ aware: boolean }
  /** `digits` / 10^`scale`. */
  | { kind: 'number'; digits: bigint; scale: number }
  | { kind: 'text'; text: string }

const TIME = /^(\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i
const NUMBER = /^-?\d{1,38}(?:\.(\d{1,38}))?$/

/** Reads a text as an ISO 8601 instant (UTC unless it has an offset), a number, or else as it stands. @param kind what it has to be, where that is known */
export function parseCursor(text: string, kind?: CursorValue['kind']): CursorValue | null {
  if (kind === 'text') return { kind, text }
  const number = kind === 'time' ? null : NUMBER.exec(text)
  if (number !== null) return { kind: 'number', digits: BigInt(text.replace('.', '')), scale: (number[1] ?? '').length }
  const time = kind === 'number' ? null : TIME.exec(text.trim())
  if (time !== null) return parseTime(time)
  return kind === undefined ? { kind: 'text', text } : null
}

function parseTime([, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset]: RegExpExecArray): CursorValue {
  const ms = Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  // Date.UTC takes years below 100 for those of the last century.
  const date = new Date(ms)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const us = BigInt(date.getTime()) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return { kind: 'time', us: us - BigInt(offsetMinutes(offset)) * 60_000_000n, aware: offset !== undefined }
}

function offsetMinutes(offset: string | undefined): number {
  if (offset === undefined || offset.toUpperCase() === 'Z') return 0
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0')
  return (offset.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)))
}

/** The canonical text that is kept in the state: always the same for the same value. */
export function cursorText(value: CursorValue): string {
  if (value.kind === 'text') return value.text
  if (value.kind === 'time') return `${isoOf(value.us)}${value.aware ? 'Z' : ''}`
  const negative = value.digits < 0n
  const digits = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, '0')
  const fraction = value.scale === 0 ? '' : digits.slice(-value.scale).replace(/0+$/, '')
  return `${negative ? '-' : ''}${digits.slice(0, digits.length - value.scale)}${fraction === '' ? '' : `.${fraction}`}`
}

function isoOf(us: bigint): string {
  const seconds = floorDiv(us, 1_000_000n)
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}.${(us - seconds * 1_000_000n).toString().padStart(6, '0')}`
}

function floorDiv(value: bigint, by: bigint): bigint {
  const whole = value / by
  return value % by < 0n ? whole - 1n : whole
}

/** Less than zero when `one` comes before `other`. @throws AtlasError `source.cursor_invalid` when they are of different kinds */
export function compareCursors(one: CursorValue, other: CursorValue): number {
  if (one.kind === 'time' && other.kind === 'time') return one.us < other.us ? -1 : Number(one.us > other.us)
  if (one.kind === 'text' && other.kind === 'text') return one.text < other.text ? -1 : Number(one.text > other.text)
  if (one.kind === 'number' && other.kind === 'number') {
    const [a, b] = [one.digits * 10n ** BigInt(other.scale), other.digits * 10n ** BigInt(one.scale)]
    return a < b ? -1 : Number(a > b)
  }
  throw new AtlasError(
    'source.cursor_invalid',
    `The cursor is of the kind ${one.kind} here and of the kind ${other.kind} there; read the stream in full once.`,
  )
}

const UNIT_US: Record<string, bigint> = { s: 1_000_000n, min: 60_000_000n, h: 3_600_000_000n, d: 86_400_000_000n }

/**
 * The value that lies `lookback` before another.
 * @param lookback a time such as `2h`, or a number for numbers
 * @throws AtlasError `source.cursor_invalid` when it does not go with the kind of the cursor
 */
export function lookBack(value: CursorValue, lookback: string): CursorValue {
  const [, amount = '0', unit] = /^([\d.]+)\s*(s|min|h|d)?$/.exec(lookback) ?? []
  if (value.kind === 'time' && unit !== undefined) {
    const us = BigInt(Math.round(Number(amount) * Number(UNIT_US[unit])))
    return { ...value, us: value.us - us }
  }
  const back = unit === undefined ? parseCursor(amount, 'number') : null
  if (value.kind === 'number' && back?.kind === 'number') {
    const scale = Math.max(value.scale, back.scale)
    const scaled = (one: { digits: bigint; scale: number }): bigint => one.digits * 10n ** BigInt(scale - one.scale)
    return { kind: 'number', digits: scaled(value) - scaled(back), scale }
  }
  throw new AtlasError('source.cursor_invalid', `A lookback of ${lookback} does not go with a cursor that is a ${value.kind}.`, {
    next:
      value.kind === 'text' ? 'Leave the lookback out.' : 'Use a time such as 30s, 10min, 2h or 1d for instants, and a number for numbers.',
  })
}

export type CursorFormat = 'iso' | 'iso_ms' | 'date' | 'datetime' | 'epoch' | 'epoch_ms' | 'value'

const STEP_US: Record<CursorFormat, bigint> = {
  iso: 1n,
  iso_ms: 1000n,
  date: 86_400_000_000n,
  datetime: 1_000_000n,
  epoch: 1_000_000n,
  epoch_ms: 1000n,
  value: 1n,
}

/**
 * A cursor value as the API wants it. A format that is coarser than the value is rounded away from the window, so that nothing is left out.
 * @param edge the value begins the window, begins it and is itself left out by the API, or ends it
 */
export function sentCursor(value: CursorValue, format: CursorFormat, edge: 'from' | 'after' | 'to'): string {
  if (value.kind === 'text') return value.text
  if (value.kind === 'number') return cursorText(edge === 'after' ? oneLess(value) : value)
  const step = STEP_US[format]
  const floor = floorDiv(value.us, step) * step
  const us = edge === 'to' ? (floor < value.us ? floor + step : floor) : edge === 'after' ? floor - (step < 1000n ? 1000n : step) : floor
  return formatTime({ ...value, us }, format)
}

function oneLess(value: Extract<CursorValue, { kind: 'number' }>): CursorValue {
  return { ...value, digits: value.digits - 10n ** BigInt(value.scale) }
}

function formatTime(value: Extract<CursorValue, { kind: 'time' }>, format: CursorFormat): string {
  const iso = isoOf(value.us)
  const zone = value.aware ? 'Z' : ''
  if (format === 'epoch') return (value.us / 1_000_000n).toString()
  if (format === 'epoch_ms') return (value.us / 1000n).toString()
  if (format === 'date') return iso.slice(0, 10)
  if (format === 'datetime') return iso.slice(0, 19).replace('T', ' ')
  if (format === 'iso_ms') return `${iso.slice(0, 23)}${zone}`
  return `${iso.replace(/\.?0+$/, '')}${zone}`
}
