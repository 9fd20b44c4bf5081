import { DIMENSIONS } from '../../core/dimensions.ts'
import type { RunReport } from '../../contract/runs.ts'
import { AtlasError } from '../../core/errors.ts'
import { commitRun, type QuarantineFile, type RunSchemaChange, type RunTotals } from '../../store/commit.ts'
import { type SnapshotDraft } from '../../store/commit-snapshots.ts'
import { snapshotName } from '../../store/snapshots.ts'
import { followUp } from '../follow-up.ts'
import { judgeHistory } from '../judge-history.ts'
import { measureOutputs } from '../measure-outputs.ts'
import { runEvent } from '../openlineage.ts'
import type { PendingDataset, RunContext, StreamWork } from '../run-context.ts'

/** Makes everything that the run made visible, in one transaction. */
export async function publish(context: RunContext): Promise<{ rowsOut: number; note: string; state: RunTotals['state'] }> {
  for (const work of context.streams) assertReconciled(work)
  const pending = pendingDatasets(context)
  const { db, now } = context.environment
  const at = now()
  await judgeHistory(
    db,
    pending.map(({ draft }) => draft),
    at,
  )
  const outputs = await measureOutputs(context, pending, at)
  await context.recorder.flush()
  // A definition is copied where streams are missing: its secrets are not sealed anew meanwhile.
  const totals = await context.environment.secrets.whileSealing(() =>
    commitRun(db, {
      runId: context.runId,
      fencingToken: context.fencingToken,
      drafts: pending.map((dataset) => dataset.draft),
      quarantine: allRefused(context),
      reread: rereadDatasets(context),
      released: context.streams.map((work) => work.released),
      schemaChanges: context.streams.flatMap((work) => runSchemaChanges(context, work)),
      finish: (ids) => runTotals(context, ids),
      followUp: (totals, run) => followUp(context, totals, run),
      lineage: (ids, totals) => runEvent(context, totals, outputs(ids), at),
    }),
  )
  return {
    rowsOut: totals.publishedRows ?? 0,
    note: `Published ${pending.length} datasets in one transaction.`,
    state: totals.state,
  }
}

/** Rows that this run keeps in quarantine, of all its streams and transforms. */
export function allRefused(context: RunContext): QuarantineFile[] {
  return [...context.streams.flatMap((work) => work.landed.quarantine), ...context.refused]
}

/** Datasets whose source this run has read to the end, and those that it has built. A replay reads no source. */
export function rereadDatasets({ streams, navigate, replay }: RunContext): string[] {
  const read = replay === null ? streams.filter((work) => work.failed === null && work.read !== null) : []
  return [...read.flatMap(({ table }) => [`explore.${table}`, `chart.${table}`]), ...navigate.map(({ name }) => name)]
}

/** Refused rows of those that this run read. */
function refusedOfSource({ landed }: StreamWork): number {
  return landed.quarantine.reduce((sum, batch) => sum + (batch.isWithdrawn === true ? 0 : batch.rows), 0)
}

/** Every row that the source gave is published, refused, replaced by a later one of its key, or discarded by contract. */
function assertReconciled(work: StreamWork): void {
  if (work.failed !== null || work.read === null) return
  const parts = {
    published: work.published,
    quarantined: refusedOfSource(work),
    deduplicated: work.deduplicated,
    discarded: work.discarded,
  }
  const sum = Object.values(parts).reduce((total, rows) => total + rows, 0)
  if (sum === work.read.sourceRows && Object.values(parts).every((rows) => rows >= 0)) return
  const told = Object.entries(parts).map(([name, rows]) => `${rows} ${name}`)
  throw new AtlasError(
    'run.incomplete',
    `Stream "${work.stream.name}" gave ${work.read.sourceRows} rows, and ${told.join(' + ')} is ${sum}. Nothing was published.`,
  )
}

function pendingDatasets(context: RunContext): PendingDataset[] {
  return [...context.streams.flatMap((work) => [work.explore, work.chart]), ...context.navigate].filter((dataset) => dataset !== null)
}

function runTotals(context: RunContext, ids: Map<string, number>): RunTotals {
  const state = publishedState(context)
  const report = runReport(context, ids, state)
  const failed = context.streams.find((work) => work.failed !== null)
  return {
    state,
    sourceRows: report.sourceRows,
    publishedRows: report.publishedRows,
    quarantinedRows: report.quarantinedRows,
    deduplicatedRows: report.deduplicatedRows,
    discardedRows: report.discardedRows,
    qualityScore: report.quality.score,
    piiColumns: piiColumns(context),
    error: failed?.failed ?? null,
    report: { ...report, error: failed?.failed ?? null },
  }
}

/** Nothing is called succeeded that is not whole: a stream that failed or was parked shows in the run's state. */
function publishedState(context: RunContext): 'succeeded' | 'partial' | 'rate_limited' {
  const ends = context.streams.map((work) => streamState(work))
  if (ends.includes('failed') || ends.includes('partial')) return 'partial'
  return ends.includes('rate_limited') ? 'rate_limited' : 'succeeded'
}

function streamState(work: StreamWork): RunReport['streams'][number]['state'] {
  if (work.failed !== null) return work.failed.code === 'source.rate_limited' ? 'rate_limited' : 'failed'
  if (work.read === null) return 'not_reached'
  if (work.read.parked === undefined) return 'succeeded'
  return work.read.parked.because === 'failure' ? 'partial' : 'rate_limited'
}

/** Changes of a stream's schema, as they are stored. */
export function runSchemaChanges(context: RunContext, work: StreamWork): RunSchemaChange[] {
  const where = { pipeline: context.pipeline.name, stream: work.stream.name, dataset: `explore.${work.table}` }
  return work.schemaChanges.map((change) => ({ ...where, ...change }))
}

function piiColumns(context: RunContext): number {
  return context.streams.reduce((sum, work) => sum + new Set(work.findings.map((finding) => finding.column)).size, 0)
}

/** What a run did, as `atlas run --json` prints it. Also for a run that published nothing: what it found until then. */
export function runReport(context: RunContext, ids: Map<string, number>, status: RunReport['status']): RunReport {
  const { streams } = context
  const sum = (figure: (work: (typeof streams)[number]) => number): number => streams.reduce((total, work) => total + figure(work), 0)
  const quarantine = allRefused(context)
  return {
    runId: context.runId,
    pipeline: context.pipeline.name,
    status,
    streams: streams.map(reportStream),
    datasets: ids.size > 0 ? pendingDatasets(context).map((dataset) => reportDataset(dataset.draft, ids)) : [],
    pii: streams.flatMap((work) => work.findings.map((finding) => ({ ...finding, dataset: `chart.${work.table}` }))),
    quality: overallQuality(context),
    checks: [
      ...streams.flatMap((work) => work.checks.map((check) => ({ ...check, dataset: `chart.${work.table}` }))),
      ...context.navigate
        .filter(
          (dataset) =>
            dataset.draft.findings !== null &&
            dataset.draft.inputs.length > 0 &&
            !streams.some((work) => `navigate.${work.table}` === dataset.name),
        )
        .flatMap((dataset) => dataset.draft.checks.map((check) => ({ ...check, dataset: dataset.name }))),
    ],
    quarantine: quarantine.map(({ id, dataset, stage, rows, reasons }) => ({ id, dataset, stage, rows, reasons })),
    // What was read of a stream that failed was let go whole.
    sourceRows: sum((work) => (work.failed === null ? (work.read?.sourceRows ?? 0) : 0)),
    publishedRows: sum((work) => work.published),
    quarantinedRows: sum(refusedOfSource),
    deduplicatedRows: sum((work) => work.deduplicated),
    discardedRows: sum((work) => work.discarded),
    durationMs: context.environment.now().getTime() - context.startedAt.getTime(),
    warnings: context.warnings,
    error: null,
  }
}

function reportStream(work: StreamWork): RunReport['streams'][number] {
  return {
    name: work.stream.name,
    dataset: work.table,
    mode: work.rule.mode,
    state: streamState(work),
    rows: work.read?.sourceRows ?? 0,
    counted: countedNew(work),
    bytes: work.read?.bytesRead ?? 0,
    error: work.failed,
  }
}

/** The source's own count, without the rows that were there already and were read again. */
function countedNew({ read }: StreamWork): number | null {
  if (read?.counted === undefined) return null
  return Math.max(0, read.counted.rows - (read.counted.read - read.sourceRows))
}

function reportDataset(draft: SnapshotDraft, ids: Map<string, number>): RunReport['datasets'][number] {
  const snapshotId = ids.get(draft.dataset)
  if (snapshotId === undefined) throw new Error(`${draft.dataset} was not committed`)
  const [layer] = draft.dataset.split('.')
  return {
    name: draft.dataset,
    layer: layer as 'explore' | 'chart' | 'navigate',
    snapshotId: snapshotName(snapshotId),
    rows: draft.rows,
    quarantined: draft.quarantined,
    columns: draft.columns.map((column) => ({
      name: column.name,
      type: column.type,
      pii: column.pii?.entity ?? null,
      action: column.pii?.action ?? null,
    })),
  }
}

/** Of a run with several streams: the worst score of each dimension, so that one stream cannot hide another. */
function overallQuality(context: RunContext): RunReport['quality'] {
  const summaries = context.streams.flatMap((work) => (work.quality === null ? [] : [work.quality]))
  const dimensions = Object.fromEntries(
    DIMENSIONS.map((dimension) => {
      const scores = summaries.flatMap((summary) => summary.dimensions[dimension] ?? [])
      return [dimension, scores.length === 0 ? null : Math.min(...scores)]
    }),
  ) as RunReport['quality']['dimensions']
  const scores = summaries.flatMap((summary) => summary.score ?? [])
  const reasons = Object.assign({}, ...summaries.map((summary) => summary.reasons)) as RunReport['quality']['reasons']
  for (const dimension of DIMENSIONS) if (dimensions[dimension] !== null) delete reasons[dimension]
  return {
    score: scores.length === 0 ? null : Math.min(...scores),
    dimensions,
    reasons,
    measured: DIMENSIONS.filter((dimension) => dimensions[dimension] !== null).length,
  }
}
