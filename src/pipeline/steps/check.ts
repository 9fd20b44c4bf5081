import type { CheckResult } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { settledRows } from '../../store/quarantine-marks.ts'
import { measureSnapshot, type MeasuredDataset } from '../measure-snapshot.ts'
import { datasetRules } from '../measuring/dataset-rules.ts'
import { relationRows } from '../measuring/pin-datasets.ts'
import { type PendingDataset, pendingByName, type RunContext, type StreamWork } from '../run-context.ts'

/**
 * Measures the pending chart snapshot, and the explore snapshot where rules were declared for it.
 * @throws AtlasError `run.blocked` when a blocking check fails or cannot run
 */
export async function check(context: RunContext, work: StreamWork): Promise<{ rowsIn: number; note: string }> {
  const { chart, explore } = work
  if (chart === null || explore === null) throw new Error('check comes after standardise')
  const settled = await settledRows(context.environment.db, chart.name, explore.relation.files, context.runId)
  const refused = Math.max(0, chart.draft.quarantined - settled) + refusedOnTheWay(work)
  await measurePending(context, chart, work.rule.checks, {
    keys: work.rule.keys,
    sourceRows: chart.draft.rows + refused,
    quarantinedRows: refused,
    countedRows: work.rule.mode === 'replace' ? (work.read?.counted?.rows ?? null) : null,
    ambiguousDates: work.ambiguousDates,
  })
  for (const result of chart.draft.checks) {
    const refused = work.refusedByRule.get(result.rule)
    if (refused !== undefined) result.figures = { ...result.figures, quarantined: refused }
  }
  work.quality = chart.draft.quality
  work.checks = chart.draft.checks
  refuseBlocked(chart.name, work.checks)
  await checkExplore(context, explore)
  return { rowsIn: chart.draft.rows, note: noteOf(work.checks) }
}

/** Declared rules have an outcome; those that run by themselves were measured, and pass or fail nothing. */
function noteOf(checks: readonly CheckResult[]): string {
  const declared = checks.filter(({ origin }) => origin !== 'automatic')
  const passing = declared.filter(({ status }) => status === 'passed').length
  const automatic = checks.length - declared.length
  const measured = automatic === 0 ? '' : `${automatic} ${automatic === 1 ? 'check' : 'checks'} measured by themselves.`
  if (declared.length === 0) return measured === '' ? 'Nothing was checked.' : `No rule is declared; ${measured}`
  const others = passing === declared.length ? '' : ' None of the others is blocking.'
  return `${passing} of ${declared.length} declared rules pass.${others}${measured === '' ? '' : ` ${measured}`}`
}

/** Rows that never reached explore. */
function refusedOnTheWay(work: StreamWork): number {
  return work.landed.quarantine.reduce((sum, batch) => sum + (batch.stage === 'extract' ? batch.rows : 0), 0)
}

/** Explore is as it came: it is measured only where somebody declared what it should be. */
async function checkExplore(context: RunContext, explore: PendingDataset): Promise<void> {
  const { rules } = await datasetRules(context.environment.db, explore.name, [])
  if (rules.length === 0) return
  await measurePending(context, explore, [])
  refuseBlocked(explore.name, explore.draft.checks)
}

type Facts = Pick<MeasuredDataset, 'keys' | 'sourceRows' | 'quarantinedRows' | 'countedRows' | 'ambiguousDates'>

const NO_SOURCE: Facts = { keys: [], sourceRows: null, quarantinedRows: 0, countedRows: null, ambiguousDates: 0 }

/**
 * Measures a pending snapshot by the rules declared with it and those of its contract and the browser, and keeps the results in its draft.
 * @param declared the pipeline's or the transform's own
 */
export async function measurePending(
  context: RunContext,
  dataset: PendingDataset,
  declared: Parameters<typeof datasetRules>[2],
  facts: Facts = NO_SOURCE,
): Promise<void> {
  const { environment } = context
  const { rules, warnings } = await datasetRules(environment.db, dataset.name, declared)
  const { summary, results } = await measureSnapshot(
    { ...environment, scratch: context.scratch },
    {
      ...facts,
      name: dataset.name,
      relation: dataset.relation,
      columns: dataset.columns,
      rows: relationRows(dataset.relation),
      // Where nothing new came, the newest rows are those of the snapshot before.
      loadedAt: dataset.draft.files.some((file) => 'new' in file) ? environment.now() : (dataset.parent?.committedAt ?? null),
      previous: dataset.parent,
      pending: pendingByName(context),
    },
    rules,
    context.signal,
  )
  dataset.draft.quality = summary
  dataset.draft.checks = results
  const broken = results.filter((result) => result.status === 'error')
  const told = broken.map((result) => `The rule ${result.rule} of ${dataset.name} could not run: ${result.message ?? 'unknown reason'}`)
  for (const warning of [...warnings, ...told.filter((line) => !warnings.some((known) => line.includes(known)))]) {
    context.warnings.push(warning)
    await context.recorder.log('warn', warning)
  }
}

/** @throws AtlasError `run.blocked` naming the first check that blocks */
export function refuseBlocked(dataset: string, results: readonly CheckResult[]): void {
  const refusing = results.filter((result) => result.blocking && (result.status === 'failed' || result.status === 'error'))
  const [first] = refusing
  if (first === undefined) return
  const where = first.column === null ? '' : ` on ${first.column}`
  const why =
    first.status === 'error' ? `could not run: ${shortReason(first.message)}` : `fails on ${first.failing} of ${first.eligible} rows`
  const others = refusing.length === 1 ? '' : `, and ${refusing.length - 1} more`
  throw new AtlasError(
    'run.blocked',
    `Nothing was published: the blocking check ${first.check}${where} of ${dataset} ${why}${others}. Readers see what they saw before.`,
  )
}

/** Its first sentence: all of it stands in the result and among the warnings of the run. */
function shortReason(message: string | null): string {
  const [first = 'unknown reason'] = message?.split(/\.(?= [A-Z]|$)/) ?? []
  return first.replace(/^The rule \S+ of \S+ is/, 'it is')
}
