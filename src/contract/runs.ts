import { z } from 'zod'
import { Count, Instant, Layer } from './names.ts'
import { PiiFinding } from './pii.ts'
import { ReadMode } from './pipelines.ts'
import { Problem } from './problem.ts'
import { CheckResult, DimensionScores, QualitySummary } from './quality.ts'

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
    settledBy: z.string().nullable().meta({ description: 'Who settled it, or the later run that made it needless' }),
    settledReason: z.string().nullable().meta({ description: 'Why it was put aside; null where it was done again' }),
    workedMs: Count.meta({ description: 'Milliseconds that its ended attempts worked; the one under way is not in it' }),
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

/** One try at a run, by one worker. */
export const RunAttempt = z
  .object({
    attempt: Count.meta({ description: 'From 1; its fencing token' }),
    worker: z.string(),
    host: z.string().nullable(),
    startedAt: Instant,
    finishedAt: Instant.nullable(),
    outcome: AttemptOutcome.nullable().meta({ description: 'Null while it is under way' }),
    silentMs: Count.nullable().meta({ description: 'Of an attempt under way: milliseconds since its last sign of life' }),
    error: Problem.nullable(),
    steps: z.array(Step).meta({ description: 'As it left them; empty while it is under way' }),
  })
  .meta({ id: 'RunAttempt' })
export type RunAttempt = z.infer<typeof RunAttempt>

/** A snapshot that a run read or published. */
export const RunSnapshot = z.object({ dataset: z.string(), snapshotId: z.string(), rows: Count }).meta({ id: 'RunSnapshot' })
export type RunSnapshot = z.infer<typeof RunSnapshot>

/** What a queued run waits for. */
export const RunWait = z
  .discriminatedUnion('for', [
    z.object({ for: z.literal('time'), until: Instant }),
    z.object({ for: z.literal('pipeline'), runId: z.string() }),
    z.object({ for: z.literal('pool'), pool: z.string(), size: Count }),
    z.object({ for: z.literal('worker'), alive: Count, ofItsHome: z.boolean() }),
    z.object({ for: z.literal('turn'), ahead: Count }),
    z.object({ for: z.literal('lake'), code: z.string(), detail: z.string() }),
  ])
  .meta({
    id: 'RunWait',
    description:
      'time: to be tried again. pipeline: a run of the same pipeline goes on. pool: all places are taken. worker: none that may carry it out is ' +
      'alive, or all are busy. turn: others are begun first. lake: its files cannot be reached now',
  })
export type RunWait = z.infer<typeof RunWait>

export const RunDetail = Run.extend({
  steps: z.array(Step),
  attempts: z.array(RunAttempt).meta({ description: 'In order' }),
  waits: z.array(RunWait).meta({ description: 'Of a queued run' }),
  inputs: z.array(RunSnapshot).meta({ description: 'Snapshots from which the published ones were made' }),
  outputs: z.array(RunSnapshot).meta({ description: 'Snapshots that the run published' }),
  retriedBy: z.string().nullable().meta({ description: 'The run that does it again' }),
  scheduleId: z.string().nullable(),
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
    /** Alerts were opened, changed or ended; only `GET /events` has it. */
    z.object({ kind: z.literal('alerts') }),
  ])
  .meta({ id: 'RunEvent' })
export type RunEvent = z.infer<typeof RunEvent>
