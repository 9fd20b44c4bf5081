import type { FastifyInstance } from 'fastify'
import { AtlasError } from '../../core/errors.ts'
import { sendProblem } from '../errors.ts'

/**
 * Cuts requests whose JSON body trickles in, so that a few slow senders cannot hold all connections. Uploads have a limit on pauses instead
 * (see `receive-upload.ts`), and headers one of Node's own.
 */
export function registerTimeouts(app: FastifyInstance, bodyMs: number): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request.headers
    const hasBody = encoding !== undefined || Number(length ?? 0) > 0
    if (!hasBody || type?.startsWith('multipart/form-data') === true) return payload
    const timer = setTimeout(() => {
      reply.header('connection', 'close')
      sendProblem(new AtlasError('request.timeout', `The body did not arrive within ${bodyMs} ms.`), request, reply)
    }, bodyMs)
    timer.unref()
    request.raw.once('end', () => clearTimeout(timer))
    request.raw.once('close', () => clearTimeout(timer))
    return payload
  })
}
