import { z } from 'zod'
import type { SettingsSchema } from '../core/secret-fields.ts'
import type { Connector } from './connector.ts'

const known = new WeakMap<Connector, SettingsSchema>()

/** JSON Schema of a connector's settings, with the marks `secret` and `destination` in it. Made once. */
export function settingsSchema(connector: Connector): SettingsSchema {
  const schema = known.get(connector) ?? z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' })
  known.set(connector, schema)
  return schema
}
