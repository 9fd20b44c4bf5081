import type { FastifyInstance } from 'fastify'
import type { Platform } from '../platform.ts'

const longestCheckMs = 3000

/** `/health/live`: the process answers. `/health/ready`: every part works now, each named. Outside of sign-in, for supervisors. */
export function registerHealth(app: FastifyInstance, platform: Platform): void {
  app.get('/health/live', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))
  app.get('/health/ready', async (request, reply) => {
    const parts = await checkParts(platform, request.log)
    const isReady = parts.every(({ ok }) => ok)
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ok' : 'failing', parts })
  })
}

async function checkParts(platform: Platform, log: FastifyInstance['log']): Promise<Awaited<ReturnType<Platform['health']>>> {
  let timer: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${longestCheckMs} ms`)), longestCheckMs)
  })
  try {
    return await Promise.race([platform.health(), tooSlow])
  } catch (error) {
    log.error({ err: error }, 'health check failed')
    return [{ part: 'health', ok: false, code: 'internal', detail: 'The parts could not be checked in time.' }]
  } finally {
    clearTimeout(timer)
  }
}
