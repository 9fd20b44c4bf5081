import type { Caller } from '../../access/caller.ts'
import { settingsSchema } from '../../connectors/settings-schema.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import { findPipeline } from '../../store/pipelines.ts'
import { findConnector } from '../describe-connector.ts'
import { requireReadableSource } from '../local-files.ts'
import type { Platform } from '../platform.ts'
import { requireRawForPipeline } from '../rules/require-raw.ts'
import { acceptSettings, checkStreams, requireSaved } from '../source-settings.ts'
import { withinRequest } from './within-request.ts'

/**
 * A definition of a request as it is stored: everything that can be known without the source is checked, and its secrets are sealed. To be called
 * within `secrets.whileSealing`, which also stores it.
 * @param pointer JSON Pointer of the definition in the request
 * @throws AtlasError `source.*`, `sql.*`, `pipeline.*`, `access.denied`
 */
export async function acceptPipeline(
  platform: Platform,
  caller: Caller,
  definition: PipelineDefinition,
  pointer: string,
): Promise<PipelineDefinition> {
  requireReadableSource(caller, definition)
  requireRawForPipeline(caller, definition)
  const { parseTransform } = await import('../../pipeline/steps/plan.ts')
  await withinRequest(pointer, () => checkStreams(findConnector(platform.connectors, definition.source.connector), definition.streams))
  for (const [index, transform] of definition.transforms.entries())
    await withinRequest(`${pointer}/transforms/${index}/sql`, () => parseTransform(transform, 'pipeline'))
  const source = await acceptSource(platform, definition, `${pointer}/source`)
  return { ...definition, source }
}

/** A definition as it may be shown. A connector that this Atlas does not have leaves what is sealed as the only secrets that are known. */
export function withoutSecrets(definition: PipelineDefinition, { connectors, secrets }: Platform): PipelineDefinition {
  const { source } = definition
  const connector = connectors.find(({ id }) => id === source.connector)
  const schema = connector === undefined ? {} : settingsSchema(connector)
  return { ...definition, source: { ...source, settings: secrets.redactSettings(schema, source.settings) } }
}

/** @throws AtlasError `source.*` */
async function acceptSource(
  platform: Platform,
  { name, source }: PipelineDefinition,
  pointer: string,
): Promise<PipelineDefinition['source']> {
  const { db, connectors } = platform
  const connector = findConnector(connectors, source.connector)
  if (source.saved !== undefined) {
    await withinRequest(`${pointer}/saved`, () => requireSaved(platform, source))
    return source
  }
  const before = (await findPipeline(db, name))?.definition.source
  const stored = before?.connector === source.connector ? { settings: before.settings, secretsSetAt: {} } : null
  const { settings } = await acceptSettings(platform, connector, source.settings, stored, `${pointer}/settings`)
  return { ...source, settings }
}
