import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import { AtlasError } from '../../core/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent, where the endpoint keeps it. */
    rawBody?: Buffer
  }
}

const LIMIT_BYTES = 64 * 1024

/** Reads the body whole before it is parsed, for endpoints that check a signature over its bytes. @throws AtlasError `request.too_large` */
export async function keepBody(request: FastifyRequest, _reply: FastifyReply, payload: RequestPayload): Promise<RequestPayload> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LIMIT_BYTES) throw new AtlasError('request.too_large', `The body is larger than ${LIMIT_BYTES / 1024} KiB, the limit here.`)
    chunks.push(chunk)
  }
  request.rawBody = Buffer.concat(chunks)
  return Object.assign(Readable.from(request.rawBody.length === 0 ? [] : [request.rawBody]), { receivedEncodedLength: size })
}
