import { RestStream } from './stream-settings.ts'

type Node = Record<string, unknown>

/**
 * Streams that an OpenAPI 3 document describes: every GET without path parameters whose answer is a list of objects, or an object with such a list in it.
 * How pages are asked for is taken from the names of the parameters.
 */
export function proposeStreams(api: Node): RestStream[] {
  const resolve = createResolver(api)
  const streams: RestStream[] = []
  for (const [path, item] of Object.entries(asNode(api['paths']))) {
    const get = asNode(asNode(resolve(item))['get'])
    if (Object.keys(get).length === 0 || path.includes('{')) continue
    const parameters = [...asList(asNode(resolve(item))['parameters']), ...asList(get['parameters'])].map((one) => asNode(resolve(one)))
    const records = recordsOf(answerSchema(get, resolve), resolve)
    if (
      records === null ||
      parameters.some((one) => one['required'] === true && asNode(one['schema'])['default'] === undefined && one['in'] === 'query')
    )
      continue
    const name = uniqueName(nameOf(path, get), streams)
    const query = new Set(parameters.filter((one) => one['in'] === 'query').map((one) => String(one['name'])))
    const key = ['id', 'uuid', 'key'].find((candidate) => candidate in records.fields)
    streams.push(
      RestStream.parse({
        name,
        path,
        records: records.path,
        primaryKey: key === undefined ? [] : [key],
        pagination: paginationOf(query),
        ...cursorOf(query, Object.keys(records.fields)),
      }),
    )
  }
  return streams
}

function answerSchema(get: Node, resolve: (node: unknown) => unknown): Node {
  const responses = asNode(get['responses'])
  const answer = asNode(resolve(responses['200'] ?? responses['2XX'] ?? responses['default']))
  const [, media] = Object.entries(asNode(answer['content'])).find(([type]) => /json/i.test(type)) ?? []
  return merged(asNode(media)['schema'], resolve)
}

/** Where the list is in an answer, and the fields of its objects; null when there is none. */
function recordsOf(schema: Node, resolve: (node: unknown) => unknown): { path: string; fields: Node } | null {
  const direct = itemFields(schema, resolve)
  if (direct !== null) return { path: '', fields: direct }
  for (const [name, inner] of Object.entries(asNode(schema['properties']))) {
    const fields = itemFields(merged(inner, resolve), resolve)
    if (fields !== null) return { path: name.replaceAll('.', String.raw`\.`), fields }
  }
  return null
}

function itemFields(schema: Node, resolve: (node: unknown) => unknown): Node | null {
  if (schema['type'] !== 'array' && schema['items'] === undefined) return null
  const fields = asNode(merged(schema['items'], resolve)['properties'])
  return Object.keys(fields).length === 0 ? null : fields
}

/** A schema with what it refers to and what all of it must meet put together. */
function merged(node: unknown, resolve: (node: unknown) => unknown, depth = 0): Node {
  const schema = asNode(resolve(node))
  if (depth > 8) return schema
  const parts = asList(schema['allOf']).map((part) => merged(part, resolve, depth + 1))
  return parts.reduce<Node>(
    (all, part) => ({ ...part, ...all, properties: { ...asNode(part['properties']), ...asNode(all['properties']) } }),
    schema,
  )
}

function paginationOf(query: ReadonlySet<string>): unknown {
  const first = (...names: string[]): string | undefined => names.find((name) => query.has(name))
  const size = first('per_page', 'page_size', 'pageSize', 'perPage', 'limit', 'size')
  const offset = first('offset', 'skip', '$skip')
  if (offset !== undefined) return { type: 'offset', param: offset, ...(size === undefined ? {} : { limitParam: size }) }
  const page = first('page', 'page_number', 'pageNumber')
  if (page !== undefined) return { type: 'page', param: page, ...(size === undefined ? {} : { sizeParam: size }) }
  return { type: 'auto' }
}

function cursorOf(query: ReadonlySet<string>, fields: readonly string[]): { cursor?: unknown } {
  const column = fields.find((name) => /^(updated|modified|last_?modified|changed)(_?(at|on|time|date))?$/i.test(name))
  const startParam = ['updated_since', 'updated_after', 'modified_since', 'since', 'updated_from'].find((name) => query.has(name))
  return column === undefined ? {} : { cursor: { column, ...(startParam === undefined ? {} : { startParam }) } }
}

function nameOf(path: string, get: Node): string {
  const last = path
    .split('/')
    .filter((part) => part !== '')
    .at(-1)
  return last ?? String(get['operationId'] ?? 'root')
}

function uniqueName(name: string, streams: readonly RestStream[]): string {
  let candidate = name
  for (let n = 2; streams.some((stream) => stream.name === candidate); n++) candidate = `${name}_${n}`
  return candidate
}

/** Follows `#/…` references within the document, at most a few deep. */
function createResolver(api: Node): (node: unknown) => unknown {
  return (node) => {
    let found = node
    for (let depth = 0; depth < 10; depth++) {
      const reference = asNode(found)['$ref']
      if (typeof reference !== 'string' || !reference.startsWith('#/')) return found
      found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((inner, step) => asNode(inner)[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')], api)
    }
    return found
  }
}

function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {}
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
