import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AtlasError } from '../../core/errors.ts'

/**
 * Serves the built web app; every path that is a page of it gets index.html. Files under assets/ carry a hash of their content in their
 * name and never change.
 * @param folder where Vite put the app; when it is not there, a plain page says how to build it
 */
export async function registerWebApp(app: FastifyInstance, folder: string): Promise<void> {
  const isBuilt = existsSync(path.join(folder, 'index.html'))
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: true,
      index: ['index.html'],
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, file) => {
        const isHashed = path.relative(folder, file).startsWith(`assets${path.sep}`)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler(async (request, reply) => {
    if (!wantsPage(request)) throw new AtlasError('request.not_found', `There is no ${request.method} here at this path.`)
    return isBuilt ? reply.header('cache-control', 'no-cache').sendFile('index.html') : sendNotBuilt(reply)
  })
}

/** A navigation of a browser, to something that is not a file and not the API. */
function wantsPage(request: FastifyRequest): boolean {
  const { pathname } = new URL(request.url, 'http://localhost')
  const [first = ''] = pathname.split('/').slice(1)
  const isPage = !['api', 'health', 'docs', 'assets'].includes(first) && path.posix.extname(first) === ''
  return (request.method === 'GET' || request.method === 'HEAD') && isPage && (request.headers.accept ?? '').includes('text/html')
}

function sendNotBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><html lang="en"><title>Atlas</title><h1>The web app is not built</h1>' +
        '<p>Run <code>npm run build</code> and start Atlas again. The API works: see <a href="/docs">/docs</a>.</p></html>',
    )
}
