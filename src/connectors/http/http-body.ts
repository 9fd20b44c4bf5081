import { isUtf8 } from 'node:buffer'
import { pipeline, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { AtlasError } from '../../core/errors.ts'
import { shownUrl } from './shown-url.ts'
import { wireError } from './wire-error.ts'

/** An answer whose body has not been read. */
export interface WireReply {
  status: number
  headers: Headers
  url: URL
  /** As it is sent: compressed bytes where the answer is. */
  body: Dispatcher.ResponseData['body']
}

/**
 * The body as it arrives, decompressed. Ends with an error when the connection breaks, when fewer or more bytes came than announced, or when the compressed
 * data have no end: fetch takes a cut gzip body for a whole one.
 * @throws AtlasError `source.incomplete`, `source.timeout`, `source.unexpected_answer`, `run.cancelled`
 */
export async function* bodyBytes({ headers, url, body }: WireReply, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const expected = announced(headers)
  const decoder = decoderOf(headers, url)
  let wireBytes = 0
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      wireBytes += chunk.length
      done(null, chunk)
    },
  })
  const stream = decoder === null ? body : pipeline(body, counter, decoder, () => undefined)
  const abort = (): void => void body.destroy(new Error('cancelled'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (decoder === null) wireBytes += chunk.length
      yield chunk
    }
  } catch (error) {
    throw wireError(error, url, 'body', signal)
  } finally {
    signal.removeEventListener('abort', abort)
    if (!body.readableEnded) body.destroy()
  }
  if (expected !== null && wireBytes !== expected)
    throw new AtlasError('source.incomplete', `${shownUrl(url)} announced ${expected} bytes and sent ${wireBytes}.`)
}

/** The whole body as text, in the character set of its content type (UTF-8 unless told). @throws as `bodyBytes` */
export async function bodyText(reply: WireReply, limitBytes: number, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bodyBytes(reply, signal)) {
    size += chunk.length
    if (size > limitBytes)
      throw new AtlasError(
        'source.unexpected_answer',
        `The answer of ${shownUrl(reply.url)} is larger than the limit of ${limitBytes} bytes.`,
      )
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks, size)
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(reply.headers.get('content-type') ?? '')?.[1]?.toLowerCase() ?? 'utf-8'
  if (charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return decodeUtf8(bytes, reply.url)
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new AtlasError('source.unexpected_answer', `${shownUrl(reply.url)} answers with text that is not ${charset}.`, { cause: error })
  }
}

function decodeUtf8(bytes: Buffer, url: URL): string {
  if (!isUtf8(bytes)) throw new AtlasError('source.unexpected_answer', `${shownUrl(url)} answers with bytes that are not UTF-8.`)
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return bytes.toString('utf8', isMarked ? 3 : 0)
}

function announced(headers: Headers): number | null {
  const text = headers.get('content-length')
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

function decoderOf(headers: Headers, url: URL): Transform | null {
  const encoding = (headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return null
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  if (encoding === 'br') return createBrotliDecompress()
  if (encoding === 'zstd') return createZstdDecompress()
  throw new AtlasError(
    'source.unexpected_answer',
    `${shownUrl(url)} sends the content encoding ${JSON.stringify(encoding.slice(0, 40))}, which is not known.`,
  )
}

/** Lets go of a body that nobody reads, so that its connection can be used again. */
export function discard({ body }: WireReply): void {
  body.on('error', () => undefined)
  void body.dump({ limit: 131_072 }).catch(() => undefined)
}
