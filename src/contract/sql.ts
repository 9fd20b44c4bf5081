import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { TransformRuns } from './pipelines.ts'
import { Count, Instant, TableName } from './names.ts'

export const SqlRequest = z
  .strictObject({
    sql: z.string().min(1).max(100_000),
    at: z.string().optional().meta({ description: 'Snapshot id or ISO time to read at' }),
    limit: z.int().min(1).max(100_000).default(10_000),
  })
  .meta({ id: 'SqlRequest' })
export type SqlRequest = z.infer<typeof SqlRequest>

/** Cells as JSON values: numbers and booleans where exact, otherwise text. */
export const SqlReply = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.json())),
    truncated: z.boolean().meta({ description: 'True when the query had more rows than the limit' }),
    durationMs: z.number(),
    /** Which snapshot of which dataset was read. */
    snapshots: z.record(z.string(), z.string()),
  })
  .meta({ id: 'SqlReply' })
export type SqlReply = z.infer<typeof SqlReply>

export const Transform = z
  .object({
    name: TableName,
    sql: z.string(),
    description: z.string(),
    /** `file` transforms live in transforms/ and are read-only here. */
    origin: z.enum(['file', 'pipeline', 'api']),
    reads: z.array(z.string()).meta({ description: 'Datasets the SELECT names' }),
    runs: TransformRuns.meta({ description: 'When it is built anew by itself' }),
    updatedAt: Instant,
    lastSnapshotId: z.string().nullable(),
    rows: Count.nullable(),
  })
  .meta({ id: 'Transform' })
export type Transform = z.infer<typeof Transform>

const named = z.object({ name: TableName })

export const sqlEndpoints = endpoints({
  'POST /sql': {
    summary: 'Run one SELECT over named datasets, confined',
    description: 'No files, settings or extensions; functions by allow-list; a child process with time and memory limits.',
    permission: 'sql.run',
    body: SqlRequest,
    reply: SqlReply,
  },
  'GET /transforms': { summary: 'List transforms', permission: 'datasets.read', reply: z.array(Transform) },
  'PUT /transforms/:name': {
    summary: 'Create or change a transform',
    permission: 'transforms.edit',
    params: named,
    body: z.strictObject({
      sql: z.string().min(1).max(100_000),
      description: z.string().default(''),
      runs: TransformRuns.optional().meta({ description: 'As it was, or on_change, unless told' }),
    }),
    reply: Transform,
  },
  'DELETE /transforms/:name': {
    summary: 'Delete a transform; its dataset stays',
    permission: 'transforms.edit',
    params: named,
    status: 204,
  },
  'POST /transforms/:name/run': {
    summary: 'Build the navigate dataset of a transform now, in a run of its own, and wait for its end',
    permission: 'runs.start',
    params: named,
    reply: z.object({ runId: z.string(), dataset: z.string(), snapshotId: z.string(), rows: Count }),
  },
})
