import { z } from 'zod'
import { Count } from './names.ts'

/** The six dimensions of data quality. */
export const Dimension = z
  .enum(['completeness', 'uniqueness', 'timeliness', 'validity', 'accuracy', 'consistency'])
  .meta({ id: 'Dimension' })
export type Dimension = z.infer<typeof Dimension>

/** Share of rows that break none of the dimension's rules, 0 to 1; null where no rule was there to measure it. */
export const DimensionScores = z
  .object({
    completeness: z.number().min(0).max(1).nullable(),
    uniqueness: z.number().min(0).max(1).nullable(),
    timeliness: z.number().min(0).max(1).nullable(),
    validity: z.number().min(0).max(1).nullable(),
    accuracy: z.number().min(0).max(1).nullable(),
    consistency: z.number().min(0).max(1).nullable(),
  })
  .meta({ id: 'DimensionScores' })
export type DimensionScores = z.infer<typeof DimensionScores>

export const CheckStatus = z.enum(['passed', 'warned', 'failed', 'error', 'not_run']).meta({ id: 'CheckStatus' })
export type CheckStatus = z.infer<typeof CheckStatus>

/** Outcome of one check on one snapshot. */
export const CheckResult = z
  .object({
    check: z.string().meta({ description: 'Id of the check, e.g. not-null' }),
    title: z.string(),
    dimension: Dimension,
    column: z.string().nullable(),
    status: CheckStatus,
    blocking: z.boolean(),
    /** Rows the rule applies to. */
    eligible: Count,
    failing: Count,
    /** Figures beyond the two counts, e.g. distinct keys, future rows. */
    figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
    /** Why a check could not run, or what its outcome means, in words. */
    message: z.string().nullable(),
  })
  .meta({ id: 'CheckResult' })
export type CheckResult = z.infer<typeof CheckResult>

export const QualitySummary = z
  .object({
    /** Mean of the measured dimensions, 0 to 1; null when none was measured. */
    score: z.number().min(0).max(1).nullable(),
    dimensions: DimensionScores,
    /** For each dimension without a score: why. */
    reasons: z.partialRecord(Dimension, z.string()),
    /** Dimensions measured, of six. */
    measured: z.int().min(0).max(6),
  })
  .meta({ id: 'QualitySummary' })
export type QualitySummary = z.infer<typeof QualitySummary>

/** A check as a pipeline declares it. `options` are the check's own (see its page in the docs). */
export const CheckRule = z
  .strictObject({
    check: z.string().meta({ title: 'Check', description: 'Id of the check, e.g. not-null', examples: ['not-null'] }),
    options: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Options' }),
    blocking: z.boolean().default(false).meta({ title: 'Blocking', description: 'A failing blocking check stops publication' }),
    /** Failing rows that are still accepted. */
    limit: z.int().min(0).default(0).meta({ title: 'Failing rows accepted' }),
  })
  .meta({ id: 'CheckRule' })
export type CheckRule = z.infer<typeof CheckRule>
