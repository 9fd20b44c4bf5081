import type { HistoryPoint, MetricHistory, MetricKey } from '../../contract/quality-history.ts'
import { expectNext, type PastPoint } from '../../quality/history/judge.ts'
import { requireDataset } from '../../store/dataset-queries.ts'
import { readHistory } from '../../store/quality-history.ts'
import type { Platform } from '../platform.ts'

const POINTS_FOR_RANGE = 100

/**
 * One metric over time, with the range that its next point is expected in were it measured now.
 * @throws AtlasError `dataset.not_found`
 */
export async function readMetricHistory(
  { db, now }: Pick<Platform, 'db' | 'now'>,
  dataset: string,
  key: MetricKey,
  part: { from?: string | undefined; to?: string | undefined; limit: number },
): Promise<MetricHistory> {
  const datasetId = await requireDataset(db, dataset)
  const [shown, newest] = await Promise.all([
    readHistory(db, datasetId, { ...key, ...part }),
    readHistory(db, datasetId, { ...key, limit: POINTS_FOR_RANGE }),
  ])
  const expected = expectNext(newest.kind, newest.points.map(toPast), now())
  return {
    dataset,
    ...key,
    kind: newest.kind,
    points: shown.points,
    next: expected === null ? null : { low: expected.low, high: expected.high },
    basis: expected?.basis ?? null,
  }
}

function toPast({ at, value, reason, mark }: HistoryPoint): PastPoint {
  return { at: new Date(at), value, reason, verdict: reason === null ? 'ok' : 'alert', mark: mark?.scope ?? null }
}
