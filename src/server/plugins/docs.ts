import type { FastifyInstance } from 'fastify'
import { makeOpenApi, type OpenApi } from '../docs/openapi.ts'
import { renderDocs } from '../docs/page.ts'
import { stylesheet } from '../docs/stylesheet.ts'

/** OpenAPI and the readable page made from it; made when first asked for, so that starting does not wait for it. */
export function registerDocs(app: FastifyInstance, version: string): void {
  let api: OpenApi | undefined
  let page: string | undefined
  const describe = () => (api ??= makeOpenApi(version))
  app.get('/api/v1/openapi.json', async (_request, reply) => reply.send(describe()))
  app.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send((page ??= renderDocs(describe()))))
  app.get('/docs/docs.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(stylesheet))
}
