import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'

/** A stretch of cursor values [from, to) that could not be read, or was read in part. */
const Gap = z.object({ from: z.string().nullable(), to: z.string() })
export type Gap = z.infer<typeof Gap>

/** What a read by the cursor hands to the next one. Everything up to `cursor` has been read, save the gaps. */
export const ReadState = z.object({
  version: z.literal(1).default(1),
  field: z.string().optional(),
  cursor: z.string(),
  gaps: z.array(Gap).optional(),
  /** Rows that lay before `before` when it was last counted, and how many have turned up there since. */
  settled: z.object({ before: z.string(), rows: z.number(), late: z.number().default(0) }).optional(),
  /** When the fields that change without a stamp were last compared, by the organisation's clock. */
  comparedAt: z.string().optional(),
})
export type ReadState = z.infer<typeof ReadState>

/**
 * The state of the last read; null before the first.
 * @throws AtlasError `source.cursor_invalid` when it is not one of this connector's, or of another cursor field
 */
export function parseState(state: unknown, field: string): ReadState | null {
  if (state === null || state === undefined) return null
  const parsed = ReadState.safeParse(state)
  if (!parsed.success)
    throw new AtlasError('source.cursor_invalid', 'What the last read left behind cannot be read on from. Read the stream in full once.')
  if (parsed.data.field !== undefined && parsed.data.field !== field)
    throw new AtlasError(
      'source.cursor_invalid',
      `The stream was read by ${parsed.data.field} until now and is to be read by ${field}. Read it in full once.`,
    )
  return parsed.data
}
