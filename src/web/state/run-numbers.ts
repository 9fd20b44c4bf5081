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
    worked: of(between(run.startedAt, run.finishedAt)),
    queued: of(between(run.queuedAt, run.startedAt)),
  }
}
