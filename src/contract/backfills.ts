import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, TableName } from './names.ts'
import { Timing } from './schedules.ts'

export const BackfillInput = z
  .strictObject({
    pipeline: TableName.meta({ title: 'Pipeline', description: 'Name of a stored pipeline or of a saved source' }),
    from: Instant.meta({ title: 'From', description: 'The first logical time is this one or the next after it' }),
    to: Instant.meta({ title: 'To', description: 'Logical times from this one on are left out' }),
    timing: Timing.optional().meta({ title: 'Partitions', description: "The times of the pipeline's schedule unless told" }),
    redo: z.boolean().default(false).meta({ title: 'Run what is present again' }),
    concurrency: z.int().min(1).max(100).default(1).meta({
      title: 'At once',
      description: 'Partitions that are queued or going on; runs of one pipeline go on side by side only where it has overlap: allow',
    }),
  })
  .meta({ id: 'BackfillInput' })
export type BackfillInput = z.infer<typeof BackfillInput>

export const Partition = z
  .object({
    logicalTime: Instant,
    endsAt: Instant.meta({ description: 'The next logical time: streams with a cursor read from the one to the other' }),
    state: z.enum(['present', 'missing', 'queued', 'succeeded', 'failed', 'cancelled']).meta({
      description: 'present: a run of this logical time had succeeded before. In a plan, failed: its newest run did not succeed',
    }),
    runId: z.string().nullable(),
  })
  .meta({ id: 'Partition' })
export type Partition = z.infer<typeof Partition>

const Counts = z.object({
  total: Count,
  present: Count,
  missing: Count,
  queued: Count,
  succeeded: Count,
  failed: Count,
  cancelled: Count,
})

export const BackfillPlan = z
  .object({
    pipeline: TableName,
    timing: Timing,
    words: z.string().meta({ description: 'The times of the partitions, in words' }),
    windows: z.boolean().meta({ description: 'Streams with a cursor read the time of their partition alone' }),
    counts: Counts,
    toRun: Count.meta({ description: 'Partitions that would run' }),
    partitions: z.array(Partition).meta({ description: 'The first 500' }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'BackfillPlan' })
export type BackfillPlan = z.infer<typeof BackfillPlan>

export const Backfill = z
  .object({
    id: z.string(),
    pipeline: TableName,
    timing: Timing,
    words: z.string(),
    windows: z.boolean(),
    redo: z.boolean(),
    from: Instant,
    to: Instant,
    concurrency: z.int(),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']).meta({ description: 'failed: all partitions ran, and some failed' }),
    problem: z.string().nullable().meta({ description: 'Why it does not go on now, e.g. the pipeline is paused' }),
    counts: Counts,
    createdBy: z.string(),
    createdAt: Instant,
    finishedAt: Instant.nullable(),
  })
  .meta({ id: 'Backfill' })
export type Backfill = z.infer<typeof Backfill>

const backfillId = z.object({ backfillId: z.string() })

export const backfillEndpoints = endpoints({
  'POST /backfills/plan': {
    summary: 'What a backfill would run; nothing is stored',
    permission: 'runs.read',
    body: BackfillInput,
    reply: BackfillPlan,
  },
  'POST /backfills': {
    summary: 'Run what is missing of a range of logical times',
    description:
      'It goes on after a restart. A partition is never run twice by one backfill, nor where another run of its logical time succeeds first.',
    permission: 'runs.start',
    body: BackfillInput,
    reply: Backfill,
    status: 202,
  },
  'GET /backfills': {
    summary: 'Backfills, the newest first, at most 200',
    permission: 'runs.read',
    query: z.object({ pipeline: TableName.optional() }),
    reply: z.array(Backfill),
  },
  'GET /backfills/:backfillId': { summary: 'One backfill and how far it is', permission: 'runs.read', params: backfillId, reply: Backfill },
  'GET /backfills/:backfillId/partitions': {
    summary: 'Partitions of a backfill, by logical time',
    permission: 'runs.read',
    params: backfillId,
    query: z.object({
      state: Partition.shape.state.optional(),
      after: Instant.optional().meta({ description: 'Only logical times after this one' }),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    reply: z.array(Partition),
  },
  'POST /backfills/:backfillId/cancel': {
    summary: 'Cancel a backfill: what is queued or going on is cancelled, what succeeded stays',
    permission: 'runs.start',
    params: backfillId,
    reply: Backfill,
  },
})
