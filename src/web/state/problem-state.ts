import { ProblemError } from '../../client/problem-error.ts'
import type { Measured } from '../measured.ts'

/** What a failed answer means for a value that hangs on it: denied, or failed with the reason. */
export function problemState(error: unknown): Measured<never> {
  if (error instanceof ProblemError) return error.status === 403 ? { s: 'denied' } : { s: 'failed', error: error.problem }
  return {
    s: 'failed',
    error: {
      type: '/docs#web.fault',
      title: 'This part of the page has a fault',
      status: 0,
      code: 'web.fault',
      detail: String(error),
      retry: false,
    },
  }
}
