import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'

/** How far an incremental read has come. Stays this small whatever the rows. */
export interface CursorState {
  version: 1
  column: string
  /** The highest value read, as Postgres prints it in a pinned session; null when no row had one. */
  cursor: string | null
  /** Rows may become visible late from this value on: the begin of the oldest transaction that was open. */
  low?: string
  /** Rows may become visible late that this transaction or a later one wrote. */
  since?: string
}

/** States of every version so far; before the first one a bare cursor was all there was. */
const Known = z.union([
  z
    .object({
      version: z.literal(1).optional(),
      column: z.string().optional(),
      cursor: z.union([z.string(), z.number()]).nullable(),
      low: z.string().nullish(),
      since: z.string().regex(/^\d+$/).nullish(),
    })
    .transform((state) => ({ ...state, cursor: state.cursor === null ? null : String(state.cursor) })),
  z
    .union([z.string(), z.number()])
    .transform((cursor) => ({ column: undefined, cursor: String(cursor), low: undefined, since: undefined })),
])

/**
 * The state of an earlier run in today's form; null the first time.
 * @throws AtlasError `source.cursor_invalid` when it is none that this Atlas knows
 */
export function parseState(state: unknown, column: string): CursorState | null {
  if (state === null || state === undefined) return null
  const known = Known.safeParse(state)
  if (!known.success)
    throw new AtlasError('source.cursor_invalid', 'How far the stream was read is kept in a form that this Atlas does not know.', {
      next: 'Use the version of Atlas that wrote it or a newer one, or read the stream in full once.',
    })
  const { cursor, low, since } = known.data
  return makeState(known.data.column ?? column, cursor, low ?? null, since ?? null)
}

/** Always with its keys in the same order, so that the same state is the same text. */
export function makeState(column: string, cursor: string | null, low: string | null, since: string | null): CursorState {
  return { version: 1, column, cursor, ...(low === null ? {} : { low }), ...(since === null ? {} : { since }) }
}
