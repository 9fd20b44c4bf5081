import { z } from 'zod'
import type { Endpoint } from '../../src/contract/endpoint.ts'
import { contract } from '../../src/contract/index.ts'
import { fieldTable, schemaText, type JsonSchema } from './schema-text.ts'

/** `docs/reference/api.md`: every endpoint and every named schema of the contract. */
export function apiReference(): string {
  const named = new Map<string, JsonSchema>()
  const endpoints: [string, Endpoint][] = Object.entries(contract)
  const sections = Map.groupBy(endpoints, ([key]) => key.split('/')[1] ?? '')
  const parts = [...sections].map(([resource, entries]) =>
    [`## ${resource}`, ...entries.map(([key, endpoint]) => endpointText(key, endpoint, named))].join('\n\n'),
  )
  const schemas = [...named].sort(([a], [b]) => a.localeCompare(b)).map(([name, schema]) => schemaSection(name, schema))
  return [
    '# HTTP API',
    'Every path is below `/api/v1`. Sign in with a session cookie or with `Authorization: Bearer TOKEN` (`atlas token create`). Errors are `application/problem+json` (see [errors](errors.md)). The same as OpenAPI 3.1: `/api/v1/openapi.json`.',
    ...parts,
    '## Schemas',
    ...schemas,
    '',
  ].join('\n\n')
}

function endpointText(key: string, endpoint: Endpoint, named: Map<string, JsonSchema>): string {
  const lines = [
    `### \`${key}\``,
    `${endpoint.summary}.${endpoint.description === undefined ? '' : ` ${endpoint.description}`}`,
    permissionText(endpoint),
  ]
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = endpoint[part]
    if (schema === undefined) continue
    const json = toJson(schema, 'input', named)
    const table = fieldTable(json)
    lines.push(table === '' ? `**${part}**: ${schemaText(json)}` : `**${part}**\n\n${table}`)
  }
  if (endpoint.reply !== undefined)
    lines.push(`**reply** ${endpoint.status ?? 200}: ${schemaText(toJson(endpoint.reply, 'output', named))}`)
  else if (endpoint.stream === 'sse') lines.push('**reply** 200: `text/event-stream`')
  else if (endpoint.stream === 'file') lines.push('**reply** 200: a file to download')
  else lines.push(`**reply** ${endpoint.status ?? 200}: nothing`)
  return lines.join('\n\n')
}

function permissionText({ permission }: Endpoint): string {
  if (permission === 'public') return 'Needs no sign-in.'
  return permission === 'self' ? 'Needs any signed-in caller.' : `Needs the permission \`${permission}\`.`
}

/** The schema as JSON Schema, a reference when it has a name; every named schema in it is put into `named`. */
function toJson(schema: z.ZodType, io: 'input' | 'output', named: Map<string, JsonSchema>): JsonSchema {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
  for (const [name, definition] of Object.entries(json.$defs ?? {})) named.set(name, definition)
  return json
}

function schemaSection(name: string, schema: JsonSchema): string {
  return [`### ${name}`, ...(schema.description === undefined ? [] : [schema.description]), fieldTable(schema) || schemaText(schema)].join(
    '\n\n',
  )
}
