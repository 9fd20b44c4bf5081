import type { CheckResult } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { measureQuality } from '../../quality/measure.ts'
import { proveExpressions } from '../prove-expressions.ts'
import type { RunContext, StreamWork } from '../run-context.ts'

/**
 * Measures the pending chart snapshot.
 * @throws AtlasError `run.blocked` when a blocking check fails or cannot run
 */
export async function check(context: RunContext, work: StreamWork): Promise<{ rowsIn: number; note: string }> {
  const { lake, now } = context.environment
  const { chart, read } = work
  if (chart === null || read === null) throw new Error('check comes after standardise')
  const facts = {
    keys: work.rule.keys,
    sourceRows:
      chart.draft.rows +
      chart.draft.quarantined +
      work.landed.quarantine.reduce((sum, batch) => sum + (batch.stage === 'extract' ? batch.rows : 0), 0),
    quarantinedRows:
      chart.draft.quarantined + work.landed.quarantine.reduce((sum, batch) => sum + (batch.stage === 'extract' ? batch.rows : 0), 0),
    ambiguousDates: work.ambiguousDates,
    now: now(),
    expressions: await proveExpressions(work.rule.checks),
  }
  const relation = sql`(${scanRelation(chart.relation, lake.folder)})`
  const { summary, results } = await lake.session(
    (session) => measureQuality(session, relation, chart.columns, work.rule.checks, facts),
    context.signal,
  )
  work.quality = summary
  work.checks = results
  chart.draft.quality = summary
  chart.draft.checks = results
  refuseBlocked(chart.name, results)
  const failed = results.filter((result) => result.status !== 'passed').length
  return {
    rowsIn: chart.draft.rows,
    note:
      failed === 0 ? `${results.length} checks passed.` : `${failed} of ${results.length} checks did not pass; none of them is blocking.`,
  }
}

/** @throws AtlasError `run.blocked` naming the first check that blocks */
export function refuseBlocked(dataset: string, results: readonly CheckResult[]): void {
  const refusing = results.filter((result) => result.blocking && (result.status === 'failed' || result.status === 'error'))
  const [first] = refusing
  if (first === undefined) return
  const where = first.column === null ? '' : ` on ${first.column}`
  const why =
    first.status === 'error' ? `could not run: ${first.message ?? 'unknown reason'}` : `fails on ${first.failing} of ${first.eligible} rows`
  const others = refusing.length === 1 ? '' : `, and ${refusing.length - 1} more`
  throw new AtlasError(
    'run.blocked',
    `Nothing was published: the blocking check ${first.check}${where} of ${dataset} ${why}${others}. Readers see what they saw before.`,
  )
}
