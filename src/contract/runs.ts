import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, Layer, TableName } from './names.ts'
import { PiiFinding } from './pii.ts'
import { PipelineDefinition, ReadMode, StreamRule } from './pipelines.ts'
import { Problem } from './problem.ts'
import { CheckResult, DimensionScores, QualitySummary } from './quality.ts'
import { Reading } from './uploads.ts'

export const RunState = z.enum(['queued', 'running', 'succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled']).meta({
  id: 'RunState',
  description:
    'partial: some streams were published, others failed. rate_limited: a source allows no more for now; what was read is kept, the next run goes on',
})
export type RunState = z.infer<typeof RunState>

export const StepName = z.enum(['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish']).meta({
  id: 'StepName',
  description: 'The eight steps of a run, in order; standardise also masks, publish makes all layers visible in one transaction',
})
export type StepName = z.infer<typeof StepName>

export const StepState = z
  .enum(['waiting', 'running', 'succeeded', 'failed', 'blocked', 'cancelled', 'skipped', 'rate_limited'])
  .meta({ id: 'StepState' })
export type StepState = z.infer<typeof StepState>

export const Step = z
  .object({
    stream: z.string().meta({ description: 'Stream the step works on; empty for plan' }),
    name: StepName,
    state: StepState,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    rowsIn: Count.nullable(),
    rowsOut: Count.nullable(),
    bytes: Count.nullable(),
    /** In words: what was done, or why it was skipped or failed. */
    note: z.string().nullable(),
  })
  .meta({ id: 'Step' })
export type Step = z.infer<typeof Step>

export const RunTrigger = z
  .enum(['cli', 'api', 'upload', 'replay', 'schedule', 'event', 'dependency', 'freshness', 'backfill'])
  .meta({ id: 'RunTrigger' })
export type RunTrigger = z.infer<typeof RunTrigger>

/** What made a run, beside the person or schedule: each field only where it is known. */
export const RunCause = z
  .strictObject({
    event: z.string().optional().meta({ description: 'Id of the event trigger' }),
    datasets: z.array(z.string()).optional().meta({ description: 'Datasets whose new snapshots it reads' }),
    file: z.string().optional().meta({ description: 'The file that arrived' }),
    backfill: z.string().optional().meta({ description: 'Id of the backfill' }),
    target: z.string().optional().meta({ description: 'Dataset that is to be kept fresh' }),
    upstream: z.string().optional().meta({ description: 'Run that published what this one reads' }),
  })
  .meta({ id: 'RunCause' })
export type RunCause = z.infer<typeof RunCause>

export const AttemptOutcome = z
  .enum(['succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled', 'lost', 'handed_over', 'refused'])
  .meta({
    id: 'AttemptOutcome',
    description:
      'lost: its worker gave no sign of life. handed_over: its worker was stopped in order. refused: it came back after another attempt had begun, ' +
      'and published nothing',
  })
export type AttemptOutcome = z.infer<typeof AttemptOutcome>

export const Run = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    state: RunState,
    kind: z
      .enum(['pipeline', 'transform'])
      .meta({ description: 'transform: builds one stored transform, because what it reads has changed' }),
    trigger: RunTrigger,
    requestedBy: z.string(),
    cause: RunCause.nullable(),
    priority: z.int().meta({ description: 'Of what waits, higher ones are begun first' }),
    attempt: Count.meta({ description: 'Attempts begun' }),
    failures: Count.meta({ description: 'Attempts that failed or whose worker was lost' }),
    maxAttempts: z.int().min(1).meta({ description: 'As many failures end the run' }),
    notBefore: Instant.nullable().meta({ description: 'It waits until then to be tried again' }),
    retryOf: z.string().nullable().meta({ description: 'The run that gave up, which this one does again' }),
    gaveUpAt: Instant.nullable().meta({ description: 'When the last attempt that it is allowed failed' }),
    settledAt: Instant.nullable().meta({ description: 'When a run that gave up was done again or put aside' }),
    logicalTime: Instant.nullable().meta({ description: 'The time of its schedule that the run stands for; null for other runs' }),
    queuedAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    sourceRows: Count.nullable(),
    publishedRows: Count.nullable().meta({ description: 'Rows published to chart by this run' }),
    quarantinedRows: Count.nullable(),
    deduplicatedRows: Count.nullable(),
    discardedRows: Count.nullable().meta({ description: 'Rows that the contract of a stream discards' }),
    qualityScore: z.number().min(0).max(1).nullable(),
    piiColumns: Count.nullable(),
    error: Problem.nullable(),
  })
  .meta({ id: 'Run' })
export type Run = z.infer<typeof Run>

export const RunColumn = z
  .object({
    name: z.string(),
    type: z.string(),
    /** Kind of personal data the column holds in explore; null when none was found in any row. */
    pii: z.string().nullable(),
    /** What was done to it on the way to chart; null for a column without personal data. */
    action: z.string().nullable(),
  })
  .meta({ id: 'RunColumn' })
export type RunColumn = z.infer<typeof RunColumn>

export const RunDataset = z
  .object({
    name: z.string().meta({ description: 'layer.name' }),
    layer: Layer,
    snapshotId: z.string(),
    rows: Count,
    quarantined: Count,
    columns: z.array(RunColumn),
  })
  .meta({ id: 'RunDataset' })
export type RunDataset = z.infer<typeof RunDataset>

/** What became of one stream in a run. */
export const RunStream = z
  .object({
    name: z.string(),
    dataset: z.string().meta({ description: 'Table name in the lake' }),
    mode: ReadMode,
    state: z.enum(['succeeded', 'partial', 'failed', 'rate_limited', 'not_reached']).meta({
      description: 'partial: a part could not be read and is asked for again by the next run; the rest is published',
    }),
    rows: Count.meta({ description: 'Rows that the source gave' }),
    /** Rows by the source's own count, where one can be had. */
    counted: Count.nullable(),
    bytes: Count,
    error: Problem.nullable(),
  })
  .meta({ id: 'RunStream' })
export type RunStream = z.infer<typeof RunStream>

/** What `atlas run --json` prints. */
export const RunReport = z
  .object({
    runId: z.string(),
    pipeline: z.string(),
    status: z.enum(['succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled']),
    streams: z.array(RunStream).default([]),
    /** Datasets that this run published. */
    datasets: z.array(RunDataset),
    pii: z.array(PiiFinding.extend({ dataset: z.string() })),
    quality: z.object({
      score: z.number().nullable(),
      dimensions: DimensionScores,
      reasons: QualitySummary.shape.reasons,
      measured: z.int(),
    }),
    checks: z.array(CheckResult.extend({ dataset: z.string() })),
    quarantine: z.array(
      z.object({
        id: z.string(),
        dataset: z.string(),
        stage: z.string(),
        rows: Count,
        reasons: z.array(z.object({ reason: z.string(), rows: Count })),
      }),
    ),
    sourceRows: Count,
    publishedRows: Count,
    quarantinedRows: Count,
    deduplicatedRows: Count,
    discardedRows: Count.default(0),
    durationMs: z.number(),
    warnings: z.array(z.string()),
    error: Problem.nullable(),
  })
  .meta({ id: 'RunReport' })
export type RunReport = z.infer<typeof RunReport>

export const RunDetail = Run.extend({
  steps: z.array(Step),
  /** Null until the run has finished. */
  report: RunReport.nullable(),
}).meta({ id: 'RunDetail' })
export type RunDetail = z.infer<typeof RunDetail>

export const LogLine = z
  .object({
    id: Count,
    at: Instant,
    level: z.enum(['info', 'warn', 'error']),
    stream: z.string(),
    step: StepName.nullable(),
    message: z.string(),
  })
  .meta({ id: 'LogLine' })
export type LogLine = z.infer<typeof LogLine>

/** Events of `GET /runs/:runId/events` (SSE): `event:` is the kind, `data:` the JSON, `id:` resumes with Last-Event-ID. */
export const RunEvent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('run'), run: Run }),
    z.object({ kind: z.literal('step'), runId: z.string(), step: Step }),
    z.object({ kind: z.literal('log'), runId: z.string(), line: LogLine }),
    z.object({
      kind: z.literal('progress'),
      runId: z.string(),
      stream: z.string(),
      step: StepName,
      rows: Count.nullable(),
      bytes: Count.nullable(),
      /** Total in the unit of `bytes` (or of `rows` when bytes is null); null when nobody knows. */
      total: Count.nullable(),
    }),
  ])
  .meta({ id: 'RunEvent' })
export type RunEvent = z.infer<typeof RunEvent>

const runId = z.object({ runId: z.string() })

export const StartRun = z
  .union([
    z.strictObject({
      pipeline: PipelineDefinition,
      trigger: z.enum(['cli', 'api']).default('api'),
      workingFolder: z
        .string()
        .optional()
        .meta({ description: 'Folder on the server that relative paths and transforms/ start from; needs sources.read_local_files' }),
    }),
    z.strictObject({ pipelineName: TableName }),
    z.strictObject({
      uploadId: z.string(),
      dataset: TableName,
      reading: Reading.partial().default({}),
      stream: StreamRule.omit({ name: true, dataset: true }).prefault({}),
    }),
  ])
  .meta({ id: 'StartRun' })
export type StartRun = z.infer<typeof StartRun>

export const runEndpoints = endpoints({
  'POST /runs': {
    summary: 'Start a run of a pipeline or of an upload',
    description: 'A pipeline whose files connector names a path on the server also needs sources.read_local_files.',
    permission: 'runs.start',
    body: StartRun,
    reply: Run,
    status: 202,
  },
  'GET /runs': {
    summary: 'List runs, newest first',
    permission: 'runs.read',
    query: z.object({
      state: RunState.optional(),
      pipeline: z.string().optional(),
      /** Runs queued before this run id (keyset paging). */
      after: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    reply: z.object({ runs: z.array(Run), next: z.string().nullable() }),
  },
  'GET /runs/:runId': { summary: 'One run with its steps and report', permission: 'runs.read', params: runId, reply: RunDetail },
  'POST /runs/:runId/cancel': { summary: 'Cancel a run', permission: 'runs.start', params: runId, reply: Run },
  'GET /runs/:runId/log': {
    summary: 'Log lines of a run',
    permission: 'runs.read',
    params: runId,
    query: z.object({ after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(5000).default(1000) }),
    reply: z.array(LogLine),
  },
  'GET /runs/:runId/events': { summary: 'Live events of a run', permission: 'runs.read', params: runId, stream: 'sse' },
  'GET /events': { summary: 'Live state changes of all runs', permission: 'runs.read', stream: 'sse' },
})
