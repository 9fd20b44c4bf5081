import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AtlasError, toProblem } from '../core/errors.ts'
import { registerErrors, sendProblem } from './errors.ts'
import type { Platform } from './platform.ts'
import { registerAuthentication } from './plugins/authentication.ts'
import { registerContract } from './plugins/contract.ts'
import { registerDocs } from './plugins/docs.ts'
import { registerHealth } from './plugins/health.ts'
import { isLoopback, registerHostCheck } from './plugins/hosts.ts'
import { registerSecurity } from './plugins/security.ts'
import { registerTimeouts } from './plugins/timeouts.ts'
import { registerWebApp } from './plugins/web-app.ts'
import { registerPresidio } from './presidio/register-presidio.ts'

export interface ServerOptions {
  /** Address to bind to; 127.0.0.1 unless told. */
  host?: string
  /** Further names that the Host header may hold. */
  allowedHosts?: readonly string[]
  /** An admin's bearer token that lives as long as this process, for the command line on the same machine. */
  cliToken?: string
  /** Folder of the built web app; `dist/web` of this checkout unless told. */
  webFolder?: string
  /** True behind a proxy that sets X-Forwarded-For and X-Forwarded-Proto. */
  trustProxy?: boolean
  /** Requests a minute that one address may make; 12,000 unless told. */
  requestsPerMinute?: number
  /** How long a JSON body may take to arrive; 30 s unless told. */
  bodyTimeoutMs?: number
  logger?: FastifyBaseLogger
}

const bodyLimitBytes = 1024 * 1024
const longestCloseMs = 2500

/** The HTTP server over a platform, not listening yet. Closing it ends event streams and lets requests under way finish. */
export async function createApp(platform: Platform, options: ServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    trustProxy: options.trustProxy ?? false,
    bodyLimit: bodyLimitBytes,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 500 },
    genReqId: () => randomBytes(9).toString('base64url'),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: { headersTimeout: 20_000 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: (_error, socket) => {
      const body = JSON.stringify(toProblem(new AtlasError('request.invalid', 'The request is not valid HTTP.')))
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
      if (socket.writable) socket.end(head + body)
      else socket.destroy()
    },
  })
  const host = options.host ?? '127.0.0.1'
  registerErrors(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  registerHostCheck(app, host, options.allowedHosts ?? [])
  await registerSecurity(app, { https: options.trustProxy ?? false, requestsPerMinute: options.requestsPerMinute ?? 12_000 })
  await app.register(multipart)
  registerAuthentication(app, platform, options.cliToken)
  registerTimeouts(app, options.bodyTimeoutMs ?? 30_000)
  registerContract(app, platform, options.cliToken)
  registerDocs(app, platform.settings.version)
  registerHealth(app, platform)
  await registerPresidio(app)
  await registerWebApp(app, options.webFolder ?? path.resolve(import.meta.dirname, '../../dist/web'))
  return app
}

export interface Listening {
  app: FastifyInstance
  /** e.g. `http://127.0.0.1:4400`, as this machine reaches it. */
  url: string
  port: number
  /** Ends event streams at once, lets requests under way finish, and cuts what is left after 2.5 s. */
  close(): Promise<void>
}

/**
 * Starts to listen.
 * @param options.port 0 for any free one
 * @throws AtlasError `server.port_taken`, `server.address_unavailable`
 */
export async function listen(platform: Platform, options: ServerOptions & { port: number }): Promise<Listening> {
  const app = await createApp(platform, options)
  const host = options.host ?? '127.0.0.1'
  try {
    await app.listen({ host, port: options.port })
  } catch (error) {
    await app.close()
    throw listenError(error, host, options.port)
  }
  const { port } = app.server.address() as AddressInfo
  const named = isLoopback(host) ? host : host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const url = `http://${named.includes(':') ? `[${named}]` : named}:${port}`
  return { app, url, port, close: () => closeWithin(app) }
}

async function closeWithin(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), longestCloseMs)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new AtlasError('server.port_taken', `Port ${port} on ${host} is taken by another program.`, { cause: error })
  if (code === 'EACCES') return new AtlasError('server.port_taken', `Port ${port} on ${host} is not yours to use.`, { cause: error })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new AtlasError('server.address_unavailable', `This machine has no address ${host}.`, { cause: error })
  }
  return error
}
