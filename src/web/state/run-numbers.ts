import type { Run } from '../../contract/runs.ts'
import { between } from '../format/duration.ts'
import { type Measured, type Scope, allRows, measuredByRun } from '../measured.ts'

/** The figures of a run with their receipts: as of its end (or now, while it is open), over all rows it read. */
export function runNumbers(run: Run) {
  const scope: Scope = run.sourceRows === null ? { rows: 0, of: null, how: 'full' } : allRows(run.sourceRows)
  const receipt = { asOf: run.finishedAt ?? run.startedAt ?? run.queuedAt, scope, src: { kind: 'run', id: run.id } } as const
  const of = (value: number | null): Measured<number> => measuredByRun(value, run, receipt)
  return {
    read: of(run.sourceRows),
    published: of(run.publishedRows),
    quarantined: of(run.quarantinedRows),
    deduplicated: of(run.deduplicatedRows),
    discarded: of(run.discardedRows),
    score: of(run.qualityScore),
    piiColumns: of(run.piiColumns),
    worked: of(worked(run)),
    queued: of(queued(run)),
  }
}

/** What its attempts worked, without the pauses between them. */
function worked(run: Run): number | null {
  if (run.state === 'queued') return run.attempt > 0 ? run.workedMs : null
  return run.attempt > 1 && run.finishedAt !== null ? run.workedMs : between(run.startedAt, run.finishedAt)
}

/** All the time in which no attempt was under way. */
function queued(run: Run): number | null {
  if (run.attempt <= 1 || run.state === 'queued') return between(run.queuedAt, run.startedAt)
  const whole = between(run.queuedAt, run.finishedAt ?? run.startedAt)
  return whole === null ? null : Math.max(0, whole - run.workedMs)
}

/** Since when it would have waited, had its waiting been in one piece. */
export function waitsSince(run: Run): string {
  return new Date(Date.parse(run.queuedAt) + run.workedMs).toISOString()
}
