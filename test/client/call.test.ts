import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/call.ts'
import { ProblemError } from '../../src/client/problem-error.ts'

const open: { close: () => void }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

/** A real HTTP server with one handler; records what it was asked. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handle(request, response, Buffer.concat(chunks).toString()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => (server.closeAllConnections(), server.close()) })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json') =>
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
const failure = async (promise: Promise<unknown>): Promise<ProblemError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ProblemError)) throw new Error(`expected a ProblemError, got ${String(error)}`)
  return error
}

describe('a call', () => {
  it('fills in the path percent-encoded, and sends the query without what is undefined', async () => {
    const asked: string[] = []
    const baseUrl = await serve((request, response) => (asked.push(`${request.method} ${request.url}`), json(response, 200, { rows: [] })))
    const { call } = createClient({ baseUrl })
    await call('GET /datasets/:name/rows', { params: { name: 'chart.a/b æ' }, query: { limit: 10, sort: '-amount', snapshot: undefined } })
    expect(asked).toEqual(['GET /api/v1/datasets/chart.a%2Fb%20%C3%A6/rows?limit=10&sort=-amount'])
  })

  it('sends its body as JSON with the headers of the moment', async () => {
    const seen: { body: unknown; token: unknown; type: unknown }[] = []
    const baseUrl = await serve((request, response, body) => {
      seen.push({ body: JSON.parse(body), token: request.headers['x-csrf-token'], type: request.headers['content-type'] })
      json(response, 200, {})
    })
    let token = 'first'
    const { call } = createClient({ baseUrl, headers: () => ({ 'x-csrf-token': token }) })
    await call('POST /auth/link', { body: { token: 'once' } })
    token = 'second'
    await call('POST /auth/link', { body: { token: 'twice' } })
    expect(seen).toEqual([
      { body: { token: 'once' }, token: 'first', type: 'application/json' },
      { body: { token: 'twice' }, token: 'second', type: 'application/json' },
    ])
  })

  it('replies undefined for an answer without a body', async () => {
    const baseUrl = await serve((_, response) => response.writeHead(204).end())
    expect(await createClient({ baseUrl }).call('POST /auth/sign-out')).toBeUndefined()
  })

  it('throws the problem of the server with all its parts', async () => {
    const problem = {
      type: '/docs#run.not_found',
      title: 'There is no such run',
      status: 404,
      code: 'run.not_found',
      detail: 'No run r_x.',
      next: 'List them.',
      retry: false,
      requestId: 'req-1',
    }
    const baseUrl = await serve((_, response) => json(response, 404, problem, 'application/problem+json'))
    const error = await failure(createClient({ baseUrl, now: () => 7 }).call('GET /runs/:runId', { params: { runId: 'r_x' } }))
    expect(error.problem).toEqual(problem)
    expect(error).toMatchObject({ code: 'run.not_found', status: 404, retry: false, at: 7, message: 'No run r_x.' })
  })

  it.each([
    ['a page of a proxy', 502, 'text/html', '<html>Bad gateway</html>', true],
    ['a success that is not JSON', 200, 'text/html', '<html>Sign in to the network</html>', false],
    ['an empty failure', 503, 'text/plain', '', true],
  ])('says network.bad_reply for %s', async (_, status, type, body, retry) => {
    const baseUrl = await serve((_request, response) => response.writeHead(status, { 'content-type': type }).end(body))
    expect(await failure(createClient({ baseUrl }).call('GET /runs'))).toMatchObject({ code: 'network.bad_reply', status, retry })
  })

  it('says network.unreachable, worth another try, when nobody answers', async () => {
    const baseUrl = await serve((request) => request.socket.destroy())
    const error = await failure(createClient({ baseUrl }).call('GET /runs'))
    expect(error).toMatchObject({ code: 'network.unreachable', status: 0, retry: true })
    expect(error.message).toContain(new URL(baseUrl).host)
  })

  it('throws the reason of an abort, not a problem', async () => {
    const baseUrl = await serve(() => undefined)
    const stop = new AbortController()
    const waiting = createClient({ baseUrl }).call('GET /runs', { signal: stop.signal })
    stop.abort(new Error('changed my mind'))
    await expect(waiting).rejects.toThrow('changed my mind')
  })

  it('gives the body of a download to its caller', async () => {
    const baseUrl = await serve((request, response) => response.writeHead(200, { 'content-type': 'text/csv' }).end(`a,b\n${request.url}`))
    const response = await createClient({ baseUrl }).download('GET /datasets/:name/export', {
      params: { name: 'chart.c' },
      query: { format: 'csv' },
    })
    expect(await response.text()).toBe('a,b\n/api/v1/datasets/chart.c/export?format=csv')
  })
})
