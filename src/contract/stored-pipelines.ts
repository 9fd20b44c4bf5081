import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { AlertSeverity } from './alert-rules.ts'
import { Age, DatasetName, Instant, TableName } from './names.ts'
import { PipelineDefinition } from './pipelines.ts'
import { Run } from './runs.ts'

/** One value before and after; `path` as in `streams.orders.mode`. Left out on the side where there is none. */
export const ValueChange = z
  .object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
  .meta({ id: 'ValueChange' })
export type ValueChange = z.infer<typeof ValueChange>

/** The file that a pipeline was applied from. */
export const PipelineGit = z
  .object({
    file: z.string(),
    project: z.string().nullable().meta({
      description: 'The project that the file is of; empty where none was named, null where it was applied before they were known',
    }),
    commit: z.string().nullable().meta({ description: 'The commit that was checked out; null outside of a Git checkout' }),
    version: z.int().meta({ description: 'The version that was applied' }),
    appliedBy: z.string(),
    appliedAt: Instant,
    holds: z
      .boolean()
      .meta({ description: 'False once it was taken out of the hands of the file, so that it can be changed in the browser' }),
  })
  .meta({ id: 'PipelineGit' })
export type PipelineGit = z.infer<typeof PipelineGit>

export const Pipeline = z
  .object({
    id: z.string(),
    name: TableName,
    definition: PipelineDefinition,
    version: z.int(),
    paused: z.boolean().meta({ description: 'Schedules and triggers start no run of it; by hand it can still be run' }),
    git: PipelineGit.nullable().meta({ description: 'Null for one that was made in the browser or over HTTP' }),
    drifted: z.boolean().meta({ description: 'Whether it differs from what was applied from its file' }),
    createdAt: Instant,
    updatedAt: Instant,
    lastRunId: z.string().nullable(),
    lastRun: Run.pick({ id: true, state: true, queuedAt: true, finishedAt: true }).nullable(),
  })
  .meta({ id: 'Pipeline' })
export type Pipeline = z.infer<typeof Pipeline>

export const PipelineDetail = Pipeline.extend({
  yaml: z.string().meta({ description: 'The definition as the text of a file; secrets are left out' }),
  drift: z.array(ValueChange).meta({ description: 'What differs from what was applied from its file' }),
  declared: z
    .object({
      freshness: z.array(z.object({ dataset: DatasetName, within: Age, file: z.string().nullable() })),
      alerts: z.array(
        z.object({ id: z.string(), name: z.string(), severity: AlertSeverity, enabled: z.boolean(), file: z.string().nullable() }),
      ),
    })
    .meta({
      description: 'Freshness targets and alert rules that its file says, or said; the file is null once they are out of its hands',
    }),
}).meta({ id: 'PipelineDetail' })
export type PipelineDetail = z.infer<typeof PipelineDetail>

/** A version of a pipeline. Secrets are not kept in it. */
export const PipelineVersion = z
  .object({
    version: z.int(),
    change: z.enum(['created', 'changed', 'applied', 'moved', 'taken_over', 'restored', 'removed']),
    definition: PipelineDefinition,
    yaml: z.string(),
    file: z.string().nullable().meta({ description: 'The file that it was applied from; null for the browser' }),
    commit: z.string().nullable(),
    by: z.string(),
    at: Instant,
    changes: z.array(ValueChange).meta({ description: 'Against the version before it' }),
  })
  .meta({ id: 'PipelineVersion' })
export type PipelineVersion = z.infer<typeof PipelineVersion>

const named = z.object({ name: TableName })

export const pipelineEndpoints = endpoints({
  'GET /pipelines': { summary: 'List pipelines', permission: 'runs.read', reply: z.array(Pipeline) },
  'GET /pipelines/schema': {
    summary: 'JSON Schema of a pipeline file, for editors',
    permission: 'public',
    reply: z.record(z.string(), z.unknown()),
  },
  'GET /pipelines/:name': {
    summary: 'One pipeline, also as the text of a file',
    permission: 'runs.read',
    params: named,
    reply: PipelineDetail,
  },
  'PUT /pipelines/:name': {
    summary: 'Create or change a pipeline',
    description: 'Every change is a version. One that a file holds is a 409 naming the file.',
    permission: 'pipelines.edit',
    params: named,
    body: PipelineDefinition,
    reply: Pipeline,
  },
  'DELETE /pipelines/:name': {
    summary: 'Delete a pipeline with its schedules; its datasets, runs and versions stay',
    permission: 'pipelines.edit',
    params: named,
    status: 204,
  },
  'POST /pipelines/:name/pause': {
    summary: 'Pause a pipeline: schedules and triggers start no run of it until it is resumed; by hand it can still be run',
    permission: 'pipelines.edit',
    params: named,
    reply: Pipeline,
  },
  'POST /pipelines/:name/resume': { summary: 'Resume a pipeline', permission: 'pipelines.edit', params: named, reply: Pipeline },
  'POST /pipelines/:name/release': {
    summary: 'Take a pipeline out of the hands of its file, so that it can be changed here; what then differs is shown as drift',
    permission: 'pipelines.edit',
    params: named,
    reply: Pipeline,
  },
  'GET /pipelines/:name/versions': {
    summary: 'Versions of a pipeline, the newest first; also of one that was deleted',
    permission: 'runs.read',
    params: named,
    reply: z.array(PipelineVersion),
  },
  'POST /pipelines/:name/versions/:version/restore': {
    summary: 'Make an older version the newest one; secrets stay as they are',
    permission: 'pipelines.edit',
    params: named.extend({ version: z.coerce.number().int().min(1) }),
    reply: Pipeline,
  },
})
