import type { DatasetQuality } from '../../contract/quality-overview.ts'
import { completeResult } from '../../core/stored-quality.ts'
import { columnScores } from '../../quality/score/column-scores.ts'
import { dimensionMarks } from '../../quality/score/dimension-marks.ts'
import { countStatuses, declaredOf, worstFirst, worstState } from '../../quality/score/outcomes.ts'
import { readDatasetFacts } from '../../store/dataset-queries.ts'
import { listSeries } from '../../store/quality-history.ts'
import { readRefused, readTrends } from '../../store/scorecard-queries.ts'
import { pinSnapshot } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'

const TREND_SNAPSHOTS = 90

/**
 * Everything that is known of the quality of one snapshot.
 * @throws AtlasError `dataset.not_found`, `dataset.snapshot_not_found`, `dataset.snapshot_expired`
 */
export async function readDatasetQuality(
  { db }: Pick<Platform, 'db'>,
  name: string,
  snapshot: string | undefined,
): Promise<DatasetQuality> {
  const pinned = await pinSnapshot(db, name, snapshot)
  const { datasetId, snapshotId, columns } = pinned
  const [{ summary, quality, checks }, trends, anomalies, refused] = await Promise.all([
    readDatasetFacts(db, pinned),
    readTrends(db, [datasetId], TREND_SNAPSHOTS),
    listSeries(db, datasetId, snapshotId),
    snapshot === undefined ? readRefused(db, datasetId, pinned.committedAt) : null,
  ])
  const declared = declaredOf(checks)
  const counts = countStatuses(declared)
  return {
    dataset: summary.name,
    layer: summary.layer,
    snapshotId: summary.snapshotId,
    rows: summary.rows,
    measuredAt: quality === null ? null : summary.updatedAt,
    runId: summary.runId,
    summary: quality,
    state: worstState(counts),
    counts,
    automatic: countStatuses(checks.filter(({ origin }) => origin === 'automatic')),
    dimensions: dimensionMarks(
      quality,
      checks.map((result) => ({ ...result, automatic: result.origin === 'automatic', results: 1 })),
    ),
    rules: worstFirst(checks),
    columns: columnScores(checks, columns),
    trend: trends.get(datasetId) ?? [],
    anomalies,
    refused: refused === null ? null : { ...refused, results: worstFirst(refused.results.map(completeResult)) },
    piiColumns: summary.piiColumns,
  }
}
