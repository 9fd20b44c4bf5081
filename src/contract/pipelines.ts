import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Instant, TableName } from './names.ts'
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

export const StreamRule = z
  .strictObject({
    name: z.string().min(1).meta({ title: 'Stream', description: 'Name of the stream in the source, e.g. a sheet or a file set' }),
    dataset: TableName.optional().meta({ title: 'Dataset', description: 'Name in the lake; the normalised stream name unless told' }),
    mode: z
      .enum(['replace', 'append'])
      .default('replace')
      .meta({ title: 'Mode', description: 'replace: each run publishes the whole source anew. append: each file version is added once.' }),
    keys: z.array(z.string()).default([]).meta({ title: 'Keys', description: 'Columns (chart names) that identify a row; later rows win' }),
    columns: z.record(z.string(), ColumnRule).default({}).meta({ title: 'Columns', description: 'By the name in the source or in chart' }),
    policy: Policy.partial().optional().meta({ title: 'Policy of this stream' }),
    checks: z.array(CheckRule).default([]).meta({ title: 'Checks' }),
  })
  .meta({ id: 'StreamRule' })
export type StreamRule = z.infer<typeof StreamRule>

export const TransformRule = z
  .strictObject({
    name: TableName.meta({ title: 'Dataset', description: 'Builds navigate.<name>' }),
    sql: z.string().min(1).meta({ title: 'SQL', description: 'One SELECT over datasets, e.g. select * from chart.customers' }),
    description: z.string().default('').meta({ title: 'Description' }),
    checks: z.array(CheckRule).default([]).meta({ title: 'Checks' }),
  })
  .meta({ id: 'TransformRule' })
export type TransformRule = z.infer<typeof TransformRule>

/** A pipeline: which streams of a source become which datasets, under which policies. The same schema in YAML and over HTTP. */
export const PipelineDefinition = z
  .strictObject({
    name: TableName.meta({ title: 'Name' }),
    description: z.string().default('').meta({ title: 'Description' }),
    source: z
      .strictObject({
        connector: ConnectorId.meta({ title: 'Connector' }),
        settings: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Settings', description: "The connector's own settings" }),
      })
      .meta({ title: 'Source' }),
    streams: z.array(StreamRule).default([]).meta({ title: 'Streams', description: 'All streams with defaults when left out' }),
    policy: Policy.prefault({}).meta({ title: 'Policy' }),
    transforms: z.array(TransformRule).default([]).meta({ title: 'Transforms', description: 'Each chart dataset as it is when left out' }),
  })
  .meta({ id: 'PipelineDefinition', title: 'Atlas pipeline' })
export type PipelineDefinition = z.infer<typeof PipelineDefinition>
export type PipelineInput = z.input<typeof PipelineDefinition>

export const Pipeline = z
  .object({
    id: z.string(),
    name: TableName,
    definition: PipelineDefinition,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
    lastRunId: z.string().nullable(),
  })
  .meta({ id: 'Pipeline' })
export type Pipeline = z.infer<typeof Pipeline>

export const pipelineEndpoints = endpoints({
  'GET /pipelines': { summary: 'List pipelines', permission: 'runs.read', reply: z.array(Pipeline) },
  'GET /pipelines/schema': {
    summary: 'JSON Schema of a pipeline file, for editors',
    permission: 'public',
    reply: z.record(z.string(), z.unknown()),
  },
  'PUT /pipelines/:name': {
    summary: 'Create or change a pipeline',
    permission: 'pipelines.edit',
    params: z.object({ name: TableName }),
    body: PipelineDefinition,
    reply: Pipeline,
  },
})
