import { type Caller, requirePermission } from '../../access/caller.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { PipelineDefinition as PipelineSchema } from '../../contract/pipelines.ts'
import type { StartRun, runEndpoints } from '../../contract/runs.ts'
import { writeAudit } from '../../store/audit.ts'
import { readPipeline } from '../../store/pipelines.ts'
import { listRuns, readRunDetail, readRunLog } from '../../store/run-queries.ts'
import { readUpload } from '../../store/uploads.ts'
import type { Handlers } from '../handlers.ts'
import { requireRawForPipeline } from '../rules/require-raw.ts'
import { requireReadableSource } from '../local-files.ts'
import type { Platform } from '../platform.ts'
import { checkSource } from '../source-settings.ts'
import { followAllRuns, followRun, lastEventId, sawTheEnd } from '../run-events-stream.ts'

export const runRoutes: Handlers<typeof runEndpoints> = {
  'POST /runs': async ({ body, caller, address }, platform) => {
    const { workingFolder, ...planned } = await planRun(body, caller, platform)
    const { trigger } = planned
    const run = await platform.runs.start({ ...planned, requestedBy: caller.actor, workingFolder: workingFolder ?? process.cwd() })
    await writeAudit(platform.db, {
      actor: caller.actor,
      action: 'run.started',
      target: run.id,
      detail: { pipeline: run.pipeline, trigger },
      address,
    })
    return run
  },

  'GET /runs': ({ query }, { db }) => listRuns(db, query),

  'GET /runs/:runId': ({ params }, { db }) => readRunDetail(db, params.runId),

  'POST /runs/:runId/cancel': async ({ params, caller, address }, { db, runs }) => {
    const run = await runs.cancel(params.runId, caller.actor)
    await writeAudit(db, { actor: caller.actor, action: 'run.cancelled', target: run.id, detail: { pipeline: run.pipeline }, address })
    return run
  },

  'GET /runs/:runId/log': ({ params, query }, { db }) => readRunLog(db, params.runId, query),

  'GET /runs/:runId/events': async ({ params, http }, platform) => {
    const run = await readRunDetail(platform.db, params.runId)
    const after = lastEventId(http.headers['last-event-id'])
    return sawTheEnd(run, after) ? null : (stream) => followRun(platform, params.runId, after, stream)
  },

  'GET /events': (_input, platform) => (stream) => followAllRuns(platform, stream),
}

interface PlannedRun {
  definition: PipelineDefinition
  trigger: 'cli' | 'api' | 'upload'
  workingFolder?: string | undefined
}

/** A stored pipeline was let in when it was stored; one that comes with the request is looked at now. */
async function planRun(body: StartRun, caller: Caller, platform: Platform): Promise<PlannedRun> {
  const { db } = platform
  if ('pipelineName' in body) return { definition: (await readPipeline(db, body.pipelineName)).definition, trigger: 'api' }
  if ('pipeline' in body) {
    requireReadableSource(caller, body.pipeline)
    requireRawForPipeline(caller, body.pipeline)
    await checkSource(platform, body.pipeline.source, '/pipeline/source/settings')
    if (body.workingFolder !== undefined) requirePermission(caller, 'sources.read_local_files', 'Naming a folder on the server')
    return { definition: body.pipeline, trigger: body.trigger, workingFolder: body.workingFolder }
  }
  requirePermission(caller, 'uploads.write', 'Running an upload')
  await readUpload(db, body.uploadId)
  const { dataset, reading, stream } = body
  const definition = PipelineSchema.parse({
    name: dataset,
    source: { connector: 'files', settings: { upload: body.uploadId, name: dataset, reading } },
    streams: [{ ...stream, name: dataset, dataset }],
  })
  return { definition, trigger: 'upload' }
}
