import type { Kysely } from 'kysely'
import type { Connector, ReadContext, ReadRequest, ReadResult, Stream, TextReading } from '../connectors/connector.ts'
import type { PiiFinding, Policy } from '../contract/pii.ts'
import type { PipelineDefinition, StreamRule, TransformRule } from '../contract/pipelines.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { Relation } from '../core/relation.ts'
import type { SchemaDifference } from '../core/schema-contract.ts'
import type { Lake } from '../lake/lake.ts'
import type { QuarantineFile } from '../store/commit.ts'
import type { SpansByText, TextEngine } from '../privacy/engines/text-engine.ts'
import type { SnapshotDraft } from '../store/commit-snapshots.ts'
import type { ChosenRows } from '../store/quarantine-marks.ts'
import type { ReplayFile } from '../store/quarantine-tables.ts'
import type { Secrets } from '../store/secrets/create-secrets.ts'
import type { Schema, SchemaColumn } from '../store/schema.ts'
import type { PinnedSnapshot } from '../store/snapshots.ts'
import type { Stands } from './newest-first.ts'
import type { StepJournal } from './queue/step-journal.ts'
import type { RunRecorder } from './run-recorder.ts'
import type { InferredColumn } from './standardise/infer-types.ts'

/** What runs get from outside, the same for all runs of a process. */
export interface RunEnvironment {
  db: Kysely<Schema>
  lake: Lake
  connectors: readonly Connector[]
  /** Absolute; each run has a folder of its own in it. */
  scratch: string
  uploadPath: ReadContext['uploadPath']
  /** Key of keyed hashes, 32 bytes, from the home. */
  hashKey: Uint8Array
  /** What finds personal data in text beside the rules; left out where the settings name none. */
  textEngine?: TextEngine
  sql: { timeoutMs: number; memoryBytes: number }
  fetch: typeof fetch
  now(): Date
  random(bytes: number): Uint8Array
  secrets: Secrets
  /** Gathers what the runs of a process note of their steps; left out, each run gathers its own. */
  journal?: StepJournal
}

/** A dataset as it will be once the run commits. */
export interface PendingDataset {
  /** layer.name */
  name: string
  parent: PinnedSnapshot | null
  columns: SchemaColumn[]
  relation: Relation
  draft: SnapshotDraft
}

/** What a run knows of one stream; each step fills in its part. */
export interface StreamWork {
  stream: Stream
  rule: StreamRule
  policy: Policy
  table: string
  /** What the connector is asked for. */
  request: ReadRequest
  /** Of what is asked for: a checkpoint of another question is worth nothing. */
  fingerprint: string
  /** Filled by extract. */
  read: ReadResult | null
  /** Why this stream publishes nothing in this run, while others do. */
  failed: ProblemDetails | null
  /** Why the stream's contract lets nothing of it be published; null when it does. */
  setAside: string | null
  /** Rows that the stream's contract discards. */
  discarded: number
  /** Rows refused by rules in this run, by the id of the rule. */
  refusedByRule: Map<string, number>
  /** Rows of earlier batches that nothing refuses any more, which this run publishes. */
  released: ChosenRows
  schemaChanges: SchemaDifference[]
  /** Columns of the published explore dataset that have a value in every row, once they were looked up. */
  alwaysFilled: Set<string> | null
  /** Filled by extract: the columns in explore, the files of this run and the rows refused on the way. */
  landed: { columns: SchemaColumn[]; lastFieldId: number; files: LandedFile[]; quarantine: QuarantineFile[] }
  /** The explore snapshot that was published when the run began. */
  parent: PinnedSnapshot | null
  explore: PendingDataset | null
  /** Filled by classify: the type of every column, and the personal data in it. */
  inferred: InferredColumn[]
  findings: PiiFinding[]
  /** What the engine found in the texts of this stream; null without one. */
  engineSpans: SpansByText | null
  chart: PendingDataset | null
  /** Rows of this run in chart; of an append with keys, net of what they replaced. */
  published: number
  deduplicated: number
  ambiguousDates: number
  quality: QualitySummary | null
  checks: CheckResult[]
}

export interface LandedFile {
  id: string
  path: string
  fieldIds: number[]
  rows: number
  sizeBytes: number
  sha256: string
  columns: SchemaColumn[]
  origin: {
    file: string | null
    firstLine: number | null
    skippedLines: number[]
    /** The line of each row, where they were taken from here and there. */
    lines?: number[]
    /** The rows that its rows stand for, where they were mended. */
    stands?: Stands
    /** How the text was read. */
    text?: TextReading | null
  }
}

/** Mended rows on their way back, in place of a source. */
export interface Replay {
  /** Table name in the lake. */
  dataset: string
  stream: string
  files: ReplayFile[]
}

/** One run under way. */
export interface RunContext {
  environment: RunEnvironment
  runId: string
  fencingToken: number
  requestedBy: string
  /** transform: builds one transform, without a source. */
  kind: 'pipeline' | 'transform'
  pipeline: PipelineDefinition
  workingFolder: string
  /** A folder of this run's own, removed at its end. */
  scratch: string
  signal: AbortSignal
  recorder: RunRecorder
  startedAt: Date
  /** What a replay carries back; null for a run that reads a source. */
  replay: Replay | null
  streams: StreamWork[]
  transforms: PlannedTransform[]
  navigate: PendingDataset[]
  /** Rows of navigate datasets that their rules refused: they came from no source, so they are no part of its count. */
  refused: QuarantineFile[]
  warnings: string[]
  /**
   * Files that a checkpoint ever named. Another attempt may have gone on from it and published them, so this one never removes them: what nobody names
   * is collected as an orphan.
   */
  checkpointed: Set<string>
}

/** A transform that this run builds, in order of its inputs. */
export interface PlannedTransform extends TransformRule {
  origin: 'file' | 'pipeline' | 'api'
  /** layer.name of every dataset it reads. */
  reads: string[]
}

/** The datasets that this run is about to publish, as far as they are made, by `layer.name`. */
export function pendingByName({ streams, navigate }: RunContext): Map<string, PendingDataset> {
  const pending = [...streams.flatMap((work) => [work.explore, work.chart]), ...navigate]
  return new Map(pending.filter((dataset) => dataset !== null).map((dataset) => [dataset.name, dataset]))
}
