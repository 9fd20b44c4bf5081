import type { FastifyInstance } from 'fastify'

/** A JSON body must have arrived after this long. Uploads have a limit on pauses instead (see `receive-upload.ts`). */
const bodyMs = 30_000

/** Cuts requests whose body trickles in, so that a few slow senders cannot hold all connections. */
export function registerTimeouts(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (request.headers['content-type']?.startsWith('multipart/form-data') === true) return payload
    const timer = setTimeout(() => request.raw.destroy(), bodyMs)
    timer.unref()
    request.raw.once('end', () => clearTimeout(timer))
    request.raw.once('close', () => clearTimeout(timer))
    return payload
  })
}
