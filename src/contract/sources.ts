import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, TableName } from './names.ts'
import { Policy } from './pii.ts'
import { ConnectorId, ReadMode, StreamRule } from './pipelines.ts'
import { Problem } from './problem.ts'
import { Run, RunState } from './runs.ts'

/** Stands for a secret in a reply, and in a request for "as it is stored". The secret itself never leaves the server. */
export const SECRET_KEPT = '••••••••'

/** A kind of source, as forms, the command line and docs need it. */
export const ConnectorInfo = z
  .object({
    id: ConnectorId,
    title: z.string(),
    description: z.string(),
    modes: z.array(ReadMode),
    /** JSON Schema of the settings; secrets are marked with `secret: true`. */
    settings: z.record(z.string(), z.unknown()),
    /** JSON Schema of a stream's own options; null when it has none. */
    streamOptions: z.record(z.string(), z.unknown()).nullable(),
    /** Whether a stream's rows can be chosen (`where`). */
    filters: z.boolean(),
    /** What a stream's own query is written in; null where there can be none. */
    queryLanguage: z.string().nullable(),
  })
  .meta({ id: 'ConnectorInfo' })
export type ConnectorInfo = z.infer<typeof ConnectorInfo>

export const SourceSettings = z.record(z.string(), z.unknown()).meta({
  id: 'SourceSettings',
  title: 'Settings',
  description: `The connector's own settings. A secret reads ${SECRET_KEPT} in replies; sent back like that, it stays as it is stored.`,
})

/** The state of a source: that of its worst stream, from what happened, never from what was saved. */
export const SourceState = z
  .enum(['never_run', 'running', 'on_time', 'partial', 'rate_limited', 'failing', 'paused'])
  .meta({ id: 'SourceState' })
export type SourceState = z.infer<typeof SourceState>

export const SourceInput = z
  .strictObject({
    name: TableName.refine((name) => name !== 'new', 'new is the page that adds a source, not a name').meta({
      title: 'Name',
      description: 'Also the name of the pipeline that reads it',
    }),
    connector: ConnectorId,
    description: z.string().max(2000).default(''),
    settings: SourceSettings.default({}),
    streams: z.array(StreamRule).default([]).meta({ title: 'Streams', description: 'All streams, replaced each time, when left out' }),
    policy: Policy.prefault({}),
    paused: z.boolean().default(false),
    credentialsEnd: z.iso
      .date()
      .nullable()
      .optional()
      .meta({ title: 'Credentials end on', description: 'As far as you know; an alert tells in time. Left out: as it is stored' }),
  })
  .meta({ id: 'SourceInput' })
export type SourceInput = z.infer<typeof SourceInput>

export const SourceRun = z
  .object({
    runId: z.string(),
    state: RunState,
    queuedAt: Instant,
    finishedAt: Instant.nullable(),
    durationMs: Count.nullable(),
    sourceRows: Count.nullable(),
    publishedRows: Count.nullable(),
    quarantinedRows: Count.nullable(),
    error: Problem.nullable(),
  })
  .meta({ id: 'SourceRun' })
export type SourceRun = z.infer<typeof SourceRun>

export const Source = SourceInput.extend({
  id: z.string(),
  version: z.int(),
  state: SourceState,
  /** Streams chosen, and how many of them the last run delivered; null before the first run. */
  streamsDelivered: z.object({ delivered: Count, chosen: Count }).nullable(),
  lastRun: SourceRun.nullable(),
  lastSuccessAt: Instant.nullable(),
  createdAt: Instant,
  createdBy: z.string(),
  updatedAt: Instant,
  updatedBy: z.string(),
  /** When each secret was set; by its path in the settings, dots between. */
  secretsSetAt: z.record(z.string(), Instant),
}).meta({ id: 'Source' })
export type Source = z.infer<typeof Source>

export const CheckedPart = z
  .object({
    part: z.enum(['name', 'connection', 'tls', 'sign_in', 'permission', 'object']),
    ok: z.boolean(),
    /** In words, with the next step where it failed. */
    detail: z.string(),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'CheckedPart' })
export type CheckedPart = z.infer<typeof CheckedPart>

export const DiscoveredStream = z
  .object({
    name: z.string(),
    title: z.string().nullable(),
    kind: z.string().meta({ description: 'table, view, sheet, object, endpoint, file set' }),
    columns: z
      .array(
        z.object({
          name: z.string(),
          /** DuckDB type in explore. */
          type: z.string(),
          /** Type in the source's own words. */
          sourceType: z.string().nullable(),
          nullable: z.boolean().nullable(),
        }),
      )
      .nullable(),
    primaryKey: z.array(z.string()),
    cursors: z.array(z.string()).meta({ description: 'Columns that can be the cursor, the best first' }),
    modes: z.array(ReadMode),
    rowEstimate: Count.nullable(),
    sizeBytes: Count.nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'DiscoveredStream' })
export type DiscoveredStream = z.infer<typeof DiscoveredStream>

export const StreamPreview = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.string().nullable())).meta({ description: 'At most 50 rows, as in the source' }),
  })
  .meta({ id: 'StreamPreview' })
export type StreamPreview = z.infer<typeof StreamPreview>

/** A stream of a saved source: what it is set to, and how far it is. */
export const SourceStream = z
  .object({
    name: z.string(),
    dataset: z.string(),
    mode: ReadMode,
    keys: z.array(z.string()),
    cursorColumn: z.string().nullable(),
    /** How far the stream has been read, in words of the source. */
    cursorValue: z.string().nullable(),
    lastReadAt: Instant.nullable(),
    rows: Count.nullable().meta({ description: 'Rows in explore' }),
    lastState: z.enum(['succeeded', 'partial', 'failed', 'rate_limited', 'not_reached', 'never_run']),
    lastError: Problem.nullable(),
  })
  .meta({ id: 'SourceStream' })
export type SourceStream = z.infer<typeof SourceStream>

export const SchemaChange = z
  .object({
    id: Count,
    at: Instant,
    runId: z.string(),
    stream: z.string(),
    dataset: z.string(),
    kind: z.enum(['new_table', 'added', 'dropped', 'retyped', 'nullability', 'renamed']),
    column: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    /** What the stream's contract did about it. */
    action: z.string(),
    breaking: z.boolean(),
  })
  .meta({ id: 'SchemaChange' })
export type SchemaChange = z.infer<typeof SchemaChange>

/** What would be missed if a source were deleted. */
export const SourceDependents = z
  .object({
    datasets: z.array(z.string()),
    transforms: z.array(z.string()),
    pipelines: z.array(z.string()),
  })
  .meta({ id: 'SourceDependents' })
export type SourceDependents = z.infer<typeof SourceDependents>

/** Settings that are not saved yet. With `saved`, secrets left as they are come from that source. */
const unsaved = z.strictObject({ connector: ConnectorId, settings: SourceSettings, saved: TableName.optional() })
const name = z.object({ name: TableName })

export const sourceEndpoints = endpoints({
  'GET /connectors': {
    summary: 'Kinds of source, with the JSON Schema of their settings',
    permission: 'sources.read',
    reply: z.array(ConnectorInfo),
  },
  'GET /sources': { summary: 'List sources', permission: 'sources.read', reply: z.array(Source) },
  'POST /sources': { summary: 'Create a source', permission: 'sources.edit', body: SourceInput, reply: Source, status: 201 },
  'GET /sources/:name': { summary: 'One source', permission: 'sources.read', params: name, reply: Source },
  'PUT /sources/:name': {
    summary: 'Change a source',
    description:
      'The whole of it. A secret sent as it was replied stays as stored, unless a setting that says where it is sent to changes: then it is asked for again.',
    permission: 'sources.edit',
    params: name,
    body: SourceInput.omit({ name: true, connector: true }),
    reply: Source,
  },
  'DELETE /sources/:name': {
    summary: 'Delete a source; its datasets stay',
    description: 'Refused with source.in_use while something depends on it, unless confirmed with its name.',
    permission: 'sources.edit',
    params: name,
    query: z.object({ confirm: z.string().optional() }),
    status: 204,
  },
  'GET /sources/:name/dependents': {
    summary: 'What depends on a source',
    permission: 'sources.read',
    params: name,
    reply: SourceDependents,
  },
  'POST /sources/test': {
    summary: 'Test settings that are not saved',
    permission: 'sources.edit',
    body: unsaved,
    reply: z.array(CheckedPart),
  },
  'POST /sources/:name/test': { summary: 'Test a source', permission: 'sources.edit', params: name, reply: z.array(CheckedPart) },
  'POST /sources/discover': {
    summary: 'Streams of settings that are not saved',
    permission: 'sources.edit',
    body: unsaved,
    reply: z.array(DiscoveredStream),
  },
  'POST /sources/:name/discover': {
    summary: 'Streams of a source',
    permission: 'sources.edit',
    params: name,
    reply: z.array(DiscoveredStream),
  },
  'POST /sources/preview': {
    summary: 'First 50 rows of a stream, settings not saved',
    description: 'Rows as in the source, before anything is masked: needs datasets.read_raw too.',
    permission: 'sources.edit',
    body: unsaved.extend({ stream: StreamRule }),
    reply: StreamPreview,
  },
  'POST /sources/:name/preview': {
    summary: 'First 50 rows of a stream',
    description: 'Rows as in the source, before anything is masked: needs datasets.read_raw too.',
    permission: 'sources.edit',
    params: name,
    body: z.strictObject({ stream: StreamRule }),
    reply: StreamPreview,
  },
  'POST /sources/:name/sync': {
    summary: 'Read a source now',
    permission: 'runs.start',
    params: name,
    body: z.strictObject({
      streams: z.array(z.string()).min(1).optional().meta({ description: 'All chosen streams unless told' }),
      full: z.boolean().default(false).meta({ description: 'Forget how far the streams are, and read all again' }),
      backfill: z
        .strictObject({ from: z.string(), to: z.string() })
        .optional()
        .meta({ description: 'Read cursor values [from, to) only; how far the streams are stays as it is' }),
    }),
    reply: Run,
    status: 202,
  },
  'GET /sources/:name/history': {
    summary: 'Runs of a source, newest first, at most 100',
    permission: 'sources.read',
    params: name,
    reply: z.array(SourceRun),
  },
  'GET /sources/:name/streams': {
    summary: 'Chosen streams and how far each is',
    permission: 'sources.read',
    params: name,
    reply: z.array(SourceStream),
  },
  'GET /sources/:name/schema-changes': {
    summary: 'Schema changes seen, newest first, at most 500',
    permission: 'sources.read',
    params: name,
    reply: z.array(SchemaChange),
  },
})
