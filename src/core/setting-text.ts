import type { SettingsSchema } from './secret-fields.ts'

/** A field of a connector's settings that can be given as text. */
export interface SettingField {
  /** Keys down to it. */
  path: readonly string[]
  /** JSON types that it may have, as far as the schema says. */
  types: ReadonlySet<string>
  secret: boolean
  required: boolean
  title: string
  description: string
  choices: readonly string[]
  default: unknown
}

/**
 * The fields of settings that a flag or a text can set, each once: those within objects too, and those of every alternative of a union.
 * Lists and free-form objects are one field, given as JSON.
 */
export function settingFields(schema: SettingsSchema): SettingField[] {
  const fields = new Map<string, SettingField>()
  collect(schema, schema, [], true, fields, 0)
  return [...fields.values()]
}

const DEEPEST = 6

function collect(
  root: SettingsSchema,
  node: SettingsSchema,
  path: readonly string[],
  required: boolean,
  into: Map<string, SettingField>,
  depth: number,
): void {
  const schema = resolve(root, node)
  const choices = alternativesOf(schema)
  const objects = (choices.length > 0 ? choices : [schema])
    .map((choice) => resolve(root, choice))
    .filter((choice) => isObject(choice['properties']))
  if (objects.length === 0 || depth > DEEPEST) {
    if (path.length > 0) add(root, schema, path, required, into)
    return
  }
  if (schema['secret'] === true) return add(root, schema, path, required, into)
  for (const object of objects)
    for (const [key, property] of Object.entries(object['properties'] as Record<string, SettingsSchema>)) {
      const isRequired = required && objects.length === 1 && asList(object['required']).includes(key)
      collect(root, property, [...path, key], isRequired, into, depth + 1)
    }
}

function add(
  root: SettingsSchema,
  schema: SettingsSchema,
  path: readonly string[],
  required: boolean,
  into: Map<string, SettingField>,
): void {
  const key = path.join('.')
  const before = into.get(key)
  into.set(key, {
    path,
    types: new Set([...(before?.types ?? []), ...typesOf(root, schema)]),
    secret: before?.secret === true || schema['secret'] === true,
    required: required && before?.required !== false && !('default' in schema),
    title: before?.title || text(schema['title']),
    description: before?.description || text(schema['description']),
    choices: [...new Set([...(before?.choices ?? []), ...choicesOf(root, schema)])],
    default: before?.default ?? schema['default'],
  })
}

function typesOf(root: SettingsSchema, node: SettingsSchema): string[] {
  const schema = resolve(root, node)
  if ('const' in schema) return [jsonType(schema['const'])]
  const choices = alternativesOf(schema)
  if (choices.length > 0) return choices.flatMap((choice) => typesOf(root, choice))
  if (Array.isArray(schema['enum'])) return schema['enum'].map(jsonType)
  return asList(schema['type'])
}

function choicesOf(root: SettingsSchema, node: SettingsSchema): string[] {
  const schema = resolve(root, node)
  if ('const' in schema) return [String(schema['const'])]
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String)
  const choices = alternativesOf(schema).map((choice) => choicesOf(root, choice))
  return choices.every((choice) => choice.length > 0) ? choices.flat() : []
}

/**
 * The value that a text stands for at a place in the settings: a number where the schema wants a number, JSON where it wants a list or an object,
 * and the text itself where it may be text. What does not fit stays text, for the schema to refuse.
 */
export function settingFromText(field: SettingField | undefined, given: string): unknown {
  const types = field?.types ?? new Set<string>()
  if (types.has('string')) return given
  const json = parseJson(given)
  if (json === undefined) return given
  const type = jsonType(json)
  return types.size === 0 || types.has(type) || (type === 'number' && types.has('integer')) ? json : given
}

/** Sets a value at a path in settings, making the objects on the way. */
export function setSetting(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    settings[key] = value
    return
  }
  if (!isObject(settings[key])) settings[key] = {}
  setSetting(settings[key] as Record<string, unknown>, rest, value)
}

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function alternativesOf(schema: SettingsSchema): SettingsSchema[] {
  return [...asList<SettingsSchema>(schema['anyOf']), ...asList<SettingsSchema>(schema['oneOf'])]
}

function resolve(root: SettingsSchema, node: SettingsSchema): SettingsSchema {
  if (typeof node['$ref'] !== 'string') return node
  const found = node['$ref']
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root)
  return isObject(found) ? { ...found, ...node } : node
}

function asList<T = string>(value: unknown): T[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as T[]
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
