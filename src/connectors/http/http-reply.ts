import { AtlasError } from '../../core/errors.ts'
import type { Exchange } from './exchange.ts'
import { bodyBytes, bodyText, type WireReply } from './http-body.ts'
import type { HttpReply } from './http-client.ts'
import { parseJson } from './parse-json.ts'

const LIMIT_BYTES = 64 << 20

/** What a caller sees of an answer; a whole body that is cut short is asked for again by the exchange. */
export function createReply(first: WireReply, exchange: Exchange, signal: AbortSignal): HttpReply {
  let reply = first
  const text = async (limitBytes = LIMIT_BYTES): Promise<string> => {
    for (;;) {
      try {
        return await bodyText(reply, limitBytes, signal)
      } catch (error) {
        if (!(error instanceof AtlasError)) throw error
        reply = await exchange.again(error)
      }
    }
  }
  return {
    get status() {
      return reply.status
    },
    get headers() {
      return reply.headers
    },
    get url() {
      return reply.url.href
    },
    text,
    json: async (limitBytes) => {
      const body = await text(limitBytes)
      return parseJson(body, reply.headers, reply.url)
    },
    bytes: () => bodyBytes(reply, signal),
  }
}
