import { z } from 'zod'
import { connectorById } from '../../connectors/index.ts'
import { PipelineDefinition, type pipelineEndpoints } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { writeAudit } from '../../store/audit.ts'
import { listPipelines, savePipeline } from '../../store/pipelines.ts'
import type { Handlers } from '../handlers.ts'
import { requireReadableSource } from '../local-files.ts'

export const pipelineRoutes: Handlers<typeof pipelineEndpoints> = {
  'GET /pipelines': (_input, { db }) => listPipelines(db),

  'GET /pipelines/schema': () => z.toJSONSchema(PipelineDefinition, { io: 'input' }),

  'PUT /pipelines/:name': async ({ params, body, caller, address }, { db, now, random }) => {
    if (body.name !== params.name)
      throw new AtlasError('pipeline.invalid', `The path says ${params.name} and the definition says ${body.name}.`)
    requireReadableSource(caller, body)
    requireSettings(body)
    const { parseTransform } = await import('../../pipeline/steps/plan.ts')
    for (const transform of body.transforms) await parseTransform(transform, 'pipeline')
    const pipeline = await savePipeline(db, newId('p', now().getTime(), random), body, now())
    await writeAudit(db, {
      actor: caller.actor,
      action: 'pipeline.changed',
      target: params.name,
      detail: { version: pipeline.version },
      address,
    })
    return pipeline
  },
}

/** @throws AtlasError `source.connector_not_available`, `source.bad_settings` */
function requireSettings({ source }: PipelineDefinition): void {
  const parsed = connectorById(source.connector).settings.safeParse(source.settings)
  if (parsed.success) return
  const fields = parsed.error.issues.map((issue) => ({ pointer: `/body/source/settings/${issue.path.join('/')}`, detail: issue.message }))
  throw new AtlasError('source.bad_settings', `${fields[0]?.pointer}: ${fields[0]?.detail}`, { fields })
}
