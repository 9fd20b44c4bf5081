import { z } from 'zod'

/** RFC 9457 problem details, as every failing endpoint answers (`application/problem+json`). */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'URL of the page that explains the code' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Searchable error code, e.g. `file.not_found`' }),
    detail: z.string(),
    /** What to do about it. */
    next: z.string().optional(),
    retry: z.boolean(),
    retryAfterS: z.number().optional().meta({ description: 'Seconds after which to try again, where it is known' }),
    requestId: z.string().optional(),
    /** Field errors by JSON Pointer. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
