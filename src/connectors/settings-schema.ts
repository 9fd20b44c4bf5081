import { z } from 'zod'
import type { SettingsSchema } from '../core/secret-fields.ts'
import type { Connector } from './connector.ts'

const known = new WeakMap<object, SettingsSchema>()

/** JSON Schema of the settings of a connector, or of what has settings like one, with the marks `secret` and `destination` in it. Made once. */
export function settingsSchema(connector: Pick<Connector, 'settings'>): SettingsSchema {
  const schema = known.get(connector) ?? z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' })
  known.set(connector, schema)
  return schema
}
