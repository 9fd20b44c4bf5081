import { z } from 'zod'
import { Count, DatasetName, Instant } from './names.ts'

/** What history says of a point. `learning`: too few points to expect anything. `expected`: somebody said so. */
export const Verdict = z.enum(['learning', 'ok', 'alert', 'expected']).meta({ id: 'Verdict' })
export type Verdict = z.infer<typeof Verdict>

/** Why a point is an alert: outside the range, or a slow drift that no single point shows. */
export const AlertReason = z.enum(['above', 'below', 'drifting_up', 'drifting_down']).meta({ id: 'AlertReason' })
export type AlertReason = z.infer<typeof AlertReason>

/** What kind of number a metric is: rows; a share from 0 to 1; anything else. */
export const MetricKind = z.enum(['count', 'share', 'number']).meta({ id: 'MetricKind' })
export type MetricKind = z.infer<typeof MetricKind>

/** `point`: this one was fine. `level`: from here on it is like this, and what was before counts no more. */
export const ExpectedScope = z.enum(['point', 'level']).meta({ id: 'ExpectedScope', title: 'What was expected' })
export type ExpectedScope = z.infer<typeof ExpectedScope>

export const ExpectedMark = z.object({ scope: ExpectedScope, by: z.string(), why: z.string(), at: Instant }).meta({ id: 'ExpectedMark' })
export type ExpectedMark = z.infer<typeof ExpectedMark>

export const HistoryPoint = z
  .object({
    id: z.string(),
    snapshotId: z.string(),
    runId: z.string().nullable(),
    at: Instant,
    value: z.number(),
    /** The range that the history before it let expect; null while learning. */
    low: z.number().nullable(),
    high: z.number().nullable(),
    verdict: Verdict,
    reason: AlertReason.nullable(),
    mark: ExpectedMark.nullable(),
  })
  .meta({ id: 'HistoryPoint' })
export type HistoryPoint = z.infer<typeof HistoryPoint>

/** Names one metric of a dataset: of a rule, of a column, or (both null) of the table. */
export const MetricKey = z
  .object({
    rule: z.string().nullable(),
    column: z.string().nullable(),
    metric: z.string().meta({ description: 'rows, score, coverage, a dimension, failing_share, failing, value or a figure' }),
  })
  .meta({ id: 'MetricKey' })
export type MetricKey = z.infer<typeof MetricKey>

export const MetricSeries = z
  .object({ ...MetricKey.shape, kind: MetricKind, points: Count, last: HistoryPoint })
  .meta({ id: 'MetricSeries' })
export type MetricSeries = z.infer<typeof MetricSeries>

export const MetricHistory = z
  .object({
    dataset: DatasetName,
    ...MetricKey.shape,
    kind: MetricKind,
    /** Oldest first. */
    points: z.array(HistoryPoint),
    /** What the next point is expected to be, were it measured now; null while learning. */
    next: z.object({ low: z.number(), high: z.number() }).nullable(),
    /** What the expectation rests on. */
    basis: z.object({ points: Count, season: z.enum(['weekday', 'none']), model: z.enum(['level', 'trend', 'steps']) }).nullable(),
  })
  .meta({ id: 'MetricHistory' })
export type MetricHistory = z.infer<typeof MetricHistory>
