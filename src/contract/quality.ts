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

/** How much a broken rule matters. `info` tells and changes no score; `warning` warns at most; `error` and `critical` fail. */
export const Severity = z.enum(['info', 'warning', 'error', 'critical']).meta({ id: 'Severity' })
export type Severity = z.infer<typeof Severity>

/** Who wrote a rule: nobody (it runs by itself), the pipeline, a contract file, or a person in the browser. */
export const RuleOrigin = z.enum(['automatic', 'pipeline', 'file', 'browser']).meta({ id: 'RuleOrigin' })
export type RuleOrigin = z.infer<typeof RuleOrigin>

/** More failing rows than this break the rule: a number of rows, or a percentage of the rows it applies to. Exactly one of the two. */
export const Threshold = z
  .strictObject({
    rows: z.int().min(0).optional().meta({ title: 'Rows' }),
    percent: z.number().min(0).max(100).optional().meta({ title: 'Percent of the rows the rule applies to' }),
  })
  .refine(({ rows, percent }) => (rows === undefined) !== (percent === undefined), 'give rows or percent, and not both')
  .meta({ id: 'Threshold' })
export type Threshold = z.infer<typeof Threshold>

/** Outcome of one check on one snapshot. */
export const CheckResult = z
  .object({
    /** Id of the rule within its dataset; the same from snapshot to snapshot. */
    rule: z.string(),
    check: z.string().meta({ description: 'Id of the check, e.g. not-null' }),
    title: z.string(),
    dimension: Dimension,
    column: z.string().nullable(),
    /** All columns that it looks at; left out by older versions. */
    columns: z.array(z.string()).optional(),
    status: CheckStatus,
    severity: Severity,
    origin: RuleOrigin,
    /** Other homes in which the same rule stands; it was measured once. */
    alsoIn: z.array(RuleOrigin).optional(),
    blocking: z.boolean(),
    /** Failing rows from which on it warns and fails, where thresholds were given; null where it can do neither. */
    limits: z.object({ warn: Threshold.nullable(), fail: Threshold.nullable() }),
    /** What the rule measured where that is not rows: an age in hours, a drift, a count; null for rules of rows. */
    value: z.number().nullable(),
    /** Set where only a sample was looked at: rows looked at, and the 95 % interval of the share of failing rows. */
    sample: z.object({ rows: Count, low: z.number(), high: z.number() }).nullable(),
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
    /** Mean of the measured dimensions, 0 to 1, and never above the cap; null when none was measured, and where nobody declared a rule. */
    score: z.number().min(0).max(1).nullable(),
    /** A broken rule holds the score down: 0.59 for a failed one, 0.89 for a warning. The worst rule is named. */
    cap: z.object({ at: z.number(), rule: z.string() }).nullable(),
    /** Columns that a declared rule looks at, of all columns. */
    coverage: z.object({ columns: Count, of: Count }),
    dimensions: DimensionScores,
    /** For each dimension without a score: why. */
    reasons: z.partialRecord(Dimension, z.string()),
    /** Dimensions measured, of six. */
    measured: z.int().min(0).max(6),
  })
  .meta({ id: 'QualitySummary' })
export type QualitySummary = z.infer<typeof QualitySummary>

/** Name of a rule within its dataset. */
export const RuleName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,149}$/, 'small letters, digits, dots, dashes and underscores')
  .meta({ id: 'RuleName', examples: ['amount-is-positive'] })

/** A rule: a check with its options, how much it matters and what happens to rows that break it. The same in pipelines, contracts and the browser. */
export const CheckRule = z
  .strictObject({
    id: RuleName.optional().meta({ title: 'Id', description: 'Made from the check and its column unless told' }),
    check: z.string().meta({ title: 'Check', description: 'Id of the check, e.g. not-null', examples: ['not-null'] }),
    options: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Options' }),
    where: z
      .string()
      .min(1)
      .max(10_000)
      .optional()
      .meta({ title: 'Only rows where', description: 'SQL over the columns of one row', examples: ["channel = 'web'"] }),
    severity: Severity.default('error').meta({ title: 'Severity' }),
    warn: Threshold.optional().meta({ title: 'Warns above' }),
    fail: Threshold.optional().meta({ title: 'Fails above', description: 'No row may fail unless told' }),
    blocking: z.boolean().default(false).meta({ title: 'Blocking', description: 'A failing blocking check stops publication' }),
    quarantine: z
      .boolean()
      .default(false)
      .meta({ title: 'Quarantine', description: 'Exactly the rows that fail go to quarantine; for checks of single rows' }),
    /** Failing rows that are still accepted; short for `fail: { rows }`. */
    limit: z.int().min(0).default(0).meta({ title: 'Failing rows accepted' }),
    dimension: Dimension.optional().meta({ title: 'Dimension', description: "The check's own unless told" }),
    enabled: z.boolean().default(true).meta({ title: 'Enabled' }),
    owner: z.string().max(200).optional().meta({ title: 'Owner' }),
    description: z.string().max(2000).optional().meta({ title: 'Description' }),
  })
  .meta({ id: 'CheckRule' })
export type CheckRule = z.infer<typeof CheckRule>
export type CheckRuleInput = z.input<typeof CheckRule>
