import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, DatasetName, Instant, TableName } from './names.ts'
import { Run } from './runs.ts'
import { ScheduleInput } from './schedules.ts'

/** What sets a trigger off. */
export const TriggerEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('dataset'),
      dataset: DatasetName.meta({ title: 'Dataset', description: 'Each time that it is published' }),
    }),
    z.strictObject({
      kind: z.literal('file'),
      path: z
        .string()
        .min(1)
        .max(1000)
        .meta({ title: 'Folder or glob', description: 'On the server, e.g. /data/in or /data/in/*.csv; a folder without those below it' }),
      stableSeconds: z.int().min(1).max(3600).default(10).meta({
        title: 'Unchanged for, in seconds',
        description: 'A file has arrived once its size and time have not changed for so long',
      }),
    }),
    z.strictObject({ kind: z.literal('http') }),
  ])
  .meta({ id: 'TriggerEvent' })
export type TriggerEvent = z.infer<typeof TriggerEvent>

export const TriggerInput = z
  .strictObject({
    pipeline: TableName.meta({ title: 'Pipeline', description: 'Name of a stored pipeline or of a saved source' }),
    event: TriggerEvent,
    overlap: ScheduleInput.shape.overlap
      .removeDefault()
      .default('queue')
      .meta({
        title: 'When a run of the pipeline is going on',
        description:
          'queue: the new run waits; several publications while one waits are one run. skip: the event gives no run. ' +
          'cancel_older: the run that is going on is cancelled',
      }),
  })
  .meta({ id: 'TriggerInput' })
export type TriggerInput = z.infer<typeof TriggerInput>

export const SkipReason = z.enum(['overlap', 'coalesced', 'circle', 'pipeline_missing', 'pipeline_paused', 'source_paused'])

export const EventTrigger = TriggerInput.extend({
  id: z.string(),
  paused: z.boolean(),
  fired: Count.meta({ description: 'Events that gave a run' }),
  lastFiredAt: Instant.nullable(),
  skipped: Count.meta({ description: 'Events that gave no run' }),
  lastSkippedAt: Instant.nullable(),
  lastSkipReason: SkipReason.nullable().meta({
    description: 'coalesced: a run for it waits already. circle: the run that published the dataset was itself set off by this pipeline',
  }),
  problem: z.string().nullable().meta({ description: 'Why it cannot work now, e.g. a folder that is not there' }),
  lastRun: Run.pick({ id: true, state: true, queuedAt: true, finishedAt: true }).nullable(),
  createdBy: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'EventTrigger' })
export type EventTrigger = z.infer<typeof EventTrigger>

/** What came of an event. */
export const Fired = z
  .object({ run: Run.nullable(), reason: SkipReason.nullable().meta({ description: 'Why there is no run' }) })
  .meta({ id: 'Fired' })
export type Fired = z.infer<typeof Fired>

const Made = z.object({
  trigger: EventTrigger,
  secret: z.string().nullable().meta({ description: 'Of one that is fired over HTTP: shown this once' }),
})

const triggerId = z.object({ triggerId: z.string() })

export const triggerEndpoints = endpoints({
  'GET /triggers': {
    summary: 'List event triggers, by pipeline',
    permission: 'runs.read',
    query: z.object({ pipeline: TableName.optional() }),
    reply: z.array(EventTrigger),
  },
  'POST /triggers': {
    summary: 'Make an event trigger',
    description: 'One that watches files also needs sources.read_local_files. Files that are there already have not arrived.',
    permission: 'schedules.edit',
    body: TriggerInput,
    reply: Made,
    status: 201,
  },
  'GET /triggers/:triggerId': { summary: 'One event trigger', permission: 'runs.read', params: triggerId, reply: EventTrigger },
  'POST /triggers/:triggerId/pause': {
    summary: 'Pause an event trigger: what happens meanwhile is not made up for',
    permission: 'schedules.edit',
    params: triggerId,
    reply: EventTrigger,
  },
  'POST /triggers/:triggerId/resume': {
    summary: 'Resume an event trigger',
    permission: 'schedules.edit',
    params: triggerId,
    reply: EventTrigger,
  },
  'POST /triggers/:triggerId/secret': {
    summary: 'Give a trigger that is fired over HTTP a new secret; the old one counts no more',
    permission: 'schedules.edit',
    params: triggerId,
    reply: Made,
  },
  'DELETE /triggers/:triggerId': {
    summary: 'Delete an event trigger; its runs stay',
    permission: 'schedules.edit',
    params: triggerId,
    status: 204,
  },
  'POST /triggers/:triggerId/run': {
    summary: 'Set a trigger off by hand',
    permission: 'runs.start',
    params: triggerId,
    reply: Fired,
    status: 202,
  },
  'POST /triggers/:triggerId/fire': {
    summary: 'Set a trigger off by a signed call',
    description:
      'Headers: x-atlas-timestamp (seconds since 1970) and x-atlas-signature: sha256=<hex>, the HMAC-SHA-256 with the secret of the trigger over ' +
      'the timestamp, a dot, and the body as it is sent. A call counts for five minutes, and once.',
    permission: 'public',
    params: triggerId,
    keepsBody: true,
    reply: Fired,
    status: 202,
  },
})
