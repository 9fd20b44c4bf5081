/** The part of JSON Schema (2020-12, as Zod writes it) that forms are drawn from. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  examples?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  minItems?: number
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
  minimum?: number
  maximum?: number
  maxLength?: number
  pattern?: string
  $ref?: string
  $defs?: Record<string, JsonSchema>
  /** Never shown again once it is stored. */
  secret?: boolean
  /** Says where secrets are sent. */
  destination?: boolean
  /** Has lines: a key, a certificate, a document. */
  multiline?: boolean
}

export type JsonObject = Record<string, unknown>

/** One alternative of a choice. */
export interface Alternative {
  label: string
  schema: JsonSchema
  /** What tells it apart: the name and value of its constant property; null where nothing does. */
  by: { key: string; value: unknown } | null
}

/** What kind of field a schema is drawn as. `json` is the one for all that is not understood: it never disappears. */
export type Shape =
  | { kind: 'secret' }
  | { kind: 'text' }
  | { kind: 'number'; whole: boolean }
  | { kind: 'boolean' }
  | { kind: 'enum'; options: { value: unknown; label: string }[] }
  | { kind: 'const' }
  | { kind: 'object' }
  | { kind: 'list'; item: JsonSchema }
  | { kind: 'texts' }
  | { kind: 'pairs'; secret: boolean }
  | { kind: 'choice'; alternatives: Alternative[] }
  | { kind: 'json' }

/** Whether a value is an object with names. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A schema with its reference followed and null taken away from what it may be; its own words go before those of what it refers to. */
export function resolve(root: JsonSchema, node: JsonSchema): JsonSchema {
  if (node.$ref !== undefined) {
    const target = node.$ref
      .split('/')
      .slice(1)
      .reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), root)
    const { $ref: _, ...own } = node
    return isObject(target) ? resolve(root, { ...(target as JsonSchema), ...own }) : own
  }
  const choices = node.oneOf ?? node.anyOf
  const real = choices?.filter((choice) => choice.type !== 'null')
  if (real?.length === 1) {
    const { oneOf: _one, anyOf: _any, ...own } = node
    return resolve(root, { ...real[0], ...own })
  }
  return node
}

/** How a resolved schema is drawn. */
export function shapeOf(root: JsonSchema, schema: JsonSchema): Shape {
  if (schema.secret === true) return { kind: 'secret' }
  if ('const' in schema) return { kind: 'const' }
  if (schema.enum !== undefined) return { kind: 'enum', options: optionsOf(schema.enum, schema.description) }
  const choices = (schema.oneOf ?? schema.anyOf)?.filter((choice) => choice.type !== 'null')
  if (choices !== undefined)
    return choiceOf(
      choices.map((choice) => resolve(root, choice)),
      root,
    )
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null')
  if (types.includes('string') && types.every((type) => type === 'string' || type === 'number' || type === 'integer'))
    return { kind: 'text' }
  if (types.length !== 1) return { kind: 'json' }
  switch (types[0]) {
    case 'integer':
    case 'number':
      return { kind: 'number', whole: types[0] === 'integer' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'object':
      return objectShape(root, schema)
    case 'array':
      return listShape(root, schema)
    default:
      return { kind: 'json' }
  }
}

function objectShape(root: JsonSchema, schema: JsonSchema): Shape {
  if (schema.properties !== undefined) return { kind: 'object' }
  if (!isObject(schema.additionalProperties)) return { kind: 'json' }
  const of = shapeOf(root, resolve(root, schema.additionalProperties)).kind
  return of === 'text' || of === 'secret' ? { kind: 'pairs', secret: of === 'secret' } : { kind: 'json' }
}

function listShape(root: JsonSchema, schema: JsonSchema): Shape {
  if (schema.items === undefined) return { kind: 'json' }
  const item = resolve(root, schema.items)
  const of = shapeOf(root, item).kind
  if (of === 'text') return { kind: 'texts' }
  return of === 'object' || of === 'choice' ? { kind: 'list', item } : { kind: 'json' }
}

function choiceOf(choices: JsonSchema[], root: JsonSchema): Shape {
  if (choices.every((choice) => 'const' in choice)) {
    return {
      kind: 'enum',
      options: choices.map((choice) => ({ value: choice.const, label: choice.title ?? sayName(String(choice.const)) })),
    }
  }
  const alternatives = choices.map((schema): Alternative => {
    const by = discriminatorOf(schema)
    const label = schema.title ?? (by === null ? undefined : (schema.properties?.[by.key]?.title ?? sayName(String(by.value))))
    return { label: label ?? KIND_WORDS[shapeOf(root, schema).kind], schema, by }
  })
  const labels = new Set(alternatives.map(({ label }) => label))
  return labels.size === alternatives.length ? { kind: 'choice', alternatives } : { kind: 'json' }
}

const KIND_WORDS: Record<Shape['kind'], string> = {
  secret: 'Secret',
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  enum: 'One of a list',
  const: 'Fixed',
  object: 'Details',
  list: 'List',
  texts: 'List of texts',
  pairs: 'Names and values',
  choice: 'Choice',
  json: 'JSON',
}

function discriminatorOf(schema: JsonSchema): Alternative['by'] {
  const found = Object.entries(schema.properties ?? {}).find(([, property]) => 'const' in property)
  return found === undefined ? null : { key: found[0], value: found[1].const }
}

/** A value in words, or as it is where the description speaks of it so. */
function optionsOf(values: unknown[], description = ''): { value: unknown; label: string }[] {
  return values.map((value) => ({ value, label: description.includes(`${String(value)}:`) ? String(value) : sayName(String(value)) }))
}

/** Which alternative a value is of; the first that could be. -1 when none. */
export function alternativeOf(alternatives: readonly Alternative[], value: unknown): number {
  if (value === undefined || value === null) return -1
  return alternatives.findIndex(({ by, schema }) => {
    if (by !== null) return isObject(value) && value[by.key] === by.value
    const type = Array.isArray(value) ? 'array' : typeof value
    const types = [schema.type ?? []].flat()
    return types.includes(type) || (type === 'number' && types.includes('integer'))
  })
}

/** What a field is called: its title, or its key in words: `base_url` → `Base url`. */
export function titleOf(key: string, schema: JsonSchema): string {
  return schema.title ?? sayName(key)
}

const INITIALS = /^(url|id|api|tls|ssl|ssh|ca|sql|json|csv|http|https|oauth2?|jwt|utc)$/i

/** A name of code in words. */
export function sayName(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_-]+/)
  return words
    .map((word, index) => {
      if (INITIALS.test(word)) return word.toUpperCase()
      return index === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word.toLowerCase()
    })
    .join(' ')
}
