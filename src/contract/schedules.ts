import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, TableName } from './names.ts'
import { Run } from './runs.ts'

const Zone = z
  .string()
  .max(64)
  .default('UTC')
  .meta({ title: 'Time zone', description: 'A name of the IANA database', examples: ['Europe/Copenhagen'] })

export const CronTiming = z
  .strictObject({
    cron: z
      .string()
      .min(1)
      .max(200)
      .meta({
        title: 'Cron',
        description: 'Minute, hour, day of the month, month and weekday; or @hourly, @daily, @weekly, @monthly, @yearly',
        examples: ['30 6 * * mon-fri'],
      }),
    zone: Zone,
  })
  .meta({ id: 'CronTiming' })
export type CronTiming = z.infer<typeof CronTiming>

export const IntervalTiming = z
  .strictObject({
    every: z
      .string()
      .min(1)
      .max(20)
      .meta({ title: 'Every', description: 'From 1min to 366d', examples: ['15min', '2h'] }),
    anchor: Instant.default('1970-01-01T00:00:00Z').meta({
      title: 'Counted from',
      description: 'One of the times; all others follow from it',
    }),
    zone: Zone,
  })
  .meta({ id: 'IntervalTiming' })
export type IntervalTiming = z.infer<typeof IntervalTiming>

/** When a schedule fires. A cron follows the clocks of its zone; an interval counts real time, and its zone is only for showing. */
export const Timing = z.union([CronTiming, IntervalTiming]).meta({ id: 'Timing' })
export type Timing = z.infer<typeof Timing>

export const ScheduleInput = z
  .strictObject({
    pipeline: TableName.meta({ title: 'Pipeline', description: 'Name of a stored pipeline or of a saved source' }),
    timing: Timing,
    missed: z.enum(['skip', 'once', 'all']).default('once').meta({
      title: 'Times missed while Atlas was not running',
      description: 'skip: none of them runs. once: the newest one runs. all: each runs, with its own logical time; the newest 100 at most',
    }),
    overlap: z.enum(['skip', 'queue', 'cancel_older']).default('skip').meta({
      title: 'When a run of the pipeline is going on',
      description: 'skip: the time gives no run. queue: its run waits. cancel_older: the run that is going on is cancelled',
    }),
    jitterSeconds: z.int().min(0).max(3600).default(0).meta({
      title: 'Spread, in seconds',
      description: 'The run starts so much later at most; always the same delay for one schedule',
    }),
  })
  .meta({ id: 'ScheduleInput' })
export type ScheduleInput = z.infer<typeof ScheduleInput>

/** A time at which a schedule fires. */
export const Firing = z
  .object({
    at: Instant,
    local: z
      .string()
      .meta({ description: 'The same instant on the clocks of the zone, with the offset', examples: ['2026-03-08T03:30:00-04:00'] }),
    clockChange: z.enum(['moved', 'first_of_two', 'second_of_two']).nullable().meta({
      description:
        'moved: the clocks skip the time wanted, so it fires as much later. first_of_two, second_of_two: the clocks show it twice',
    }),
  })
  .meta({ id: 'Firing' })
export type Firing = z.infer<typeof Firing>

export const Schedule = ScheduleInput.extend({
  id: z.string(),
  words: z.string().meta({ description: 'When it fires, in words' }),
  paused: z.boolean(),
  file: z
    .string()
    .nullable()
    .meta({ description: "The pipeline's file that it stands in and is changed in; null for one made in the browser" }),
  next: z.array(Firing).meta({ description: 'The next three times; none while it is paused' }),
  dueAt: Instant.nullable().meta({
    description: 'When the next run is queued: the next time and the delay by which this schedule is spread',
  }),
  lastLogicalTime: Instant.nullable().meta({ description: 'The newest time that was dealt with' }),
  skippedTimes: Count.meta({ description: 'Times that gave no run since the schedule was made' }),
  lastSkippedAt: Instant.nullable(),
  lastSkipReason: z.enum(['missed', 'overlap', 'pipeline_missing', 'pipeline_paused', 'source_paused']).nullable(),
  lastRun: Run.pick({ id: true, state: true, queuedAt: true, startedAt: true, finishedAt: true })
    .extend({ logicalTime: Instant.nullable() })
    .nullable(),
  createdBy: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof Schedule>

/** The coming times of one schedule in a span. */
export const ComingFirings = z
  .object({ scheduleId: z.string(), pipeline: z.string(), words: z.string(), times: z.array(Instant), more: z.boolean() })
  .meta({ id: 'ComingFirings' })
export type ComingFirings = z.infer<typeof ComingFirings>

const scheduleId = z.object({ scheduleId: z.string() })

export const scheduleEndpoints = endpoints({
  'GET /schedules': {
    summary: 'List schedules, by pipeline',
    permission: 'runs.read',
    query: z.object({ pipeline: TableName.optional() }),
    reply: z.array(Schedule),
  },
  'GET /schedules/week': {
    summary: 'Times at which schedules fire in the coming seven days',
    description: 'Of each schedule that is not paused the first 200 times; `more` says that there are others.',
    permission: 'runs.read',
    reply: z.object({
      from: Instant,
      to: Instant,
      days: z.array(Instant).meta({ description: 'Midnights in the zone of the server' }),
      schedules: z.array(ComingFirings),
    }),
  },
  'POST /schedules': { summary: 'Make a schedule', permission: 'schedules.edit', body: ScheduleInput, reply: Schedule, status: 201 },
  'POST /schedules/preview': {
    summary: 'The next ten times of a timing; nothing is stored',
    permission: 'runs.read',
    body: z.strictObject({ timing: Timing }),
    reply: z.object({ words: z.string(), next: z.array(Firing) }),
  },
  'GET /schedules/:scheduleId': { summary: 'One schedule', permission: 'runs.read', params: scheduleId, reply: Schedule },
  'PUT /schedules/:scheduleId': {
    summary: 'Change a schedule; times before the change are not made up for',
    permission: 'schedules.edit',
    params: scheduleId,
    body: ScheduleInput,
    reply: Schedule,
  },
  'POST /schedules/:scheduleId/pause': {
    summary: 'Pause a schedule: it fires no more until it is resumed',
    permission: 'schedules.edit',
    params: scheduleId,
    reply: Schedule,
  },
  'POST /schedules/:scheduleId/resume': {
    summary: 'Resume a schedule; times that passed while it was paused are not made up for',
    permission: 'schedules.edit',
    params: scheduleId,
    reply: Schedule,
  },
  'POST /schedules/:scheduleId/run': {
    summary: 'Run now, by hand, what a schedule runs; its own times stay as they are',
    permission: 'runs.start',
    params: scheduleId,
    reply: Run,
    status: 202,
  },
  'DELETE /schedules/:scheduleId': {
    summary: 'Delete a schedule; its runs stay',
    permission: 'schedules.edit',
    params: scheduleId,
    status: 204,
  },
})
