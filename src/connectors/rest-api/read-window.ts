import type { CursorRule } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import type { StreamColumn } from '../connector.ts'
import { compareCursors, lookBack, parseCursor, type CursorValue } from './cursor-value.ts'

/** What is kept between incremental reads. */
export interface RestState {
  version: 1
  /** Highest cursor value read, as canonical text; null when nothing was there yet. */
  cursor: string | null
  kind: CursorValue['kind']
  columns: StreamColumn[]
}

/** The cursor values that a read takes. */
export interface ReadWindow {
  column: string
  nulls: CursorRule['nulls']
  /** Inclusive; null from the beginning. */
  from: CursorValue | null
  /** Exclusive; null to the end. */
  to: CursorValue | null
  /** Highest value of earlier reads: what is above is new, the rest may have been read. Null when nothing was. */
  high: CursorValue | null
  /** Only the window is read, and what the stream has reached stays as it is. */
  backfill: boolean
}

/** The state that an earlier read returned; null when there is none. @throws AtlasError `source.cursor_invalid` for one that is not of this connector */
export function parseState(state: unknown): RestState | null {
  if (state === null || state === undefined) return null
  const { version, cursor, kind, columns } = state as Partial<RestState>
  if (version === 1 && (cursor === null || typeof cursor === 'string'))
    return { version, cursor, kind: kind ?? 'text', columns: columns ?? [] }
  throw new AtlasError(
    'source.cursor_invalid',
    'What was kept of the last read is not understood by this Atlas; read the stream in full once.',
  )
}

/** The window of an incremental read: from the configured start or the last value less the lookback, never before the start. @throws AtlasError `source.cursor_invalid` */
export function readWindow(rule: CursorRule, state: RestState | null): ReadWindow {
  const kind = state === null || state.cursor === null ? undefined : state.kind
  const parse = (text: string | undefined, setting: string): CursorValue | null => {
    if (text === undefined) return null
    const value = parseCursor(text, kind)
    if (value === null)
      throw new AtlasError('source.cursor_invalid', `${setting} is not of the kind that the cursor ${rule.column} has (${kind}).`)
    return value
  }
  const common = { column: rule.column, nulls: rule.nulls }
  if (rule.backfill !== undefined)
    return {
      ...common,
      from: parse(rule.backfill.from, 'backfill.from'),
      to: parse(rule.backfill.to, 'backfill.to'),
      high: null,
      backfill: true,
    }
  const start = parse(rule.start, 'cursor.start')
  const high = state === null || state.cursor === null ? null : parseCursor(state.cursor, state.kind)
  const low = high === null || rule.lookback === undefined ? high : lookBack(high, rule.lookback)
  const from = low === null || (start !== null && compareCursors(start, low) > 0) ? start : low
  return { ...common, from, to: parse(rule.end, 'cursor.end'), high, backfill: false }
}
