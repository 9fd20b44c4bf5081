import { createHmac } from 'node:crypto'
import { settingsSchema } from '../../connectors/settings-schema.ts'
import { type SettingsSchema, mapSecrets } from '../../core/secret-fields.ts'
import { stableJson } from '../../core/stable-json.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import type { Platform } from '../platform.ts'

/**
 * By the path of each secret in open settings a keyed hash of it, which tells whether it is another one and nothing else: the key is the home's, and
 * the path is hashed with it, so that equal secrets in two places do not look alike.
 */
export function secretMarks(
  { connectors, hashKey }: Pick<Platform, 'connectors' | 'hashKey'>,
  source: PipelineDefinition['source'],
): Record<string, string> {
  const connector = connectors.find(({ id }) => id === source.connector)
  const schema: SettingsSchema = connector === undefined ? {} : settingsSchema(connector)
  const marks: Record<string, string> = {}
  mapSecrets(schema, source.settings, (secret, path) => {
    const key = createHmac('sha256', hashKey).update('pipelines as code').digest()
    marks[path.join('.')] = createHmac('sha256', key)
      .update(stableJson([path, secret]))
      .digest('hex')
    return secret
  })
  return marks
}
