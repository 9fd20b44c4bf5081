import type { z } from 'zod'
import type { QualityOverview, qualityOverviewEndpoints, QualityState, ScorecardRow, ScorePoint } from '../../contract/quality-overview.ts'
import { Layer } from '../../contract/names.ts'
import { completeSummary } from '../../core/stored-quality.ts'
import { layerScore } from '../../quality/score/layer-score.ts'
import { dimensionMarks } from '../../quality/score/dimension-marks.ts'
import { addCounts, sumGroups, worstState } from '../../quality/score/outcomes.ts'
import { listMeasured, type MeasuredRow, readDayScores, readTrends } from '../../store/scorecard-queries.ts'
import { snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'

const TREND_SNAPSHOTS = 30
const LAYER_DAYS = 90
const DAY_MS = 86_400_000

type Query = z.output<(typeof qualityOverviewEndpoints)['GET /quality/overview']['query']>
/** A row without its trend, which only the page needs. */
type Row = Omit<ScorecardRow, 'trend'> & { datasetId: number }

/** Datasets with the outcomes of their rules: counts over all that match, rows and trends of one page. */
export async function readScorecard({ db, now }: Pick<Platform, 'db' | 'now'>, query: Query): Promise<QualityOverview> {
  const at = now()
  const matching = (await listMeasured(db, query)).map(toRow).filter((row) => isWanted(row, query))
  const sorted = matching.toSorted(orders[query.sort])
  const page = sorted.slice(query.offset, query.offset + query.limit)
  const since = new Date(at.getTime() - LAYER_DAYS * DAY_MS).toISOString().slice(0, 10)
  const [trends, days] = await Promise.all([
    readTrends(
      db,
      page.map(({ datasetId }) => datasetId),
      TREND_SNAPSHOTS,
    ),
    readDayScores(
      db,
      matching.filter(({ state }) => state !== 'none').map(({ datasetId }) => datasetId),
      since,
    ),
  ])
  const layers = Layer.options.filter((layer) => matching.some((row) => row.layer === layer))
  return {
    asOf: at.toISOString(),
    counts: addCounts(matching.map(({ counts }) => counts)),
    automatic: addCounts(matching.map(({ automatic }) => automatic)),
    total: matching.length,
    withoutRules: matching.filter(({ state }) => state === 'none').length,
    neverMeasured: matching.filter(({ measuredAt }) => measuredAt === null).length,
    anomalies: matching.reduce((sum, { anomalies }) => sum + anomalies, 0),
    layers: layers.map((layer) => layerScore(layer, matching, days)),
    datasets: page.map((row) => withTrend(row, trends.get(row.datasetId) ?? [])),
  }
}

function withTrend({ datasetId: _, ...row }: Row, trend: ScorePoint[]): ScorecardRow {
  return { ...row, trend }
}

function toRow(row: MeasuredRow): Row {
  const quality = row.quality === null ? null : completeSummary(row.quality)
  const declared = row.outcomes.filter(({ automatic }) => !automatic)
  const counts = sumGroups(declared)
  const state = worstState(counts)
  return {
    datasetId: row.dataset_id,
    dataset: row.name,
    layer: row.layer,
    snapshotId: snapshotName(row.snapshot_id),
    rows: Number(row.rows),
    measuredAt: quality === null ? null : row.committed_at.toISOString(),
    // No rule, no score: what runs by itself stands in its dimensions.
    score: state === 'none' ? null : (quality?.score ?? null),
    cap: quality?.cap ?? null,
    coverage: quality === null || quality.coverage.of === 0 ? null : quality.coverage,
    measured: quality?.measured ?? 0,
    dimensions: dimensionMarks(quality, row.outcomes),
    state,
    counts,
    automatic: sumGroups(row.outcomes.filter(({ automatic }) => automatic)),
    anomalies: row.anomalies,
    piiColumns: row.pii_columns,
  }
}

function isWanted(row: Row, { state, dimension, minScore, maxScore }: Query): boolean {
  if (row.score === null && (minScore ?? maxScore) !== undefined) return false
  if (state === undefined) return true
  return (dimension === undefined ? row.state : row.dimensions[dimension].state) === state
}

const STATES: readonly QualityState[] = ['failed', 'error', 'warned', 'not_run', 'passed', 'none']

function byName(a: Row, b: Row): number {
  return a.dataset < b.dataset ? -1 : a.dataset > b.dataset ? 1 : 0
}

/** What has no score stands after what has one. */
function byScore(a: Row, b: Row): number {
  return (a.score ?? 2) - (b.score ?? 2)
}

const orders: Record<Query['sort'], (a: Row, b: Row) => number> = {
  name: byName,
  score: (a, b) => byScore(a, b) || byName(a, b),
  newest: (a, b) => (b.measuredAt ?? '').localeCompare(a.measuredAt ?? '') || byName(a, b),
  // Failing, then what could not run, then warnings, then the rest; what nobody checks has no score and comes last. Within each the lowest score.
  worst: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || byScore(a, b) || b.anomalies - a.anomalies || byName(a, b),
}
