import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant, Layer } from './names.ts'
import { ExpectedScope, HistoryPoint, MetricHistory, MetricSeries } from './quality-history.ts'
import { CheckResult, Dimension, DimensionScores, QualitySummary } from './quality.ts'

/** The worst outcome of a set of declared rules; `none` where nobody declared one. Failed, could not run and not run are never the same. */
export const QualityState = z.enum(['failed', 'error', 'warned', 'not_run', 'passed', 'none']).meta({ id: 'QualityState' })
export type QualityState = z.infer<typeof QualityState>

/** Rules by their outcome. */
export const StatusCounts = z
  .object({ passed: Count, warned: Count, failed: Count, error: Count, not_run: Count })
  .meta({ id: 'StatusCounts' })
export type StatusCounts = z.infer<typeof StatusCounts>

/** One cell of the scorecard. */
export const DimensionMark = z
  .object({
    /**
     * Share of rows that break no rule of the dimension, declared or not, 0 to 1; null where nothing was measured. Rules that run by themselves measure
     * too, so that there may be a score and no declared rule.
     */
    score: z.number().min(0).max(1).nullable(),
    /** The worst outcome of the declared rules alone. */
    state: QualityState,
    /** Declared rules of this dimension. */
    rules: Count,
    /** Declared rules that pass. */
    passing: Count,
    /** Rules that ran by themselves and measured something: the share rests on them too, the state does not. */
    automatic: Count,
    /** Rows that break the worst declared rule of this dimension. */
    failing: Count,
    /** Why there is no score. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'DimensionMark' })
export type DimensionMark = z.infer<typeof DimensionMark>

const marks = z.object({
  completeness: DimensionMark,
  uniqueness: DimensionMark,
  timeliness: DimensionMark,
  validity: DimensionMark,
  accuracy: DimensionMark,
  consistency: DimensionMark,
})

/** A score at a time. Null is a gap: nothing was measured. */
export const ScorePoint = z
  .object({ snapshotId: z.string(), at: Instant, score: z.number().nullable(), dimensions: DimensionScores.nullable(), rows: Count })
  .meta({ id: 'ScorePoint' })
export type ScorePoint = z.infer<typeof ScorePoint>

const cap = QualitySummary.shape.cap
const coverage = QualitySummary.shape.coverage.nullable()

/** One published dataset in the scorecard. */
export const ScorecardRow = z
  .object({
    dataset: DatasetName,
    layer: Layer,
    snapshotId: z.string(),
    rows: Count,
    /** When its published snapshot was measured; null where it never was. */
    measuredAt: Instant.nullable(),
    /** Null where it was never measured, and where nobody declared a rule: what runs by itself stands in its dimensions. */
    score: z.number().min(0).max(1).nullable(),
    cap,
    coverage,
    /** Dimensions measured, of six. */
    measured: z.int().min(0).max(6),
    dimensions: marks,
    state: QualityState,
    /** Outcomes of declared rules; those that run by themselves stand beside. */
    counts: StatusCounts,
    automatic: StatusCounts,
    /** Metrics of the published snapshot that are outside what their history lets expect, and that nobody called expected. */
    anomalies: Count,
    /** Columns with personal data; null where the snapshot was never classified. */
    piiColumns: Count.nullable(),
    /** The last thirty snapshots, oldest first. */
    trend: z.array(ScorePoint),
  })
  .meta({ id: 'ScorecardRow' })
export type ScorecardRow = z.infer<typeof ScorecardRow>

/** The datasets of a layer together: the mean of their scores, and the worst by name, so that the mean hides nothing. */
export const LayerScore = z
  .object({
    layer: Layer,
    datasets: Count,
    /** Datasets with a score. */
    scored: Count,
    score: z.number().min(0).max(1).nullable(),
    worst: z.object({ dataset: DatasetName, score: z.number() }).nullable(),
    coverage,
    /** The mean at the end of each day on which a dataset of the layer was measured, oldest first. */
    trend: z.array(z.object({ day: z.iso.date(), score: z.number().nullable(), datasets: Count })),
  })
  .meta({ id: 'LayerScore' })
export type LayerScore = z.infer<typeof LayerScore>

export const QualityOverview = z
  .object({
    asOf: Instant,
    /** Over all datasets that match, not the page alone. */
    counts: StatusCounts,
    automatic: StatusCounts,
    /** Datasets that match, those among them that nobody declared a rule for, and those that were never measured. */
    total: Count,
    withoutRules: Count,
    neverMeasured: Count,
    anomalies: Count,
    layers: z.array(LayerScore),
    datasets: z.array(ScorecardRow),
  })
  .meta({ id: 'QualityOverview' })
export type QualityOverview = z.infer<typeof QualityOverview>

/** A column's part: the shares of rows that break no rule of the column, by dimension, and the lowest of them. */
export const ColumnQuality = z
  .object({
    column: z.string(),
    type: z.string(),
    pii: z.string().nullable(),
    score: z.number().min(0).max(1).nullable(),
    dimensions: DimensionScores,
    /** True where a declared rule looks at it. */
    covered: z.boolean(),
    state: QualityState,
    counts: StatusCounts,
  })
  .meta({ id: 'ColumnQuality' })
export type ColumnQuality = z.infer<typeof ColumnQuality>

export const DatasetQuality = z
  .object({
    dataset: DatasetName,
    layer: Layer,
    snapshotId: z.string(),
    rows: Count,
    measuredAt: Instant.nullable(),
    runId: z.string().nullable(),
    /** Null where it was never measured. */
    summary: QualitySummary.nullable(),
    state: QualityState,
    counts: StatusCounts,
    automatic: StatusCounts,
    dimensions: marks,
    /** Worst first. */
    rules: z.array(CheckResult),
    columns: z.array(ColumnQuality),
    trend: z.array(ScorePoint),
    anomalies: z.array(MetricSeries),
    /** Results of a newer run that was refused and published nothing; null where there is none. */
    refused: z.object({ runId: z.string(), at: Instant, results: z.array(CheckResult) }).nullable(),
    piiColumns: Count.nullable(),
  })
  .meta({ id: 'DatasetQuality' })
export type DatasetQuality = z.infer<typeof DatasetQuality>

const named = z.object({ name: DatasetName })
const snapshot = { snapshot: z.string().optional().meta({ description: 'Snapshot id or ISO time; the published snapshot when left out' }) }
const point = z.object({ name: DatasetName, pointId: z.string().regex(/^\d{1,15}$/, 'the id of a point of a history') })
const score = z.coerce.number().min(0).max(1).optional()

export const qualityOverviewEndpoints = endpoints({
  'GET /quality/overview': {
    summary: 'Scorecard of published datasets: six dimensions, outcomes of rules counted apart, trend',
    description: 'Worst first unless told. Filters and pages on the server; counts are over all datasets that match.',
    permission: 'datasets.read',
    query: z.object({
      layer: Layer.optional(),
      q: z.string().max(200).optional().meta({ description: "Part of a dataset's name" }),
      state: QualityState.optional(),
      dimension: Dimension.optional().meta({ description: 'With state: of this dimension' }),
      from: Instant.optional().meta({ description: 'Measured at or after' }),
      to: Instant.optional().meta({ description: 'Measured before' }),
      minScore: score,
      maxScore: score,
      pii: z.enum(['yes', 'no', 'unknown']).optional().meta({ description: 'Holds personal data; unknown: was never classified' }),
      sort: z.enum(['worst', 'name', 'score', 'newest']).default('worst'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      offset: z.coerce.number().int().min(0).default(0),
    }),
    reply: QualityOverview,
  },
  'GET /quality/datasets/:name': {
    summary: 'Quality of one dataset: its rules with their last results, scores by column, coverage',
    permission: 'datasets.read',
    params: named,
    query: z.object(snapshot),
    reply: DatasetQuality,
  },
  'GET /quality/datasets/:name/metrics': {
    summary: 'Every metric of a dataset that is kept over time, with its last point',
    permission: 'datasets.read',
    params: named,
    reply: z.object({ metrics: z.array(MetricSeries) }),
  },
  'GET /quality/datasets/:name/history': {
    summary: 'One metric over time, with the range that was expected',
    permission: 'datasets.read',
    params: named,
    query: z.object({
      metric: z.string().max(200),
      rule: z.string().max(200).optional().meta({ description: 'Id of the rule; left out for a metric of the table or of a column' }),
      column: z.string().max(300).optional(),
      from: Instant.optional(),
      to: Instant.optional(),
      limit: z.coerce.number().int().min(1).max(5000).default(500).meta({ description: 'The newest so many points' }),
    }),
    reply: MetricHistory,
  },
  'PUT /quality/datasets/:name/history/:pointId/expected': {
    summary: 'Say that a point was expected, so that the next ones are judged by it',
    permission: 'quality.edit',
    params: point,
    body: z.strictObject({
      scope: ExpectedScope.default('point'),
      why: z.string().trim().min(1).max(1000).meta({ title: 'Why', description: 'Without values of rows: it is kept in the audit' }),
    }),
    reply: HistoryPoint,
  },
  'DELETE /quality/datasets/:name/history/:pointId/expected': {
    summary: 'Take back that a point was expected',
    permission: 'quality.edit',
    params: point,
    reply: HistoryPoint,
  },
  'GET /quality/datasets/:name/report': {
    summary: 'Quality report of a snapshot as JSON, CSV or a page to print',
    permission: 'datasets.read',
    params: named,
    query: z.object({ ...snapshot, format: z.enum(['json', 'csv', 'html']).default('html') }),
    stream: 'file',
  },
  'GET /runs/:runId/openlineage': {
    summary: 'The OpenLineage event of a finished run, with data quality metrics and assertions',
    permission: 'runs.read',
    params: z.object({ runId: z.string() }),
    reply: z.looseObject({ eventType: z.string(), eventTime: Instant, producer: z.string(), schemaURL: z.string() }),
  },
})
