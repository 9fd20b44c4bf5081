import { z } from 'zod'
import { Age, TableName } from './names.ts'
import { Policy } from './pii.ts'
import { CheckRule } from './quality.ts'

/** Exact ids of the kinds of source. */
export const ConnectorId = z
  .enum(['files', 'postgresql', 'mysql', 'rest_api', 'google_sheets', 'salesforce', 'kafka'])
  .meta({ id: 'ConnectorId' })
export type ConnectorId = z.infer<typeof ConnectorId>

/** Types a chart column can be declared as; decimal takes precision and scale. */
export const ColumnType = z
  .string()
  .regex(
    /^(text|integer|bigint|double|boolean|date|time|timestamp|timestamptz|uuid|json|decimal\(([1-9]|[12]\d|3[0-8]),\s*\d{1,2}\))$/,
    'one of text, integer, bigint, decimal(p,s), double, boolean, date, time, timestamp, timestamptz, uuid, json',
  )
  .meta({ id: 'ColumnType', examples: ['decimal(12,2)', 'date'] })
export type ColumnType = z.infer<typeof ColumnType>

export const ColumnRule = z
  .strictObject({
    type: ColumnType.optional().meta({
      title: 'Type',
      description: 'Rows that do not fit go to quarantine. Found over the whole column when left out.',
    }),
    /** strptime format for date and timestamp columns, e.g. `%d-%m-%Y`. */
    format: z.string().optional().meta({ title: 'Date format' }),
    name: TableName.optional().meta({ title: 'Name in chart', description: 'The normalised name unless told' }),
  })
  .meta({ id: 'ColumnRule' })
export type ColumnRule = z.infer<typeof ColumnRule>

/** How a stream is read again and again. The words of the field: full refresh (replace, full_append) and incremental (append, merge). */
export const ReadMode = z.enum(['replace', 'full_append', 'append', 'merge']).meta({
  id: 'ReadMode',
  title: 'Mode',
  description:
    'replace: each run publishes the whole stream anew. full_append: each run adds the whole stream again. append: only what is new is added ' +
    '(new file versions, or rows by the cursor). merge: only what is new is read, and chart keeps the newest row of each key.',
})
export type ReadMode = z.infer<typeof ReadMode>

/** The column by which an incremental read finds what is new. */
export const CursorRule = z
  .strictObject({
    column: z
      .string()
      .min(1)
      .meta({ title: 'Cursor', description: 'A column (name in the source) that grows when a row is added or changed' }),
    nulls: z.enum(['raise', 'exclude', 'include']).default('raise').meta({
      title: 'Rows without a cursor',
      description: 'raise: the run fails before anything is written. exclude: they are not read. include: they are read, each once.',
    }),
    lookback: z
      .string()
      .regex(/^\d+(\.\d+)?\s*(s|min|h|d)?$/, 'a time such as 30s, 10min, 2h or 1d, or a number for a cursor that is a number')
      .optional()
      .meta({ title: 'Look back', description: 'How far before the last value the next read begins, for rows that become visible late' }),
    start: z
      .string()
      .optional()
      .meta({ title: 'Start', description: 'First cursor value that is read (inclusive); all history unless told' }),
    end: z.string().optional().meta({ title: 'End', description: 'Cursor values from this one on are not read (exclusive)' }),
    backfill: z
      .strictObject({ from: z.string(), to: z.string() })
      .optional()
      .meta({ title: 'Backfill', description: 'Reads [from, to) once; what the stream has reached stays as it is' }),
  })
  .meta({ id: 'CursorRule', title: 'Cursor' })
export type CursorRule = z.infer<typeof CursorRule>

/** What is done with a change of the source's schema. */
export const SchemaAction = z.enum(['evolve', 'freeze', 'discard_row', 'discard_value', 'quarantine']).meta({ id: 'SchemaAction' })
export type SchemaAction = z.infer<typeof SchemaAction>

/** The stream's contract: what happens when its schema changes between two runs. */
export const SchemaContract = z
  .strictObject({
    newTable: SchemaAction.default('evolve').meta({ title: 'A stream that was never read' }),
    newColumn: SchemaAction.default('evolve').meta({ title: 'A column that was not there' }),
    typeClash: SchemaAction.optional().meta({
      title: 'A value that does not fit the type the column has',
      description: 'evolve for a stream that is replaced each time, quarantine for any other, unless told',
    }),
    nullability: SchemaAction.default('evolve').meta({ title: 'No value where there always was one' }),
  })
  .meta({ id: 'SchemaContract', title: 'Contract' })
export type SchemaContract = z.infer<typeof SchemaContract>

/** Rows to read, as data: `{"StageName": "Closed Won", "Amount__gt": 10000}`. Operators: gt, gte, lt, lte, ne, in, like, null; all must hold. */
export const RowFilter = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)]),
  )
  .meta({ id: 'RowFilter', title: 'Rows', examples: [{ StageName: 'Closed Won', Amount__gt: 10000 }] })
export type RowFilter = z.infer<typeof RowFilter>

export const StreamRule = z
  .strictObject({
    name: z.string().min(1).meta({ title: 'Stream', description: 'Name of the stream in the source, e.g. a table, a sheet or a file set' }),
    dataset: TableName.optional().meta({ title: 'Dataset', description: 'Name in the lake; the normalised stream name unless told' }),
    mode: ReadMode.default('replace'),
    restart: z
      .boolean()
      .optional()
      .meta({ title: 'Begin anew', description: 'Read all of it again, and replace what was read before; for one run, not to be kept' }),
    cursor: CursorRule.optional(),
    select: z.array(z.string()).min(1).optional().meta({ title: 'Columns to read', description: 'Names in the source; all unless told' }),
    where: RowFilter.optional().meta({
      title: 'Rows to read',
      description: 'Column, or column__operator, and value; all rows unless told',
    }),
    query: z.string().min(1).optional().meta({ title: 'Query', description: "A SELECT in the source's own language instead of a table" }),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ title: 'Options', description: "The connector's own options of a stream" }),
    contract: SchemaContract.prefault({}),
    keys: z.array(z.string()).default([]).meta({
      title: 'Keys',
      description: "Columns (chart names) that identify a row; later rows win. For merge the source's own primary key unless told",
    }),
    columns: z.record(z.string(), ColumnRule).default({}).meta({ title: 'Columns', description: 'By the name in the source or in chart' }),
    policy: Policy.partial().optional().meta({ title: 'Policy of this stream' }),
    checks: z.array(CheckRule).default([]).meta({ title: 'Checks' }),
  })
  .meta({ id: 'StreamRule' })
export type StreamRule = z.infer<typeof StreamRule>

/** When a transform is built anew by itself. */
export const TransformRuns = z.enum(['on_change', 'apart', 'never'])
export type TransformRuns = z.infer<typeof TransformRuns>

export const TransformRule = z
  .strictObject({
    name: TableName.meta({ title: 'Dataset', description: 'Builds navigate.<name>' }),
    sql: z.string().min(1).meta({ title: 'SQL', description: 'One SELECT over datasets, e.g. select * from chart.customers' }),
    description: z.string().default('').meta({ title: 'Description' }),
    checks: z.array(CheckRule).default([]).meta({ title: 'Checks' }),
    runs: TransformRuns.optional().meta({
      title: 'When what it reads has changed',
      description:
        'on_change (unless told): it is built in the run that publishes what it reads, or else in one of its own. ' +
        'apart: always in a run of its own, so that it never holds back what it reads. never: it is built when somebody asks',
    }),
    freshness: Age.optional().meta({ title: 'No older than', description: 'What it is made from is read again in time for that' }),
  })
  .meta({ id: 'TransformRule' })
export type TransformRule = z.infer<typeof TransformRule>

const Duration = z.string().regex(/^\d+(\.\d+)?\s*(ms|s|min|h|d)$/, 'a time such as 500ms, 60s, 10min, 2h or 1d')

/** When a run that failed is tried again. Errors that cannot get better by themselves (sign-in, permission, settings) never are. */
export const RetryRule = z
  .strictObject({
    attempts: z.int().min(1).max(20).default(3).meta({ title: 'Attempts', description: '1: never again' }),
    first: Duration.default('60s').meta({ title: 'First pause' }),
    factor: z.number().min(1).max(10).default(2).meta({ title: 'Factor', description: 'Each pause is so many times the one before' }),
    longest: Duration.default('1h').meta({ title: 'Longest pause' }),
  })
  .meta({ id: 'RetryRule', title: 'Retries' })
export type RetryRule = z.infer<typeof RetryRule>

/** What one run may use at most. */
export const RunLimits = z
  .strictObject({
    time: Duration.optional().meta({ title: 'Time', description: 'A run that takes longer is stopped and fails' }),
    memory: z
      .string()
      .regex(/^\d+(\.\d+)?\s*(MB|GB|MiB|GiB)$/, 'a size such as 500MB or 2GiB')
      .optional()
      .meta({ title: 'Memory', description: "DuckDB's share for one run; beyond it work is spilled to disk" }),
  })
  .meta({ id: 'RunLimits', title: 'Limits' })
export type RunLimits = z.infer<typeof RunLimits>

/** A pipeline: which streams of a source become which datasets, under which policies. The same schema in YAML and over HTTP. */
export const PipelineDefinition = z
  .strictObject({
    name: TableName.meta({ title: 'Name' }),
    description: z.string().default('').meta({ title: 'Description' }),
    owner: z.string().min(1).max(200).optional().meta({ title: 'Owner', description: 'Who answers for it: a person or a team' }),
    source: z
      .strictObject({
        connector: ConnectorId.meta({ title: 'Connector' }),
        settings: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Settings', description: "The connector's own settings" }),
        saved: TableName.optional().meta({ title: 'Saved source', description: 'Name of a saved source, whose settings are used' }),
      })
      .meta({ title: 'Source' }),
    streams: z.array(StreamRule).default([]).meta({ title: 'Streams', description: 'All streams with defaults when left out' }),
    policy: Policy.prefault({}).meta({ title: 'Policy' }),
    transforms: z.array(TransformRule).default([]).meta({ title: 'Transforms', description: 'Each chart dataset as it is when left out' }),
    retries: RetryRule.optional(),
    priority: z
      .int()
      .min(-100)
      .max(100)
      .optional()
      .meta({ title: 'Priority', description: 'Of what waits, higher ones are begun first; 0 unless told' }),
    overlap: z.enum(['queue', 'skip', 'cancel_older', 'allow']).optional().meta({
      title: 'When a run of this pipeline is going on',
      description: 'queue (unless told): the new one waits. skip: it is not begun. cancel_older: it takes the place. allow: both run',
    }),
    limits: RunLimits.optional(),
    pools: z.array(z.string().min(1).max(100)).max(20).optional().meta({
      title: 'Pools',
      description: 'Each run holds a place in each of them; a saved source has one of its own, source:<name>, once it is given a size',
    }),
  })
  .meta({ id: 'PipelineDefinition', title: 'Atlas pipeline' })
export type PipelineDefinition = z.infer<typeof PipelineDefinition>
export type PipelineInput = z.input<typeof PipelineDefinition>
