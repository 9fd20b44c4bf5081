import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, TableName } from './names.ts'
import { PipelineDefinition, StreamRule } from './pipelines.ts'
import { Problem } from './problem.ts'
import { LogLine, Run, RunDetail, RunState, RunTrigger, StepName } from './runs.ts'
import { Reading } from './uploads.ts'

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

/** One or more of a list, with commas between, as it stands in an address. */
function listOf(values: readonly string[]): z.ZodString {
  const one = `(?:${values.join('|')})`
  return z.string().regex(new RegExp(`^${one}(?:,${one})*$`), `one or more of ${values.join(', ')}, with commas between`)
}

/** Which runs: all that are named must hold. */
export const RunFilter = z.object({
  state: listOf(RunState.options).optional(),
  trigger: listOf(RunTrigger.options).optional(),
  pipeline: z.string().max(200).optional().meta({ description: 'Exact name' }),
  from: Instant.optional().meta({ description: 'Queued at this time or later' }),
  to: Instant.optional().meta({ description: 'Queued before this time' }),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'The id of a run, a part of the name of its pipeline, or the beginnings of words of its error' }),
  gaveUp: z
    .enum(['open', 'all'])
    .optional()
    .meta({ description: 'Runs that gave up: open are those that nobody has done again or put aside' }),
})
export type RunFilter = z.infer<typeof RunFilter>

const bulk = z.array(z.string()).min(1).max(500)

/** What became of each of several runs. */
export const RunActs = z
  .object({
    runs: z.array(Run).meta({ description: 'As they are now; of a retry, the new ones' }),
    refused: z.array(z.object({ runId: z.string(), problem: Problem })),
  })
  .meta({ id: 'RunActs' })
export type RunActs = z.infer<typeof RunActs>

export const RunCounts = z
  .object({
    states: z.array(z.object({ state: RunState, runs: Count })).meta({ description: 'States without a run are left out' }),
    gaveUp: Count.meta({ description: 'Runs that gave up and wait for somebody' }),
    most: Count.meta({ description: 'Nothing is counted beyond this number: it means "this many or more"' }),
  })
  .meta({ id: 'RunCounts' })
export type RunCounts = z.infer<typeof RunCounts>

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
    query: RunFilter.extend({
      /** Runs queued before this run id (keyset paging). */
      after: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    reply: z.object({ runs: z.array(Run), next: z.string().nullable() }),
  },
  'GET /runs/counts': {
    summary: 'How many runs are in which state',
    permission: 'runs.read',
    query: RunFilter.omit({ state: true, search: true, gaveUp: true }),
    reply: RunCounts,
  },
  'POST /runs/retry': {
    summary: 'Do several runs again',
    description: 'Each by itself, like POST /runs/:runId/retry: what cannot be done again is told, and the others are.',
    permission: 'runs.start',
    body: z.strictObject({ runIds: bulk }),
    reply: RunActs,
    status: 202,
  },
  'POST /runs/settle': {
    summary: 'Put several runs that gave up aside',
    permission: 'runs.start',
    body: z.strictObject({ runIds: bulk, reason: z.string().trim().min(1).max(500) }),
    reply: RunActs,
  },
  'POST /runs/cancel': { summary: 'Cancel several runs', permission: 'runs.start', body: z.strictObject({ runIds: bulk }), reply: RunActs },
  'GET /runs/:runId': {
    summary: 'One run with its steps, attempts and report',
    permission: 'runs.read',
    params: runId,
    reply: RunDetail,
  },
  'POST /runs/:runId/cancel': { summary: 'Cancel a run', permission: 'runs.start', params: runId, reply: Run },
  'POST /runs/:runId/retry': {
    summary: 'Do a run again that did not do all of its work',
    description:
      'A run that waits to be tried again begins at once. One that has ended gives a new run, which stands for the same time of the same schedule ' +
      'and goes on from what its streams made durable; of a partial run it reads the streams that are missing. A stored pipeline or a scheduled ' +
      'source is carried out as it is now, anything else as it was. A run is done again once.',
    permission: 'runs.start',
    params: runId,
    reply: Run,
    status: 202,
  },
  'POST /runs/:runId/settle': {
    summary: 'Put a run that gave up aside',
    permission: 'runs.start',
    params: runId,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    reply: Run,
  },
  'GET /runs/:runId/log': {
    summary: 'Log lines of a run',
    permission: 'runs.read',
    params: runId,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
      search: z.string().max(200).optional().meta({ description: 'Text that the line holds, whatever its case' }),
      level: listOf(LogLine.shape.level.options).optional(),
      step: listOf(StepName.options).optional(),
      stream: z.string().max(500).optional(),
    }),
    reply: z.array(LogLine),
  },
  'GET /runs/:runId/events': { summary: 'Live events of a run', permission: 'runs.read', params: runId, stream: 'sse' },
  'GET /events': { summary: 'Live state changes of all runs', permission: 'runs.read', stream: 'sse' },
})
