import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant } from './names.ts'
import { CheckResult, CheckRule, Dimension, RuleName, RuleOrigin } from './quality.ts'
import { KnownRule, MeasuredRules, RuleChange, SuggestedRule } from './quality-contracts.ts'

/** A kind of check with the JSON Schema of its options, for forms. */
export const CheckKind = z
  .object({
    id: z.string(),
    aliases: z.array(z.string()),
    title: z.string(),
    dimension: Dimension,
    description: z.string(),
    options: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CheckKind' })
export type CheckKind = z.infer<typeof CheckKind>

/** A rule of a dataset as it holds now. */
export const DatasetRule = z
  .object({
    dataset: DatasetName,
    /** Id within the dataset. */
    id: RuleName,
    rule: CheckRule,
    origin: RuleOrigin,
    /** The contract file, or the pipeline, that it stands in; null for one made in the browser. */
    source: z.string().nullable(),
    /** Other homes in which the same rule stands: it is measured once. */
    alsoIn: z.array(z.object({ origin: RuleOrigin, source: z.string().nullable() })).optional(),
    /** False for rules that stand in a file or a pipeline: they are changed there. */
    editable: z.boolean(),
    /** Grows with every edit; null where the pipeline has it, whose own version counts. */
    version: Count.nullable(),
    changedBy: z.string().nullable(),
    changedAt: Instant.nullable(),
  })
  .meta({ id: 'DatasetRule' })
export type DatasetRule = z.infer<typeof DatasetRule>

/** One edit of a rule. */
export const RuleVersion = z
  .object({
    version: Count,
    change: z.enum(['created', 'changed', 'enabled', 'disabled', 'deleted', 'restored', 'taken_over']),
    rule: CheckRule,
    origin: RuleOrigin,
    source: z.string().nullable(),
    by: z.string(),
    at: Instant,
    reason: z.string(),
    changes: z.array(RuleChange),
  })
  .meta({ id: 'RuleVersion' })
export type RuleVersion = z.infer<typeof RuleVersion>

const reason = z.string().max(1000).default('').meta({ title: 'Reason', description: 'Without values of rows: it is kept in the history' })
const expectedVersion = z.coerce.number().int().min(1).meta({ description: 'Version that the edit is made on; another one is a 409' })
const ofDataset = z.object({ name: DatasetName })
const ofRule = z.object({ name: DatasetName, rule: RuleName })
const SavedRule = z
  .object({
    rule: DatasetRule,
    warnings: z.array(z.string()).meta({ description: 'What will not work yet, e.g. a reference dataset that is not there' }),
  })
  .meta({ id: 'SavedRule' })

/** The first rows that break a rule. */
export const FailingRows = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string(), withheld: z.boolean() })),
    /** Null also where the value is withheld from the caller. */
    rows: z.array(z.array(z.string().nullable())),
  })
  .meta({ id: 'FailingRows' })
export type FailingRows = z.infer<typeof FailingRows>

export const qualityRuleEndpoints = endpoints({
  'GET /quality/checks': {
    summary: 'Kinds of checks with the schema of their options',
    permission: 'datasets.read',
    reply: z.object({ checks: z.array(CheckKind), rule: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of a rule' }) }),
  },
  'GET /datasets/:name/rules': {
    summary: 'Rules of a dataset: from its contract file, from pipelines and from the browser',
    permission: 'datasets.read',
    params: ofDataset,
    reply: z.object({ rules: z.array(DatasetRule) }),
  },
  'POST /datasets/:name/rules': {
    summary: 'Make a rule',
    permission: 'quality.edit',
    params: ofDataset,
    body: z.strictObject({ rule: CheckRule, reason }),
    reply: SavedRule,
    status: 201,
  },
  'PUT /datasets/:name/rules/:rule': {
    summary: 'Change a rule that was made in the browser',
    permission: 'quality.edit',
    params: ofRule,
    body: z.strictObject({ rule: CheckRule, expectedVersion, reason }),
    reply: SavedRule,
  },
  'PATCH /datasets/:name/rules/:rule': {
    summary: 'Turn a rule that was made in the browser on or off',
    permission: 'quality.edit',
    params: ofRule,
    body: z.strictObject({ enabled: z.boolean(), expectedVersion, reason }),
    reply: DatasetRule,
  },
  'DELETE /datasets/:name/rules/:rule': {
    summary: 'Take out a rule that was made in the browser; its history stays',
    permission: 'quality.edit',
    params: ofRule,
    query: z.object({ expectedVersion, reason }),
    status: 204,
  },
  'GET /datasets/:name/rules/:rule/history': {
    summary: 'Every version of a rule, the newest first',
    permission: 'datasets.read',
    params: ofRule,
    reply: z.object({ versions: z.array(RuleVersion) }),
  },
  'POST /datasets/:name/rules/test': {
    summary: 'Measure a rule on the published snapshot without keeping it',
    description: 'With the first failing rows where the check is about single rows; values are withheld as in any other read.',
    permission: 'quality.edit',
    params: ofDataset,
    body: z.strictObject({ rule: CheckRule, failingRows: z.int().min(0).max(100).default(10) }),
    reply: z.object({
      snapshotId: z.string(),
      measuredAt: Instant,
      result: CheckResult,
      /** Null where the check cannot say which rows. */
      failing: FailingRows.nullable(),
      warnings: z.array(z.string()),
    }),
  },
  'POST /datasets/:name/rules/run': {
    summary: 'Measure all rules of a dataset on the published snapshot now',
    description: 'Nothing is stored: scores, history and expected ranges come from what runs publish, so that trying never bends a chart.',
    permission: 'runs.start',
    params: ofDataset,
    body: z.strictObject({
      sampleRows: z.int().min(1).optional().meta({ description: 'Look at so many rows only; results then have an interval' }),
    }),
    reply: MeasuredRules,
  },
  'GET /datasets/:name/rules/suggestions': {
    summary: 'Rules that the profile of the published snapshot suggests, also as the text of a contract file',
    permission: 'datasets.read',
    params: ofDataset,
    reply: z.object({
      dataset: DatasetName,
      snapshotId: z.string(),
      rules: z.array(SuggestedRule),
      known: z.array(KnownRule),
      yaml: z.string(),
    }),
  },
})
