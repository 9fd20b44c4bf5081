import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant } from './names.ts'
import { RuleName } from './quality.ts'
import { Run } from './runs.ts'

/**
 * What became of a quarantined row. `replaying` while a run carries it back, `replayed` once that run has published; `released`: a run let it in, because
 * nothing refuses it any more; `superseded`: its source was read in full since, or its dataset built anew, which gave the row once more.
 */
export const QuarantineState = z
  .enum(['open', 'replaying', 'replayed', 'released', 'superseded', 'discarded'])
  .meta({ id: 'QuarantineState' })
export type QuarantineState = z.infer<typeof QuarantineState>

/** One row in one batch. Rows are numbered from 1. */
export const QuarantineRowId = z
  .strictObject({ batch: z.string().min(1).max(100), row: z.int().min(1) })
  .meta({ id: 'QuarantineRowId', examples: [{ batch: 'q_01h8xgkq', row: 3 }] })
export type QuarantineRowId = z.infer<typeof QuarantineRowId>

/** Which rows of a dataset's quarantine; all conditions must hold. */
export const QuarantineFilter = z
  .strictObject({
    batch: z.string().max(100).optional().meta({ title: 'Batch' }),
    reason: z.string().max(1000).optional().meta({ title: 'Reason', description: 'Exactly this reason' }),
    column: z.string().max(300).optional().meta({ title: 'Column', description: 'The column that was refused' }),
    rule: RuleName.optional().meta({ title: 'Rule', description: 'Rows that broke this rule' }),
    q: z.string().min(1).max(200).optional().meta({
      title: 'Text',
      description: 'Text anywhere in the row, whatever its case; needs datasets.read_raw',
    }),
  })
  .meta({ id: 'QuarantineFilter' })
export type QuarantineFilter = z.infer<typeof QuarantineFilter>

/** Open rows of one dataset: the ones named, or all that match. */
export const QuarantineSelection = z
  .strictObject({
    dataset: DatasetName,
    rows: z.array(QuarantineRowId).min(1).max(10_000).optional().meta({ title: 'Rows' }),
    filter: QuarantineFilter.optional().meta({ title: 'All open rows that match' }),
  })
  .refine(({ rows, filter }) => (rows === undefined) !== (filter === undefined), 'give rows or filter, and not both')
  .meta({ id: 'QuarantineSelection' })
export type QuarantineSelection = z.infer<typeof QuarantineSelection>

/** How rows are mended: cells of single rows, then an expression for each column over every row chosen. Names are those of explore. */
export const QuarantineFix = z
  .strictObject({
    edits: z
      .array(QuarantineRowId.extend({ cells: z.record(z.string(), z.string().nullable()) }))
      .max(1000)
      .default([])
      .meta({ title: 'Edited cells' }),
    transforms: z
      .array(
        z.strictObject({
          column: z.string().min(1).meta({ title: 'Column' }),
          expression: z
            .string()
            .min(1)
            .max(10_000)
            .meta({
              title: 'Expression',
              description: 'SQL over the columns of one row, as it came',
              examples: ["replace(amount, ',', '.')"],
            }),
        }),
      )
      .max(100)
      .default([])
      .meta({ title: 'Expressions' }),
  })
  .meta({ id: 'QuarantineFix' })
export type QuarantineFix = z.infer<typeof QuarantineFix>

export const QuarantineEntry = QuarantineRowId.extend({
  dataset: z.string(),
  state: QuarantineState,
  stage: z.enum(['extract', 'standardise', 'check']),
  runId: z.string(),
  at: Instant,
  /** Where the row came from: a file, or `quarantine/<batch>` for one that was replayed and came back. */
  file: z.string().nullable(),
  line: Count.nullable(),
  column: z.string().nullable(),
  reason: z.string(),
  /** Id of the rule it broke; null for a row that was refused for its type or form. */
  rule: z.string().nullable(),
  /** The row as it came: a JSON object of its cells, or a line of text that no cells could be read from; null without the right to raw data. */
  content: z.string().nullable(),
  /** The run that carries it back, or did, let it in, or read it once more. */
  replayRunId: z.string().nullable(),
}).meta({ id: 'QuarantineEntry' })
export type QuarantineEntry = z.infer<typeof QuarantineEntry>

const states = z.object({ open: Count, replaying: Count, replayed: Count, released: Count, superseded: Count, discarded: Count })

export const QuarantineOverview = z
  .object({ dataset: z.string(), batches: Count, rows: Count, states, lastAt: Instant })
  .meta({ id: 'QuarantineOverview' })
export type QuarantineOverview = z.infer<typeof QuarantineOverview>

/** Rows of one dataset with one reason in one column. */
export const QuarantineGroup = z
  .object({ reason: z.string(), column: z.string().nullable(), rule: z.string().nullable(), rows: Count, open: Count })
  .meta({ id: 'QuarantineGroup' })
export type QuarantineGroup = z.infer<typeof QuarantineGroup>

/** Who did what with rows of a batch. */
export const QuarantineAct = z
  .object({
    batch: z.string(),
    state: QuarantineState.meta({ description: 'open: the run that carried them back failed' }),
    rows: Count,
    by: z.string(),
    at: Instant,
    reason: z.string().nullable(),
    runId: z.string().nullable(),
  })
  .meta({ id: 'QuarantineAct' })
export type QuarantineAct = z.infer<typeof QuarantineAct>

/** Cells of a row before and after a fix, by the names of explore. */
export const QuarantinePreviewRow = QuarantineRowId.extend({
  before: z.record(z.string(), z.string().nullable()),
  after: z.record(z.string(), z.string().nullable()),
}).meta({ id: 'QuarantinePreviewRow' })

export const QuarantinePreview = z
  .object({ columns: z.array(z.object({ name: z.string(), type: z.string() })), rows: z.array(QuarantinePreviewRow), selected: Count })
  .meta({ id: 'QuarantinePreview' })
export type QuarantinePreview = z.infer<typeof QuarantinePreview>

/** Rows of a snapshot that break a rule: at most 100, always the same ones, personal data as the policy left it. */
export const FailingRows = z
  .object({
    rule: z.string(),
    snapshotId: z.string(),
    /** Columns of `rows`, those that identify a row first. */
    columns: z.array(z.object({ name: z.string(), type: z.string(), withheld: z.boolean() })),
    keys: z.array(z.string()),
    rows: z.array(z.array(z.string().nullable())),
    /** Failing rows in the snapshot, of which `rows` shows the first; null where they were not counted. */
    failing: Count.nullable(),
    /** Why there are no rows to show, where a rule is not about single rows or could not run. */
    message: z.string().nullable(),
  })
  .meta({ id: 'FailingRows' })
export type FailingRows = z.infer<typeof FailingRows>

const page = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  offset: z.coerce.number().int().min(0).default(0),
}

export const quarantineEndpoints = endpoints({
  'GET /quarantine': {
    summary: 'Quarantined rows of each dataset, by what became of them',
    permission: 'datasets.read',
    reply: z.array(QuarantineOverview),
  },
  'GET /quarantine/rows': {
    summary: 'Quarantined rows of a dataset across its batches, newest batch first; the rows themselves need datasets.read_raw',
    permission: 'datasets.read',
    query: z.object({ dataset: DatasetName, state: QuarantineState.optional(), ...QuarantineFilter.shape, ...page }),
    reply: z.object({ rows: z.array(QuarantineEntry), total: Count }),
  },
  'GET /quarantine/groups': {
    summary: 'Quarantined rows of a dataset by reason and column, most open rows first',
    permission: 'datasets.read',
    query: z.object({ dataset: DatasetName }),
    reply: z.array(QuarantineGroup),
  },
  'GET /quarantine/acts': {
    summary: 'What was done with the quarantined rows of a dataset, newest first',
    permission: 'datasets.read',
    query: z.object({ dataset: DatasetName }),
    reply: z.array(QuarantineAct),
  },
  'POST /quarantine/preview': {
    summary: 'Rows as a fix would make them; nothing is changed',
    permission: 'datasets.read_raw',
    body: z.strictObject({ selection: QuarantineSelection, fix: QuarantineFix.prefault({}), limit: z.int().min(1).max(100).default(20) }),
    reply: QuarantinePreview,
  },
  'POST /quarantine/replay': {
    summary: 'Mend quarantined rows and send them through the pipeline again, as a run of its own',
    description:
      'The rows land in explore as a new file and are standardised and checked like any others; those that fail again come back with the new reason. At most 50,000 rows at once.',
    permission: 'quarantine.edit',
    body: z.strictObject({ selection: QuarantineSelection, fix: QuarantineFix.prefault({}) }),
    reply: z.object({
      run: Run,
      rows: Count,
      /** What to know of this dataset: where the pipeline replaces it, the next full read brings the source's row again. */
      note: z.string().nullable(),
    }),
    status: 202,
  },
  'POST /quarantine/discard': {
    summary: 'Give quarantined rows up, with a reason',
    permission: 'quarantine.edit',
    body: z.strictObject({ selection: QuarantineSelection, reason: z.string().trim().min(1).max(2000) }),
    reply: z.object({ rows: Count }),
  },
  'GET /datasets/:name/rules/:rule/failing-rows': {
    summary: 'Rows of a snapshot that break a rule',
    description: 'At most 100, always the same ones for one snapshot. Rows of explore are never given; duplicates of a key stand together.',
    permission: 'datasets.read',
    params: z.object({ name: DatasetName, rule: RuleName }),
    query: z.object({
      snapshot: z.string().optional().meta({ description: 'Snapshot id or ISO time; the published snapshot when left out' }),
      limit: z.coerce.number().int().min(1).max(100).default(100),
    }),
    reply: FailingRows,
  },
})
