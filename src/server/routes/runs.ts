import { type Caller, requirePermission } from '../../access/caller.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { PipelineDefinition as PipelineSchema } from '../../contract/pipelines.ts'
import type { RunActs, runEndpoints, StartRun } from '../../contract/run-endpoints.ts'
import type { Run } from '../../contract/runs.ts'
import { AtlasError, toProblem } from '../../core/errors.ts'
import { writeAudit } from '../../store/audit.ts'
import { readPipeline } from '../../store/pipelines.ts'
import { countRuns, listRuns, readRunLog } from '../../store/run-queries.ts'
import { readRunDetail } from '../../store/run-story.ts'
import { settleRun } from '../../store/settle-runs.ts'
import { readUpload } from '../../store/uploads.ts'
import type { Handlers } from '../handlers.ts'
import { requireRawForPipeline } from '../rules/require-raw.ts'
import { requireReadableSource } from '../local-files.ts'
import type { Platform } from '../platform.ts'
import { retryRun } from '../retry-run.ts'
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

  'GET /runs/:runId': async ({ params }, { db, lake }) => {
    const run = await readRunDetail(db, params.runId)
    const { outage } = lake.files
    if (run.state !== 'queued' || outage === null) return run
    return { ...run, waits: [{ for: 'lake', code: outage.code, detail: outage.message }, ...run.waits] }
  },

  'GET /runs/counts': ({ query }, { db }) => countRuns(db, query),

  'POST /runs/:runId/cancel': ({ params, ...by }, platform) => cancel(platform, by, params.runId),
  'POST /runs/:runId/retry': ({ params, ...by }, platform) => retry(platform, by, params.runId),
  'POST /runs/:runId/settle': ({ params, body, ...by }, platform) => settle(platform, by, params.runId, body.reason),

  'POST /runs/cancel': ({ body, ...by }, platform) => each(body.runIds, (runId) => cancel(platform, by, runId)),
  'POST /runs/retry': ({ body, ...by }, platform) => each(body.runIds, (runId) => retry(platform, by, runId)),
  'POST /runs/settle': ({ body, ...by }, platform) => each(body.runIds, (runId) => settle(platform, by, runId, body.reason)),

  'GET /runs/:runId/log': ({ params, query }, { db }) => readRunLog(db, params.runId, query),

  'GET /runs/:runId/events': async ({ params, http }, platform) => {
    const run = await readRunDetail(platform.db, params.runId)
    const after = lastEventId(http.headers['last-event-id'])
    return sawTheEnd(run, after) ? null : (stream) => followRun(platform, params.runId, after, stream)
  },

  'GET /events': (_input, platform) => (stream) => followAllRuns(platform, stream),
}

interface By {
  caller: Caller
  address: string
}

async function cancel({ db, runs }: Platform, { caller, address }: By, runId: string): Promise<Run> {
  const run = await runs.cancel(runId, caller.actor)
  await writeAudit(db, { actor: caller.actor, action: 'run.cancelled', target: run.id, detail: { pipeline: run.pipeline }, address })
  return run
}

async function retry(platform: Platform, { caller, address }: By, runId: string): Promise<Run> {
  const run = await retryRun(platform, caller, runId)
  const detail = { pipeline: run.pipeline, run: run.id }
  await writeAudit(platform.db, { actor: caller.actor, action: 'run.retried', target: runId, detail, address })
  return run
}

async function settle({ db, events }: Platform, { caller, address }: By, runId: string, reason: string): Promise<Run> {
  const run = await settleRun(db, runId, caller.actor, reason)
  events.emit({ kind: 'run', run })
  await writeAudit(db, { actor: caller.actor, action: 'run.settled', target: runId, detail: { pipeline: run.pipeline, reason }, address })
  return run
}

/** One after the other, each by itself: one that is refused keeps no other back. */
async function each(runIds: readonly string[], act: (runId: string) => Promise<Run>): Promise<RunActs> {
  const done: RunActs = { runs: [], refused: [] }
  for (const runId of new Set(runIds)) {
    try {
      done.runs.push(await act(runId))
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error
      done.refused.push({ runId, problem: toProblem(error) })
    }
  }
  return done
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
