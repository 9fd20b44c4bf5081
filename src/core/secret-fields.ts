import { stableJson } from './stable-json.ts'

/** A JSON Schema of a connector's settings, as Zod writes it: `secret` and `destination` are marks of a field's meta. */
export interface SettingsSchema {
  secret?: unknown
  destination?: unknown
  [keyword: string]: unknown
}

/** Where a value stands in the settings: keys and indices. */
export type SettingPath = readonly string[]

/** Stands for a sealed value in stored settings, whatever it holds. */
export interface Sealed {
  $sealed: string
}

/** Whether a value is a sealed secret. */
export function isSealed(value: unknown): value is Sealed {
  return isRecord(value) && typeof value['$sealed'] === 'string' && Object.keys(value).length === 1
}

/** Whether the settings hold a sealed secret anywhere, or something that could be taken for one. */
export function holdsSealed(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSealed)
  return isRecord(value) && ('$sealed' in value || Object.values(value).some(holdsSealed))
}

/** A JSON value with every sealed secret in it changed; nothing else is touched. */
export function mapSealed(value: unknown, change: (sealed: Sealed) => unknown): unknown {
  if (isSealed(value)) return change(value)
  if (Array.isArray(value)) return value.map((item) => mapSealed(item, change))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSealed(item, change)]))
}

/**
 * Settings with every secret in them changed. A field is secret where any alternative of the schema that fits its value says so; where it cannot
 * be told which alternative it is, where any of them does. A field without a value (null or left out) holds no secret.
 */
export function mapSecrets(schema: SettingsSchema, settings: unknown, change: (secret: unknown, path: SettingPath) => unknown): unknown {
  return walk(schema, [schema], settings, [], (nodes, value, path) =>
    nodes.some((node) => node.secret === true) ? { changed: value === null ? null : change(value, path) } : null,
  )
}

/** Paths of the secrets that the settings hold. */
export function secretPaths(schema: SettingsSchema, settings: unknown): SettingPath[] {
  const paths: SettingPath[] = []
  mapSecrets(schema, settings, (secret, path) => {
    paths.push(path)
    return secret
  })
  return paths
}

/** Every text among the secrets of open settings, for hiding them in messages. */
export function secretTexts(schema: SettingsSchema, settings: unknown): string[] {
  const texts: string[] = []
  mapSecrets(schema, settings, (secret) => {
    collectTexts(secret, texts)
    return secret
  })
  return texts
}

function collectTexts(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collectTexts(item, into)
}

/** What the settings say of where secrets are sent: every field marked so, defaults spelt out. Equal texts, same places. */
export function destinations(schema: SettingsSchema, settings: unknown): string {
  const found: [string, unknown][] = []
  const spelt = walk(schema, [schema], settings, [], () => null, true)
  walk(schema, [schema], spelt, [], (nodes, value, path) => {
    if (nodes.some((node) => node.destination === true)) found.push([path.join('.'), value])
    return null
  })
  return stableJson(found.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

type Visit = (nodes: SettingsSchema[], value: unknown, path: SettingPath) => { changed: unknown } | null

function walk(
  root: SettingsSchema,
  given: SettingsSchema[],
  value: unknown,
  path: SettingPath,
  visit: Visit,
  withDefaults = false,
): unknown {
  const nodes = given.flatMap((node) => alternatives(root, node, value))
  const visited = visit(nodes, value, path)
  if (visited !== null) return visited.changed
  if (Array.isArray(value))
    return value.map((item, index) =>
      walk(
        root,
        nodes.flatMap((node) => itemSchemas(node, index)),
        item,
        [...path, String(index)],
        visit,
        withDefaults,
      ),
    )
  if (!isRecord(value) || isSealed(value)) return value
  const filled = withDefaults ? { ...defaultsOf(root, nodes), ...value } : value
  return Object.fromEntries(
    Object.entries(filled).map(([key, item]) => [
      key,
      walk(
        root,
        nodes.flatMap((node) => propertySchemas(node, key)),
        item,
        [...path, key],
        visit,
        withDefaults,
      ),
    ]),
  )
}

/** The schema and all that apply to the value with it: what it refers to, what all of it must meet, and the alternatives that fit. */
function alternatives(root: SettingsSchema, node: SettingsSchema, value: unknown, seen: readonly SettingsSchema[] = []): SettingsSchema[] {
  if (seen.includes(node)) return []
  const within = [...seen, node]
  const expand = (inner: SettingsSchema): SettingsSchema[] => alternatives(root, inner, value, within)
  const referred = typeof node['$ref'] === 'string' ? [resolveReference(root, node['$ref'])] : []
  const choices = [...schemas(node['anyOf']), ...schemas(node['oneOf'])]
  const fitting = choices.filter((choice) => fits(root, choice, value))
  return [node, ...[...referred, ...schemas(node['allOf']), ...(fitting.length > 0 ? fitting : choices)].flatMap(expand)]
}

/** False only where the value cannot be of that schema. What stands for a secret can be of any. */
function fits(root: SettingsSchema, node: SettingsSchema, value: unknown): boolean {
  if (isSealed(value)) return true
  const schema = typeof node['$ref'] === 'string' ? { ...resolveReference(root, node['$ref']), ...node } : node
  if (!allows(schema, value)) return false
  if (!isRecord(value)) return true
  return Object.entries(isRecord(schema['properties']) ? schema['properties'] : {}).every(
    ([key, property]) => !(key in value) || !isRecord(property) || !isDiscriminator(property) || allows(property, value[key]),
  )
}

function isDiscriminator(property: SettingsSchema): boolean {
  return 'const' in property || Array.isArray(property['enum'])
}

function allows(schema: SettingsSchema, value: unknown): boolean {
  if ('const' in schema) return schema['const'] === value
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value)
  const types = [schema['type'] ?? []].flat()
  return types.length === 0 || types.includes(jsonType(value)) || (typeof value === 'number' && types.includes('integer'))
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function propertySchemas(node: SettingsSchema, key: string): SettingsSchema[] {
  const { properties, additionalProperties } = node
  if (isRecord(properties) && Object.hasOwn(properties, key)) return schemas([properties[key]])
  return schemas([additionalProperties])
}

function itemSchemas(node: SettingsSchema, index: number): SettingsSchema[] {
  const first = schemas(node['prefixItems'])
  return first[index] === undefined ? schemas([node['items']]) : [first[index]]
}

function defaultsOf(root: SettingsSchema, nodes: SettingsSchema[]): Record<string, unknown> {
  const defaults: Record<string, unknown> = {}
  for (const node of nodes)
    for (const [key, property] of Object.entries(isRecord(node['properties']) ? node['properties'] : {})) {
      const [found] = schemas([property])
        .flatMap((inner) => alternatives(root, inner, undefined))
        .filter((inner) => 'default' in inner)
      if (found !== undefined) defaults[key] = found['default']
    }
  return defaults
}

/** `#`, or `#/$defs/Name`: Zod writes no other. */
function resolveReference(root: SettingsSchema, reference: string): SettingsSchema {
  const found = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), root)
  return isRecord(found) ? found : {}
}

function schemas(value: unknown): SettingsSchema[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
