import type { z } from 'zod'
import type { Endpoint, EndpointKey } from '../../contract/endpoint.ts'
import { contract } from '../../contract/index.ts'
import { Problem } from '../../contract/problem.ts'
import { RunEvent } from '../../contract/runs.ts'
import { type JsonSchema, createSchemaPool } from './schema-pool.ts'

export interface Operation {
  'operationId': string
  'tags': string[]
  'summary': string
  'description'?: string
  'x-permission': string
  'security': Record<string, string[]>[]
  'parameters': Parameter[]
  'requestBody'?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  'responses': Record<string, unknown>
}

export interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: JsonSchema
}

export interface OpenApi {
  openapi: '3.1.1'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown> }
}

/** The contract as an OpenAPI 3.1 document. Every operation names its permission in `x-permission`. */
export function makeOpenApi(version: string): OpenApi {
  const pool = createSchemaPool()
  const problem = { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema: pool.output(Problem) } } }
  const paths: OpenApi['paths'] = {}
  const tags = new Set<string>()
  for (const [key, endpoint] of Object.entries(contract) as [EndpointKey, Endpoint][]) {
    const [method = '', route = ''] = key.split(' ')
    const tag = route.split('/')[1] ?? ''
    tags.add(tag)
    const path = `/api/v1${route.replaceAll(/:(\w+)/g, '{$1}')}`
    const responses = { ...success(endpoint, pool.output), default: problem }
    paths[path] = { ...paths[path], [method.toLowerCase()]: { ...describe(key, tag, endpoint, pool.input), responses } }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Atlas', version, description: 'Errors are application/problem+json with a searchable code; /docs lists them.' },
    servers: [{ url: '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: pool.schemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token: atlas token create' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'atlas_session',
          description: 'Changes also carry the header x-csrf-token from GET /auth/session.',
        },
      },
    },
  }
}

type Convert = (schema: z.ZodType) => JsonSchema

function describe(key: EndpointKey, tag: string, endpoint: Endpoint, convert: Convert): Omit<Operation, 'responses'> {
  const body = requestBody(endpoint, convert)
  return {
    'operationId': operationId(key),
    'tags': [tag],
    'summary': endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    'x-permission': endpoint.permission,
    'security': endpoint.permission === 'public' ? [] : [{ token: [] }, { session: [] }],
    'parameters': [...parameters('path', endpoint.params, convert), ...parameters('query', endpoint.query, convert)],
    ...(body === undefined ? {} : { requestBody: body }),
  }
}

/** `GET /runs/:runId/log` → `getRunsByRunIdLog`. */
function operationId(key: EndpointKey): string {
  const [method = '', route = ''] = key.split(' ')
  const words = route.split(/[/-]/).filter(Boolean)
  return method.toLowerCase() + words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word))).join('')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined, convert: Convert): Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => {
    const { description, ...rest } = convert(part as z.ZodType)
    const required = place === 'path' || !(part as z.ZodType).safeParse(undefined).success
    return { name, in: place, required, ...(typeof description === 'string' ? { description } : {}), schema: rest }
  })
}

function requestBody(endpoint: Endpoint, convert: Convert): Operation['requestBody'] {
  if (endpoint.stream === 'multipart') {
    const file = { type: 'string', contentMediaType: 'application/octet-stream' }
    return { required: true, content: { 'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } } } }
  }
  return endpoint.body && { required: true, content: { 'application/json': { schema: convert(endpoint.body) } } }
}

function success(endpoint: Endpoint, convert: Convert): Record<string, unknown> {
  if (endpoint.stream === 'sse') {
    const description = 'Events; each `data:` is a RunEvent'
    return {
      200: { description, content: { 'text/event-stream': { schema: convert(RunEvent) } } },
      204: { description: 'Nothing more will come' },
    }
  }
  if (endpoint.stream === 'file') return { 200: { description: 'The file', content: { 'application/octet-stream': { schema: {} } } } }
  const status = endpoint.status ?? 200
  if (endpoint.reply === undefined) return { [status]: { description: 'Done' } }
  return { [status]: { description: 'Success', content: { 'application/json': { schema: convert(endpoint.reply) } } } }
}
