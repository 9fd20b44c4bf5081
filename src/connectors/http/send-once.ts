import { request, type Agent } from 'undici'
import { AtlasError } from '../../core/errors.ts'
import { assertAllowedUrl } from './address-guard.ts'
import { throwIfCancelled } from './cancelled.ts'
import { discard, type WireReply } from './http-body.ts'
import type { HttpRequest } from './http-client.ts'
import { shownUrl } from './shown-url.ts'
import { wireError } from './wire-error.ts'

const REDIRECTS = 5

export interface Sending {
  agent: Agent
  origins: ReadonlySet<string>
  signal: AbortSignal
  timeoutMs: number
  idleTimeoutMs: number
}

interface Hop {
  method: NonNullable<HttpRequest['method']>
  url: URL
  headers: Record<string, string>
  body: HttpRequest['body']
  /** The origin is one that credentials may go to. */
  trusted: boolean
}

/**
 * One try of a request, redirects followed. A redirect to another origin takes no header and no body along, and leads nowhere from https to http.
 * @throws AtlasError `source.unreachable`, `source.timeout`, `source.tls`, `source.refused`, `source.foreign_host`, `source.bad_status`, `run.cancelled`
 */
export async function sendOnce(asked: HttpRequest, url: URL, credentials: Record<string, string>, sending: Sending): Promise<WireReply> {
  const headers = {
    'accept': 'application/json',
    'accept-encoding': 'gzip, deflate',
    'user-agent': 'atlas',
    ...lowerCased(asked.headers),
    ...lowerCased(credentials),
  }
  let hop: Hop = { method: asked.method ?? 'GET', url, headers, body: asked.body, trusted: true }
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const reply = await exchangeHop(hop, sending)
    const location = reply.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(reply.status) || location === null) return refuseUntrusted(reply, hop, url)
    discard(reply)
    hop = nextHop(hop, location, reply.status, sending.origins)
  }
  throw new AtlasError('source.bad_status', `${shownUrl(url)} redirects more than ${REDIRECTS} times.`)
}

async function exchangeHop({ url, method, headers, body }: Hop, sending: Sending): Promise<WireReply> {
  throwIfCancelled(sending.signal)
  assertAllowedUrl(url)
  try {
    const reply = await request(url, {
      dispatcher: sending.agent,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: sending.signal,
      headersTimeout: sending.timeoutMs,
      bodyTimeout: sending.idleTimeoutMs,
    })
    // Undici ends an unread body with an error event when the connection breaks; whoever reads it is told by the read.
    reply.body.on('error', () => undefined)
    return { status: reply.statusCode, headers: toHeaders(reply.headers), url, body: reply.body }
  } catch (error) {
    throw wireError(error, url, 'head', sending.signal)
  }
}

function nextHop(from: Hop, location: string, status: number, origins: ReadonlySet<string>): Hop {
  const url = parse(location, from.url)
  if (from.url.protocol === 'https:' && url.protocol === 'http:')
    throw new AtlasError('source.foreign_host', `${shownUrl(from.url)} redirects to ${url.host} without TLS, which is not followed.`)
  const turnsGet = status === 303 || (status <= 302 && from.method === 'POST')
  const [method, body] = turnsGet ? (['GET', undefined] as const) : ([from.method, from.body] as const)
  const trusted = from.trusted && (url.origin === from.url.origin || origins.has(url.origin))
  if (trusted) return { method, url, headers: from.headers, body, trusted }
  if (method !== 'GET')
    throw new AtlasError('source.foreign_host', `${shownUrl(from.url)} redirects a ${method} to ${url.host}; its body is not sent there.`)
  const { accept = '*/*', 'accept-encoding': encoding = 'identity' } = from.headers
  return { method, url, headers: { accept, 'accept-encoding': encoding, 'user-agent': 'atlas' }, body: undefined, trusted }
}

/** A host that was redirected to and wants credentials does not get them; say so instead of "wrong password". */
function refuseUntrusted(reply: WireReply, hop: Hop, asked: URL): WireReply {
  if (hop.trusted || (reply.status !== 401 && reply.status !== 403)) return reply
  discard(reply)
  throw new AtlasError(
    'source.foreign_host',
    `${shownUrl(asked)} redirects to ${hop.url.host}, which asks for credentials (${reply.status}); they were not sent there.`,
  )
}

function parse(location: string, from: URL): URL {
  try {
    const url = new URL(location, from)
    url.username = url.password = url.hash = ''
    return url
  } catch {
    throw new AtlasError('source.unexpected_answer', `${shownUrl(from)} redirects to something that is no address.`)
  }
}

function lowerCased(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one)
  }
  return headers
}
