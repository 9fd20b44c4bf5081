import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant, Layer } from './names.ts'
import { PiiFinding } from './pii.ts'
import { CheckResult, QualitySummary } from './quality.ts'

export const Column = z
  .object({
    fieldId: z.int(),
    name: z.string(),
    /** DuckDB type, e.g. `DECIMAL(12,2)`. */
    type: z.string(),
    /** Name in the source. */
    source: z.string().nullable(),
    description: z.string().nullable(),
    /** `entity` is null where the policy names the column and no personal data was found in it. */
    pii: z
      .object({
        entity: z.string().nullable(),
        action: z.string(),
        within: z.enum(['column', 'text']),
        /** The action's parameters and the id of its key, as one text; left out where it has none. */
        detail: z.string().optional(),
      })
      .nullable(),
  })
  .meta({ id: 'Column' })
export type Column = z.infer<typeof Column>

export const Snapshot = z
  .object({
    id: z.string(),
    parentId: z.string().nullable(),
    committedAt: Instant,
    runId: z.string().nullable(),
    operation: z.enum(['replace', 'append', 'alter']),
    rows: Count,
    sizeBytes: Count,
    files: Count,
    schemaVersion: z.int(),
    /** Null once retention has destroyed the files. */
    readable: z.boolean(),
  })
  .meta({ id: 'Snapshot' })
export type Snapshot = z.infer<typeof Snapshot>

export const DatasetSummary = z
  .object({
    name: DatasetName,
    layer: Layer,
    description: z.string().nullable(),
    snapshotId: z.string(),
    rows: Count,
    sizeBytes: Count,
    columns: Count,
    updatedAt: Instant,
    runId: z.string().nullable(),
    quarantined: Count,
    qualityScore: z.number().nullable(),
    piiColumns: Count.nullable().meta({ description: 'Columns with personal data; null when the dataset was never classified' }),
  })
  .meta({ id: 'DatasetSummary' })
export type DatasetSummary = z.infer<typeof DatasetSummary>

export const Dataset = DatasetSummary.extend({
  schema: z.array(Column),
  snapshot: Snapshot,
  quality: QualitySummary.nullable(),
  checks: z.array(CheckResult),
  findings: z.array(PiiFinding),
  /** Datasets this one was made from, with the snapshot read. */
  inputs: z.array(z.object({ name: z.string(), snapshotId: z.string() })),
}).meta({ id: 'Dataset' })
export type Dataset = z.infer<typeof Dataset>

/** Cells travel as text exactly as stored (dot decimals, ISO dates); null is null. */
export const RowPage = z
  .object({
    snapshotId: z.string(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.string().nullable())),
    offset: Count,
    total: Count,
  })
  .meta({ id: 'RowPage' })
export type RowPage = z.infer<typeof RowPage>

export const ColumnProfile = z
  .object({
    name: z.string(),
    type: z.string(),
    nulls: Count,
    /** Exact number of distinct values; null when `withheld`. */
    distinct: Count.nullable(),
    min: z.string().nullable(),
    max: z.string().nullable(),
    mean: z.number().nullable(),
    /** Most frequent values, at most ten; empty when `withheld`. */
    top: z.array(z.object({ value: z.string(), rows: Count })),
    /** Twenty equal bins between min and max for numbers and dates; null for other types. */
    histogram: z.array(z.object({ from: z.string(), to: z.string(), rows: Count })).nullable(),
    /** Quartiles of numbers (between two values where they fall there), dates and timestamps, exact; null for other types and when `withheld`. */
    quartiles: z.object({ lower: z.string(), median: z.string(), upper: z.string() }).nullable().optional(),
    /** Standard deviation of numbers, of a sample (n − 1); null for other types and for fewer than two values. */
    deviation: z.number().nullable().optional(),
    /** Of text; null for other types and when `withheld`. */
    text: z
      .object({
        /** Values that are empty or only white space. */
        blanks: Count,
        /** Characters of the shortest, the usual (mean) and the longest value; null where there is none. */
        lengths: z.object({ min: Count, mean: z.number(), max: Count }).nullable(),
        /** Most frequent shapes, at most ten: A for a capital letter, a for another one, 9 for a digit. */
        patterns: z.array(z.object({ pattern: z.string(), rows: Count })),
        /** Rows whose shape was looked at: fewer than there are values only where those have more than 50,000 different texts. */
        patternRows: Count,
      })
      .nullable()
      .optional(),
    /** True where values are personal data that the caller may not see. */
    withheld: z.boolean(),
  })
  .meta({ id: 'ColumnProfile' })
export type ColumnProfile = z.infer<typeof ColumnProfile>

export const Profile = z
  .object({ snapshotId: z.string(), rows: Count, profiledAt: Instant, columns: z.array(ColumnProfile) })
  .meta({ id: 'Profile' })
export type Profile = z.infer<typeof Profile>

export const QuarantineBatch = z
  .object({
    id: z.string(),
    dataset: z.string(),
    runId: z.string(),
    stage: z.enum(['extract', 'standardise', 'check']),
    rows: Count,
    reasons: z.array(z.object({ reason: z.string(), rows: Count })),
    createdAt: Instant,
  })
  .meta({ id: 'QuarantineBatch' })
export type QuarantineBatch = z.infer<typeof QuarantineBatch>

export const QuarantinedRow = z
  .object({
    file: z.string().nullable(),
    line: Count.nullable(),
    column: z.string().nullable(),
    reason: z.string(),
    /** The row as it came; null for callers without the right to raw data. */
    row: z.string().nullable(),
  })
  .meta({ id: 'QuarantinedRow' })
export type QuarantinedRow = z.infer<typeof QuarantinedRow>

const named = z.object({ name: DatasetName })
const at = z.object({
  snapshot: z.string().optional().meta({ description: 'Snapshot id or ISO time; the published snapshot when left out' }),
})

export const datasetEndpoints = endpoints({
  'GET /datasets': {
    summary: 'List datasets by name',
    permission: 'datasets.read',
    query: z.object({
      layer: Layer.optional(),
      q: z.string().max(200).optional(),
      after: z.string().optional().meta({ description: 'Name to continue after' }),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    reply: z.object({ datasets: z.array(DatasetSummary), next: z.string().nullable(), total: Count }),
  },
  'GET /datasets/:name': { summary: 'One dataset', permission: 'datasets.read', params: named, query: at, reply: Dataset },
  'GET /datasets/:name/rows': {
    summary: 'Rows of a snapshot, sorted and paged',
    description: 'Rows of explore need datasets.read_raw and are audited.',
    permission: 'datasets.read',
    params: named,
    query: at.extend({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      offset: z.coerce.number().int().min(0).default(0),
      sort: z.string().optional().meta({ description: 'Column, with a leading - for descending' }),
    }),
    reply: RowPage,
  },
  'GET /datasets/:name/profile': {
    summary: 'Profile of a snapshot over all its rows',
    permission: 'datasets.read',
    params: named,
    query: at,
    reply: Profile,
  },
  'GET /datasets/:name/snapshots': {
    summary: 'Snapshots, newest first',
    permission: 'datasets.read',
    params: named,
    reply: z.array(Snapshot),
  },
  'GET /datasets/:name/export': {
    summary: 'Download a snapshot as CSV, JSON (NDJSON) or Parquet',
    permission: 'datasets.export',
    params: named,
    query: at.extend({ format: z.enum(['csv', 'json', 'parquet']).default('csv') }),
    stream: 'file',
  },
  'GET /datasets/:name/quarantine': {
    summary: 'Quarantined rows by batch, newest first',
    permission: 'datasets.read',
    params: named,
    reply: z.array(QuarantineBatch),
  },
  'GET /quarantine/:quarantineId/rows': {
    summary: 'Rows of one quarantine batch; the rows themselves need datasets.read_raw',
    permission: 'datasets.read',
    params: z.object({ quarantineId: z.string() }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100), offset: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ rows: z.array(QuarantinedRow), total: Count }),
  },
})
