import { AtlasError } from '../../core/errors.ts'
import type { HttpRequest } from '../http/http-client.ts'
import { plainText, stepsOf } from './json-path.ts'
import type { Position } from './next-page.ts'
import type { RestSession } from './session.ts'
import type { RestStream } from './stream-settings.ts'

/** What differs between the requests of a stream besides the page. */
export interface RequestParts {
  /** Fields of the parent's record by name, as JSON texts. */
  parent: Readonly<Record<string, string>>
  /** Cursor values as they are sent; null for none. */
  from: string | null
  to: string | null
}

const RETRIED = new Set([429, 500, 502, 503, 504])

/** The request for one page of a stream, without credentials in headers. @throws AtlasError `source.bad_settings` */
export function pageRequest(session: RestSession, stream: RestStream, position: Position, parts: RequestParts): HttpRequest {
  const rule = (status: number) => stream.statuses[String(status)]
  const body = new BodyFields(stream.body)
  const headers: Record<string, string> = { ...stream.headers }
  const url = typeof position === 'string' && followsAddresses(stream) ? new URL(position) : firstUrl(session, stream, parts, body)
  placePage(stream, position, url, body, headers)
  for (const [name, value] of Object.entries(session.secretQuery)) url.searchParams.set(name, value)
  const text = stream.method === 'POST' ? body.text() : undefined
  if (text !== undefined) headers['content-type'] ??= 'application/json'
  return {
    method: stream.method,
    url,
    headers,
    ...(text === undefined ? {} : { body: text }),
    safe: stream.method === 'GET' || stream.safe,
    accept: (status) => (status >= 200 && status < 300) || rule(status) === 'empty' || rule(status) === 'ignore',
    retry: (status) => (rule(status) === undefined ? RETRIED.has(status) : rule(status) === 'retry'),
  }
}

/** Says whether the pages of a stream are addresses that the API gives. */
export function followsAddresses({ pagination }: RestStream): boolean {
  return pagination.type === 'auto' || pagination.type === 'link_header' || pagination.type === 'next_url'
}

function firstUrl({ settings }: RestSession, stream: RestStream, parts: RequestParts, body: BodyFields): URL {
  const path = fill(stream.path, parts.parent, stream.name)
  const url = /^https?:\/\//i.test(path) ? new URL(path) : new URL(settings.url)
  if (!/^https?:\/\//i.test(path)) {
    const [bare = '', query] = path.split('?', 2)
    url.pathname = `${url.pathname.replace(/\/$/, '')}${bare === '' || bare.startsWith('/') ? '' : '/'}${bare}`
    for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value)
  }
  for (const [name, value] of Object.entries({ ...settings.query, ...stream.query })) url.searchParams.set(name, value)
  const { cursor } = stream
  const place = (name: string | undefined, value: string | null): void => {
    if (cursor === undefined || name === undefined || value === null) return
    const sent = cursor.template === undefined ? value : cursor.template.replaceAll('{value}', value)
    if (cursor.in === 'body') body.set(name, JSON.stringify(sent))
    else url.searchParams.append(name, sent)
  }
  place(cursor?.startParam, parts.from)
  place(cursor?.endParam, parts.to)
  return url
}

function placePage({ pagination }: RestStream, position: Position, url: URL, body: BodyFields, headers: Record<string, string>): void {
  const place = (into: 'query' | 'body' | 'header', name: string, raw: string): void => {
    if (into === 'body') body.set(name, raw)
    else if (into === 'header') headers[name] = plainText(raw)
    else url.searchParams.set(name, plainText(raw))
  }
  if (pagination.type === 'page') {
    place(pagination.in, pagination.param, String(position))
    if (pagination.sizeParam !== undefined) place(pagination.in, pagination.sizeParam, String(pagination.size))
  } else if (pagination.type === 'offset') {
    place(pagination.in, pagination.param, String(position))
    if (pagination.limitParam !== undefined) place(pagination.in, pagination.limitParam, String(pagination.limit))
  } else if (pagination.type === 'cursor' && position !== null) place(pagination.in, pagination.param, String(position))
}

function fill(path: string, parent: RequestParts['parent'], stream: string): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const raw = parent[name]
    if (raw === undefined)
      throw new AtlasError(
        'source.bad_settings',
        `The path of the stream ${stream} names {${name}}, but the stream has no parent with that field.`,
      )
    return encodeURIComponent(plainText(raw))
  })
}

/** The fields a stream needs of its parent's records: those of its path, and those that are added to its own. */
export function parentFields({ path, parent }: RestStream): string[] {
  return [...new Set([...[...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name), ...(parent?.include ?? [])])]
}

/** The JSON of a body with fields put in at paths; what it holds already is kept. */
class BodyFields {
  readonly #fields: Record<string, unknown>
  readonly #isSet: boolean
  #changed = false

  constructor(body: Record<string, unknown> | undefined) {
    this.#isSet = body !== undefined
    this.#fields = structuredClone(body ?? {})
  }

  /** @param raw JSON text, kept as it is written */
  set(path: string, raw: string): void {
    const steps = stepsOf(path)
    const last = steps.pop() ?? path
    let object = this.#fields
    for (const step of steps) {
      const inner = object[step]
      object = (typeof inner === 'object' && inner !== null ? inner : (object[step] = {})) as Record<string, unknown>
    }
    object[last] = rawJson(raw)
    this.#changed = true
  }

  text(): string | undefined {
    return this.#isSet || this.#changed ? JSON.stringify(this.#fields) : undefined
  }
}

/** A value that JSON.stringify writes as it stands, so that long numbers stay exact; objects and arrays have no such form and need none. */
function rawJson(raw: string): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }
  return raw.startsWith('{') || raw.startsWith('[') ? JSON.parse(raw) : rawJSON(raw)
}
