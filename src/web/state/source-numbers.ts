import type { Source, SourceRun } from '../../contract/sources.ts'
import { type Measured, type Scope, allRows, measuredByRun } from '../measured.ts'

/** The figures of a source's run with their receipts. */
export function sourceRunNumbers(run: SourceRun) {
  const scope: Scope = run.sourceRows === null ? { rows: 0, of: null, how: 'full' } : allRows(run.sourceRows)
  const receipt = { asOf: run.finishedAt ?? run.queuedAt, scope, src: { kind: 'run', id: run.runId } } as const
  const of = (value: number | null): Measured<number> => measuredByRun(value, { id: run.runId, state: run.state }, receipt)
  return { read: of(run.sourceRows), published: of(run.publishedRows), quarantined: of(run.quarantinedRows), worked: of(run.durationMs) }
}

/** The figures of a source: those of its last run, and never when there was none. */
export function sourceNumbers(source: Source): ReturnType<typeof sourceRunNumbers> {
  if (source.lastRun !== null) return sourceRunNumbers(source.lastRun)
  const never: Measured<number> = { s: 'never' }
  return { read: never, published: never, quarantined: never, worked: never }
}
