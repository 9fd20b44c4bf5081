import type { LakeSession } from '../lake/lake.ts'
import type { RunContext } from './run-context.ts'

const EVERY_MS = 250

/**
 * While `work` goes on, tells listeners how far DuckDB is with its statement. Only for work that is one long statement over a known total: what
 * is shown never goes back.
 * @param total bytes or rows that the statement goes through; null when nobody knows, and then nothing is told
 */
export async function withProgress<T>(
  context: RunContext,
  session: LakeSession,
  total: { bytes: number | null } | { rows: number },
  work: () => Promise<T>,
): Promise<T> {
  const whole = 'rows' in total ? total.rows : total.bytes
  if (whole === null || whole === 0) return work()
  let furthest = 0
  const timer = setInterval(() => {
    furthest = Math.max(furthest, session.progress())
    const done = Math.min(whole, Math.floor((whole * furthest) / 100))
    if (done > 0)
      context.recorder.progress('rows' in total ? { rows: done, bytes: null, total: whole } : { rows: null, bytes: done, total: whole })
  }, EVERY_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
