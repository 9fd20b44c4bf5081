import type { Caller } from '../../access/caller.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import type { Pipeline, pipelineEndpoints } from '../../contract/stored-pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { pipelineChanges } from '../../core/pipeline-changes.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import { listVersions, readVersion } from '../../store/pipeline-versions.ts'
import {
  deletePipeline,
  listPipelines,
  pausePipeline,
  readPipeline,
  refuseHeld,
  releasePipeline,
  savePipeline,
} from '../../store/pipelines.ts'
import { refuseCycles } from '../graph/refuse-cycles.ts'
import type { Handlers } from '../handlers.ts'
import { acceptPipeline, withoutSecrets } from '../pipelines/accept-pipeline.ts'
import { declaredDrift, declaredWith } from '../pipelines/declared-drift.ts'
import { pipelineSchema } from '../pipeline-schema.ts'
import type { Platform } from '../platform.ts'

export const pipelineRoutes: Handlers<typeof pipelineEndpoints> = {
  'GET /pipelines': async (_input, platform) => {
    const drifts = await declaredDrift(platform)
    return (await listPipelines(platform.db)).map((pipeline) => {
      const { name, drifted } = pipeline
      return { ...shown(pipeline, platform), drifted: drifted || drifts.has(name) }
    })
  },

  'GET /pipelines/schema': (_input, { connectors }) => pipelineSchema(connectors),

  'GET /pipelines/:name': async ({ params }, platform) => {
    const { writePipeline } = await import('../pipelines/write-pipeline.ts')
    const pipeline = shown(await readPipeline(platform.db, params.name), platform)
    const drift = [...(await driftOf(platform, pipeline)), ...((await declaredDrift(platform, params.name)).get(params.name) ?? [])]
    const drifted = pipeline.drifted || drift.length > 0
    return { ...pipeline, drifted, yaml: writePipeline(pipeline.definition), drift, declared: await declaredWith(platform, params.name) }
  },

  'PUT /pipelines/:name': async ({ params, body, ...asker }, platform) => {
    if (body.name !== params.name)
      throw new AtlasError('pipeline.invalid', `The path says ${params.name} and the definition says ${body.name}.`)
    return store(platform, asker, body, '/body', 'pipeline.changed')
  },

  'DELETE /pipelines/:name': async ({ params, ...asker }, platform) => {
    refuseHeld(await readPipeline(platform.db, params.name))
    await platform.db.transaction().execute(async (transaction) => {
      await deletePipeline(transaction, params.name, { by: asker.caller.actor, at: platform.now() })
      await audit({ db: transaction }, asker, 'pipeline.deleted', params.name)
    })
    platform.wakeScheduler()
  },

  'POST /pipelines/:name/pause': ({ params, ...asker }, platform) => pause(platform, asker, params.name, true),

  'POST /pipelines/:name/resume': ({ params, ...asker }, platform) => pause(platform, asker, params.name, false),

  'POST /pipelines/:name/release': async ({ params, ...asker }, platform) => {
    const { db, now } = platform
    const { git } = await readPipeline(db, params.name)
    if (git?.holds === true) {
      await db.transaction().execute((transaction) => releasePipeline(transaction, params.name, now()))
      await audit(platform, asker, 'pipeline.released', params.name, { file: git.file })
    }
    return shown(await readPipeline(db, params.name), platform)
  },

  'GET /pipelines/:name/versions': async ({ params }, { db }) => {
    const { writePipeline } = await import('../pipelines/write-pipeline.ts')
    const versions = await listVersions(db, params.name)
    // A pipeline that was never changed since versions are kept has none, and exists all the same.
    if (versions.length === 0) await readPipeline(db, params.name)
    return versions.map((version) => ({ ...version, yaml: writePipeline(version.definition) }))
  },

  'POST /pipelines/:name/versions/:version/restore': async ({ params, ...asker }, platform) => {
    const { definition } = await readVersion(platform.db, params.name, params.version)
    return store(platform, asker, definition, '/definition', 'pipeline.restored')
  },
}

interface Asker {
  caller: Caller
  address: string
}

async function store(
  platform: Platform,
  asker: Asker,
  definition: PipelineDefinition,
  pointer: string,
  action: 'pipeline.changed' | 'pipeline.restored',
): Promise<Pipeline> {
  const { db, secrets, now, random } = platform
  const note = { by: asker.caller.actor, at: now(), ...(action === 'pipeline.restored' ? { change: 'restored' as const } : {}) }
  await refuseCycles(db, definition.transforms)
  const pipeline = await secrets.whileSealing(async () => {
    const accepted = await acceptPipeline(platform, asker.caller, definition, pointer)
    return db.transaction().execute((transaction) => savePipeline(transaction, newId('p', now().getTime(), random), accepted, note))
  })
  await audit(platform, asker, action, pipeline.name, { version: pipeline.version })
  return shown(pipeline, platform)
}

async function pause(platform: Platform, asker: Asker, name: string, paused: boolean): Promise<Pipeline> {
  await pausePipeline(platform.db, name, paused)
  await audit(platform, asker, paused ? 'pipeline.paused' : 'pipeline.resumed', name)
  platform.wakeScheduler()
  return shown(await readPipeline(platform.db, name), platform)
}

async function audit(
  { db }: Pick<Platform, 'db'>,
  { caller, address }: Asker,
  action: AuditAction,
  target: string,
  detail: Record<string, unknown> = {},
) {
  await writeAudit(db, { actor: caller.actor, action, target, detail, address })
}

function shown<P extends Pipeline>(pipeline: P, platform: Platform): P {
  return { ...pipeline, definition: withoutSecrets(pipeline.definition, platform) }
}

/** What differs from what was applied from the file; nothing where no file ever said anything. */
async function driftOf({ db }: Platform, { name, git, drifted, definition }: Pipeline) {
  if (git === null || !drifted) return []
  const applied = (await listVersions(db, name)).find(({ version }) => version === git.version)
  return applied === undefined ? [] : pipelineChanges(applied.definition, definition)
}
