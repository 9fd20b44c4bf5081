import { z } from 'zod'
import type { Connector } from '../connectors/connector.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'
import { PipelineFileContent } from '../contract/pipelines-as-code.ts'

type Json = Record<string, unknown>

/** What stands in a pipeline file in place of a value that the environment or a file has. */
const REFERENCE = { type: 'string', pattern: '\\$\\{(env|file):[^}]+\\}' }
/** A key of JSON Schema. What has it is never awaited, which would take it for a promise. */
const THEN = 'then'
const LEAF_TYPES: ReadonlySet<unknown> = new Set(['number', 'integer', 'boolean'])
const LIMITS = ['enum', 'pattern', 'format', 'minLength', 'maxLength']

/**
 * JSON Schema of a pipeline file, for editors: what may stand in `source.settings` and in a stream's `options` depends on the connector named, and
 * settings may be references.
 */
export function pipelineSchema(connectors: readonly Connector[]): Json {
  const schema = z.toJSONSchema(PipelineFileContent, { io: 'input' }) as Json
  const definitions = { ...(schema['$defs'] as Json) }
  const allOf = connectors.map((connector) => {
    const settings = withReferences(embed(connector.id, settingsSchema(connector), definitions))
    const options =
      connector.streamOptions === undefined
        ? null
        : embed(`${connector.id}-stream`, z.toJSONSchema(connector.streamOptions, { io: 'input', unrepresentable: 'any' }), definitions)
    const named = {
      properties: { source: { properties: { connector: { const: connector.id } }, required: ['connector'] } },
      required: ['source'],
    }
    const described = {
      properties: {
        source: { properties: { settings } },
        ...(options === null ? {} : { streams: { items: { properties: { options } } } }),
      },
    }
    const rule = new Map<string, unknown>([['if', named]])
    rule.set(THEN, described)
    return Object.fromEntries(rule)
  })
  return { ...schema, $defs: definitions, allOf }
}

/** A schema as part of another: what it defines is put with that one's own, under names of its own. */
function embed(prefix: string, schema: object, definitions: Json): Json {
  const { $schema: _, $defs: own, ...rest } = schema as Json
  for (const [name, definition] of Object.entries((own ?? {}) as Json)) definitions[`${prefix}.${name}`] = renamed(prefix, definition)
  return renamed(prefix, rest) as Json
}

function renamed(prefix: string, node: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => renamed(prefix, item))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace(/^#\/\$defs\//, `#/$defs/${prefix}.`)]
        : // Ids would make every reference relative to them.
          [key, renamed(prefix, value)],
    ),
  )
}

/** The schema with a reference allowed wherever a value other than any text is asked for. */
function withReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withReferences)
  if (typeof node !== 'object' || node === null) return node
  const schema = node as Json
  if (LEAF_TYPES.has(schema['type']) || (schema['type'] === 'string' && LIMITS.some((limit) => limit in schema))) {
    const { title, description, default: fallback, ...value } = schema
    return clean({ title, description, default: fallback, anyOf: [value, REFERENCE] })
  }
  const within = ['properties', '$defs', 'items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'prefixItems']
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (!within.includes(key)) return [key, value]
      const isMap = key === 'properties' || key === '$defs'
      return [
        key,
        isMap
          ? Object.fromEntries(Object.entries(value as Json).map(([name, inner]) => [name, withReferences(inner)]))
          : withReferences(value),
      ]
    }),
  )
}

function clean(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))
}
