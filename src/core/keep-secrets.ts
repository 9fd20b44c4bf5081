import { SECRET_KEPT } from '../contract/sources.ts'
import { mapSealed, mapSecrets, type SettingPath, type SettingsSchema } from './secret-fields.ts'
import { stableJson } from './stable-json.ts'

export interface KeptSettings {
  settings: unknown
  /** Secrets that were to stay as they are, by their path, dots between. */
  kept: string[]
  /** Secrets that were to stay as they are where there is none to keep. */
  missing: string[]
}

/**
 * Puts the stored (sealed) secrets into settings that come back from a form in place of `SECRET_KEPT`. A secret stands where it stood: at the same
 * path, and within a list in the item that is the same but for its secrets, wherever in the list that is now.
 */
export function keepSecrets(schema: SettingsSchema, stored: unknown, incoming: unknown): KeptSettings {
  const kept: string[] = []
  const missing: string[] = []
  const shown = { stored: redact(schema, stored), incoming: redact(schema, incoming) }
  const settings = mapSecrets(schema, incoming, (secret, path) => {
    if (secret !== SECRET_KEPT) return secret
    const found = find(stored, shown, path)
    ;(found === undefined ? missing : kept).push(path.join('.'))
    return found ?? secret
  })
  return { settings, kept, missing }
}

function find(stored: unknown, shown: { stored: unknown; incoming: unknown }, path: SettingPath): unknown {
  let [value, before, now] = [stored, shown.stored, shown.incoming]
  for (const step of path) {
    const key = Array.isArray(value) ? sameItem(before, now, Number(step)) : step
    value = childOf(value, key)
    before = childOf(before, key)
    now = childOf(now, step)
  }
  return value ?? undefined
}

/** The place in the stored list of the item that is the same now, its own place before any other. */
function sameItem(before: unknown, now: unknown, index: number): string | null {
  if (!Array.isArray(before) || !Array.isArray(now)) return null
  const wanted = stableJson(now[index])
  const same = (at: number): boolean => stableJson(before[at]) === wanted
  if (index < before.length && same(index)) return String(index)
  const found = before.findIndex((_, at) => same(at))
  return found < 0 ? null : String(found)
}

function redact(schema: SettingsSchema, settings: unknown): unknown {
  return mapSealed(
    mapSecrets(schema, settings, () => SECRET_KEPT),
    () => SECRET_KEPT,
  )
}

function childOf(value: unknown, key: string | null): unknown {
  if (key === null || typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}
