import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import { assertAllowedHost } from './address.ts'
import { cancelled, copyError } from './plain-text.ts'

const REDIRECTS = 10
/** Longest silence, before the answer and within it. */
const SILENCE_TIMEOUT_MS = 60_000

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** The address for people: without credentials, query and fragment, any of which may hold a secret. */
export function shownUrl(text: string | URL): string {
  const url = new URL(text)
  return `${url.protocol}//${url.host}${url.pathname}`
}

/**
 * Streams an http(s) address to the scratch folder. Each hop's host is resolved and checked; what arrives must be as long as the server said.
 * @throws AtlasError `source.refused`, `source.unreachable`, `source.bad_status`, `source.bad_settings`, `file.truncated`, `lake.disk_full`, `run.cancelled`
 */
export async function download(address: string, context: ReadContext): Promise<{ path: string; fileName: string }> {
  const idle = new AbortController()
  const signal = AbortSignal.any([context.signal, idle.signal])
  const timer = setTimeout(() => idle.abort(new Error('timeout')), SILENCE_TIMEOUT_MS)
  const first = parse(address)
  try {
    const { response, url, headers } = await follow(first, { ...context, signal })
    const fileName = decodeURIComponent(path.posix.basename(url.pathname)) || first.hostname
    const target = path.join(context.scratch, 'download')
    await save(await bodyOf(response, url, headers, signal), target, shownUrl(url), { ...context, signal }, () => timer.refresh())
    return { path: target, fileName: fileName.replace(/[\\/\0]/g, '_') }
  } catch (error) {
    if (error instanceof AtlasError) throw error
    if (context.signal.aborted) throw cancelled(context.signal)
    const why = idle.signal.aborted ? 'it did not answer in time' : reason(error)
    throw new AtlasError('source.unreachable', `${shownUrl(first)} cannot be fetched: ${why}.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function parse(address: string, from?: URL): URL {
  try {
    return new URL(address, from)
  } catch (error) {
    throw new AtlasError('source.bad_settings', 'The address is not a valid URL.', { cause: error })
  }
}

async function follow(start: URL, context: ReadContext): Promise<{ response: Response; url: URL; headers: Record<string, string> }> {
  let url = start
  let authorization = basicAuth(start)
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new AtlasError('source.refused', `${start.host} redirects to ${url.protocol}, which is not fetched.`)
    await assertAllowedHost(url)
    const bare = new URL(url)
    bare.username = bare.password = ''
    const headers: Record<string, string> = { 'accept-encoding': 'identity', ...(authorization === undefined ? {} : { authorization }) }
    const response = await context.fetch(bare, { redirect: 'manual', signal: context.signal, headers })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return { response: accepted(response, url), url, headers }
    await response.body?.cancel()
    const next = parse(location, url)
    // Credentials stay with the host they were given for.
    if (next.host !== url.host || next.protocol !== url.protocol) authorization = basicAuth(next)
    url = next
  }
  throw new AtlasError('source.bad_status', `${shownUrl(start)} redirects more than ${REDIRECTS} times.`)
}

function basicAuth({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
}

function accepted(response: Response, url: URL): Response {
  if (response.status === 200 && response.body !== null) return response
  void response.body?.cancel()
  throw new AtlasError('source.bad_status', `${shownUrl(url)} answered with status ${response.status}.`)
}

interface Body {
  stream: Readable
  /** Undoes the content encoding; null where there is none. */
  decoder: Transform | null
  /** Bytes on the wire as the server states them. */
  expected: number | null
}

/**
 * The body as it is sent. fetch undoes a content encoding by itself but takes a cut one for a whole one, so an encoded body is asked for again, raw.
 */
async function bodyOf(response: Response, url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Body> {
  const encoding = response.headers.get('content-encoding') ?? 'identity'
  const lengthOf = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text))
  if (encoding === 'identity')
    return { stream: Readable.fromWeb(response.body as never), decoder: null, expected: lengthOf(response.headers.get('content-length')) }
  await response.body?.cancel()
  const decoder = decoderOf(encoding, url)
  const { request } = await import('undici')
  const bare = new URL(url)
  bare.username = bare.password = ''
  const again = await request(bare, { headers, signal })
  if (again.statusCode !== 200) throw new AtlasError('source.bad_status', `${shownUrl(url)} answered with status ${again.statusCode}.`)
  return { stream: again.body, decoder, expected: lengthOf(again.headers['content-length']?.toString()) }
}

function decoderOf(encoding: string, url: URL): Transform {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  if (encoding === 'br') return createBrotliDecompress()
  if (encoding === 'zstd') return createZstdDecompress()
  throw new AtlasError('source.bad_status', `${shownUrl(url)} sends the content encoding ${JSON.stringify(encoding)}, which is not known.`)
}

async function save(
  { stream, decoder, expected }: Body,
  target: string,
  shown: string,
  context: ReadContext,
  alive: () => void,
): Promise<void> {
  let bytes = 0
  const count = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length
      alive()
      context.progress({ rows: null, bytes, total: expected })
      done(null, chunk)
    },
  })
  const steps = [stream, count, ...(decoder === null ? [] : [decoder]), createWriteStream(target)]
  try {
    await pipeline(steps as never, { signal: context.signal })
  } catch (error) {
    if (context.signal.aborted || error instanceof AtlasError) throw copyError(error, shown, context.signal)
    throw bodyError(error, shown, bytes, expected, context.signal)
  }
  if (expected !== null && bytes !== expected) throw new AtlasError('file.truncated', `${shown} sent ${bytes} of ${expected} bytes.`)
}

function bodyError(error: unknown, shown: string, bytes: number, expected: number | null, signal: AbortSignal): unknown {
  const known = copyError(error, shown, signal)
  if (known instanceof AtlasError) return known
  const of = expected === null ? '' : ` of ${expected}`
  return new AtlasError('file.truncated', `${shown} broke off after ${bytes}${of} bytes: ${reason(error)}.`, { cause: error })
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
