import type { Kysely } from 'kysely'
import type { MetricKind } from '../contract/quality-history.ts'
import { judge } from '../quality/history/judge.ts'
import { type Metric, metricsOf } from '../quality/history/metrics-of.ts'
import type { SnapshotDraft } from '../store/commit-snapshots.ts'
import { type JudgedMetric, type KeptPoint, metricName, readHistories } from '../store/quality-history.ts'
import type { Schema } from '../store/schema.ts'

/** Snapshots looked back at: what the baseline and the newest points of a drift need together. */
const SNAPSHOTS = 100

/**
 * Judges the metrics of datasets about to be published by what was published before, and leaves them in the drafts, to be committed with them.
 * One query for each dataset. An alert tells; it stops nothing.
 */
export async function judgeHistory(db: Kysely<Schema>, drafts: readonly SnapshotDraft[], at: Date): Promise<void> {
  for (const draft of drafts) {
    const metrics = metricsOf(draft)
    const histories = await readHistories(db, draft.dataset, SNAPSHOTS)
    draft.metrics = metrics.map((metric) => judgeMetric(metric, histories.get(metricName(metric)) ?? [], at))
  }
}

function judgeMetric(metric: Metric, history: readonly KeptPoint[], at: Date): JudgedMetric {
  return { ...metric, at, ...judge(historyKind(metric.kind, history), history, { at, value: metric.value }) }
}

/** A figure that was whole by chance is no count. */
function historyKind(kind: MetricKind, history: readonly KeptPoint[]): MetricKind {
  return kind === 'count' && history.some(({ value }) => !Number.isInteger(value) || value < 0) ? 'number' : kind
}
