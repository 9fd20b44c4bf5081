/** The part of JSON Schema that Zod writes. */
export interface JsonSchema {
  $ref?: string
  id?: string
  type?: string | string[]
  title?: string
  description?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  default?: unknown
  /** Marks of settings: see src/connectors/connector.ts. */
  secret?: boolean
  $defs?: Record<string, JsonSchema>
}

/** A schema in one line of Markdown, e.g. ``integer, 1 to 500`` or a link to a named schema. */
export function schemaText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schemaLink(schema.$ref)
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return choices.map(schemaText).join(' or ')
  if (schema.allOf !== undefined) return schema.allOf.map(schemaText).join(' and ')
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : schemaText(schema.items)}`
  if (schema.type === 'object') return objectText(schema)
  const type = schema.type === undefined ? 'anything' : [schema.type].flat().join(' or ')
  return [schema.format ?? type, ...bounds(schema)].join(', ')
}

/** Rows of a Markdown table: field, type, whether it must be given, meaning. Empty for a schema without fields. */
export function fieldRows(schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const given = schema.required?.includes(name) === true ? 'yes' : field.default === undefined ? '' : `default ${code(field.default)}`
    const meaning = [field.title, field.description].filter((text) => text !== undefined).join(': ')
    return `| \`${name}\` | ${cell(schemaText(field))}${field.secret === true ? ', secret' : ''} | ${cell(given)} | ${cell(meaning)} |`
  })
}

export function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema)
  return rows.length === 0 ? '' : ['| field | type | required | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/** Text for a cell of a Markdown table. Between backticks only the bar needs care. */
export function cell(text: string): string {
  const parts = text.replaceAll('|', '\\|').replaceAll('\n', ' ').split('`')
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`')
}

function schemaLink(ref: string): string {
  const name = ref.slice(ref.lastIndexOf('/') + 1)
  return `[${name}](#${name.toLowerCase()})`
}

function objectText(schema: JsonSchema): string {
  const names = Object.keys(schema.properties ?? {})
  if (names.length > 0) return `object with ${names.map((name) => `\`${name}\``).join(', ')}`
  return typeof schema.additionalProperties === 'object' ? `object of ${schemaText(schema.additionalProperties)} by name` : 'object'
}

/** Bounds that say something; the ends of the safe integers do not. */
function bounds(schema: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength } = schema
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum
  const range =
    low !== undefined && high !== undefined
      ? [`${low} to ${high}`]
      : low !== undefined
        ? [`at least ${low}`]
        : high !== undefined
          ? [`at most ${high}`]
          : []
  const lengths = [
    ...(minLength === undefined || minLength === 0 ? [] : [`at least ${minLength} characters`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
  ]
  return [...range, ...lengths, ...(schema.pattern === undefined || schema.format !== undefined ? [] : [`matching \`${schema.pattern}\``])]
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value || '""' : JSON.stringify(value)}\``
}
