import { settingsSchema } from '../../connectors/settings-schema.ts'
import type { Pipeline, PipelineDefinition, pipelineEndpoints } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { writeAudit } from '../../store/audit.ts'
import { findPipeline, listPipelines, savePipeline } from '../../store/pipelines.ts'
import { findConnector } from '../describe-connector.ts'
import type { Handlers } from '../handlers.ts'
import { requireReadableSource } from '../local-files.ts'
import { pipelineSchema } from '../pipeline-schema.ts'
import type { Platform } from '../platform.ts'
import { requireRawForPipeline } from '../rules/require-raw.ts'
import { acceptSettings, requireSaved } from '../source-settings.ts'

export const pipelineRoutes: Handlers<typeof pipelineEndpoints> = {
  'GET /pipelines': async (_input, platform) => (await listPipelines(platform.db)).map((pipeline) => withoutSecrets(pipeline, platform)),

  'GET /pipelines/schema': (_input, { connectors }) => pipelineSchema(connectors),

  'PUT /pipelines/:name': async ({ params, body, caller, address }, platform) => {
    const { db, secrets, now, random } = platform
    if (body.name !== params.name)
      throw new AtlasError('pipeline.invalid', `The path says ${params.name} and the definition says ${body.name}.`)
    requireReadableSource(caller, body)
    requireRawForPipeline(caller, body)
    const { parseTransform } = await import('../../pipeline/steps/plan.ts')
    for (const transform of body.transforms) await parseTransform(transform, 'pipeline')
    const pipeline = await secrets.whileSealing(async () => {
      const source = await acceptSource(platform, body)
      return savePipeline(db, newId('p', now().getTime(), random), { ...body, source }, now())
    })
    await writeAudit(db, {
      actor: caller.actor,
      action: 'pipeline.changed',
      target: params.name,
      detail: { version: pipeline.version },
      address,
    })
    return withoutSecrets(pipeline, platform)
  },
}

/** The pipeline as it may be shown. A connector that this Atlas does not have leaves what is sealed as the only secrets that are known. */
function withoutSecrets(pipeline: Pipeline, { connectors, secrets }: Platform): Pipeline {
  const { source } = pipeline.definition
  const connector = connectors.find(({ id }) => id === source.connector)
  const schema = connector === undefined ? {} : settingsSchema(connector)
  const settings = secrets.redactSettings(schema, source.settings)
  return { ...pipeline, definition: { ...pipeline.definition, source: { ...source, settings } } }
}

/**
 * The source of a pipeline as it is stored: checked, with its secrets sealed.
 * @throws AtlasError `source.*`
 */
async function acceptSource(platform: Platform, { name, source }: PipelineDefinition): Promise<PipelineDefinition['source']> {
  const { db, connectors } = platform
  const connector = findConnector(connectors, source.connector)
  const pointer = '/body/source/settings'
  if (source.saved !== undefined) {
    await requireSaved(platform, source)
    return source
  }
  const before = (await findPipeline(db, name))?.definition.source
  const stored = before?.connector === source.connector ? { settings: before.settings, secretsSetAt: {} } : null
  const { settings } = await acceptSettings(platform, connector, source.settings, stored, pointer)
  return { ...source, settings }
}
