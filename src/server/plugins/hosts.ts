import type { FastifyInstance } from 'fastify'
import { AtlasError } from '../../core/errors.ts'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** Whether an address to listen on is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/**
 * Refuses requests whose Host header names another server: a page on the web can point its own name at 127.0.0.1 (DNS rebinding) and would
 * then be same-origin with Atlas. Always on when bound to loopback; elsewhere when names are configured.
 */
export function registerHostCheck(app: FastifyInstance, host: string, allowed: readonly string[]): void {
  if (!isLoopback(host) && allowed.length === 0) return
  const names = new Set([...(isLoopback(host) ? loopbackNames : []), ...allowed.map((name) => name.toLowerCase())])
  app.addHook('onRequest', async (request) => {
    const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
    if (!names.has(name)) throw new AtlasError('request.bad_host', 'This Atlas does not answer to that Host name.')
  })
}
