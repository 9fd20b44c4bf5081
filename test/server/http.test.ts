import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { connect } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSignInLink } from '../../src/access/sign-in-links.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { createApp, listen } from '../../src/server/app.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem } from '../support/replies.ts'

let atlas: TestServer
let web: string
beforeAll(async () => {
  web = await mkdtemp('/tmp/atlas-test-web-')
  await mkdir(path.join(web, 'assets'))
  await writeFile(path.join(web, 'index.html'), '<!doctype html><title>Atlas web</title>')
  await writeFile(path.join(web, 'assets', 'app-1a2b3c.js'), 'export {}')
  atlas = await startTestServer({ webFolder: web, cliToken: 'cli' })
})
afterAll(async () => {
  await atlas.close()
  await rm(web, { recursive: true })
})

const get = (target: string, headers: Record<string, string> = {}) => fetch(`${atlas.url}${target}`, { headers })

/** What `fetch` does not let a program say. */
async function raw(text: string): Promise<string> {
  const socket = connect(atlas.server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.end(text)
  let reply = ''
  for await (const chunk of socket) reply += String(chunk)
  return reply
}

function withHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get({ port: atlas.server.port, host: '127.0.0.1', path: '/api/v1/auth/session', headers: { host } }, (reply) =>
        resolve(reply.resume().statusCode),
      )
      .on('error', reject)
  })
}

describe('every reply', () => {
  it.each(['/', '/docs', '/api/v1/auth/session', '/api/v1/runs', '/health/live', '/nothing'])(
    'of %s carries the security headers',
    async (target) => {
      const { headers } = await get(target)
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';/)
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe-inline|unsafe-eval|https:|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('strict-transport-security')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{12}$/)
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )
})

describe('bad requests are problems', () => {
  const post = (body: string, type = 'application/json') =>
    atlas.as('admin')('/api/v1/sql', { method: 'POST', body, headers: { 'content-type': type } })

  it('for a path that is not there', async () => {
    await expectProblem(get('/api/v1/nothing'), 404, 'request.not_found')
    await expectProblem(get('/api/v1/nothing', { accept: 'text/html' }), 404, 'request.not_found')
    await expectProblem(get('/api/v2/runs'), 404, 'request.not_found')
    await expectProblem(atlas.as('admin')('/api/v1/runs', { method: 'DELETE' }), 404, 'request.not_found')
  })

  it('for a body that is not JSON, not complete, or not of the right form', async () => {
    await expectProblem(post('{'), 400, 'request.invalid')
    await expectProblem(post(''), 400, 'request.invalid')
    await expectProblem(post('a=1', 'application/x-www-form-urlencoded'), 415, 'request.unsupported_media_type')
    await expectProblem(post('{"__proto__": {"x": 1}, "sql": "select 1"}'), 400, 'request.invalid')
    const problem = await expectProblem(post('{"sql": 5, "limit": 0, "more": 1}'), 400, 'request.invalid')
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/body/sql', '/body/limit', '/body'])
  })

  it('for a body over the limit', async () => {
    await expectProblem(post(JSON.stringify({ sql: 'x'.repeat(1024 * 1024) })), 413, 'request.too_large')
  })

  it('for a path that cannot be decoded', async () => {
    await expectProblem(get('/api/v1/datasets/%zz'), 400, 'request.invalid')
  })

  it('for a body that never arrives whole, whose connection is then closed', async () => {
    const server = await listen(atlas.platform, { port: 0, bodyTimeoutMs: 100 })
    try {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(
        'POST /api/v1/auth/link HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"tok',
      )
      let reply = ''
      for await (const chunk of socket) reply += String(chunk)
      expect(reply).toMatch(/^HTTP\/1\.1 408 /)
      expect(reply).toContain('"code":"request.timeout"')
    } finally {
      await server.close()
    }
  })

  it('for what is not HTTP', async () => {
    const reply = await raw('NONSENSE\r\n\r\n')
    expect(reply).toMatch(/^HTTP\/1\.1 400 /)
    expect(reply).toContain('application/problem+json')
    expect(reply).toContain('"code":"request.invalid"')
  })

  it('for a fault of Atlas, which says nothing of its inside', async () => {
    const app = await createApp({ ...atlas.platform, db: undefined as never })
    const reply = await app.inject({ url: '/api/v1/runs', headers: { host: 'localhost', authorization: 'Bearer atlas_x' } })
    await app.close()
    expect(reply.statusCode).toBe(500)
    expect(reply.json()).toMatchObject({ code: 'internal', detail: 'Atlas could not finish this because of a fault of its own.' })
  })
})

describe('the Host header', () => {
  it.each([
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['LOCALHOST:4400', 200],
    ['[::1]:4400', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.', 421],
  ])('%s is answered with %i', async (host, status) => {
    expect(await withHost(host)).toBe(status)
  })
})

describe('the rate limit', () => {
  it('answers one address so many requests a minute, and says when to come back', async () => {
    const server = await listen(atlas.platform, { port: 0, requestsPerMinute: 3 })
    try {
      for (let n = 0; n < 3; n++) expect((await fetch(`${server.url}/api/v1/auth/session`)).status).toBe(200)
      const refused = await fetch(`${server.url}/api/v1/auth/session`)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      await expectProblem(refused, 429, 'request.rate_limited')
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
    } finally {
      await server.close()
    }
  })
})

describe('health', () => {
  it('is live while the process answers, and ready while every part works', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ status: 'ok' })
    expect((await get('/health/ready')).status).toBe(200)
    const parts = [
      { part: 'database', ok: false, code: 'store.unreachable', detail: 'The database does not answer.' },
      { part: 'lake', ok: true, code: null, detail: 'writable' },
    ] as const
    const app = await createApp({ ...atlas.platform, health: async () => [...parts] })
    const reply = await app.inject({ url: '/health/ready', headers: { host: 'localhost' } })
    await app.close()
    expect(reply.statusCode).toBe(503)
    expect(reply.json()).toEqual({ status: 'failing', parts })
  })
})

describe('the web app', () => {
  it('gets index.html for its pages and files as they are', async () => {
    for (const page of ['/', '/datasets', '/datasets/chart.people', '/sign-in/link']) {
      const response = await get(page, { accept: 'text/html' })
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(await response.text()).toContain('Atlas web')
    }
    const script = await get('/assets/app-1a2b3c.js')
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('has no page for a file that is not there, and no way out of its folder', async () => {
    await expectProblem(get('/assets/app-old.js', { accept: 'text/html' }), 404, 'request.not_found')
    await expectProblem(get('/favicon.ico'), 404, 'request.not_found')
    expect(await raw('GET /../../etc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).not.toContain('root:')
    expect(await raw('GET /assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).not.toContain(
      'root:',
    )
  })

  it('says how to build it when it is not built', async () => {
    const app = await createApp(atlas.platform, { webFolder: '/nowhere' })
    const reply = await app.inject({ url: '/', headers: { host: 'localhost', accept: 'text/html' } })
    await app.close()
    expect(reply.statusCode).toBe(503)
    expect(reply.body).toContain('npm run build')
  })
})

describe('listening', () => {
  it('on a port that is taken is an error that names it', async () => {
    const failure = listen(atlas.platform, { port: atlas.server.port })
    await expect(failure).rejects.toThrow(AtlasError)
    await expect(failure).rejects.toMatchObject({ code: 'server.port_taken', message: expect.stringContaining(String(atlas.server.port)) })
  })

  it('on an address of another machine is an error that names it', async () => {
    await expect(listen(atlas.platform, { port: 0, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'server.address_unavailable' })
  })

  it('ends within 3 s although a client holds an event stream and another a connection open', { retry: 2 }, async () => {
    const server = await listen(atlas.platform, { port: 0, cliToken: 'cli' })
    const events = await fetch(`${server.url}/api/v1/events`, { headers: { authorization: 'Bearer cli' } })
    expect(events.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const idle = connect(server.port, '127.0.0.1')
    await once(idle, 'connect')
    idle.on('error', () => undefined)
    const started = performance.now()
    await server.close()
    expect(performance.now() - started).toBeLessThan(3000)
    await expect(events.text()).resolves.toContain('retry: 2000')
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow(TypeError)
  })
})

describe('odd input', () => {
  it.each(['/api/v1/datasets?q=%00', '/api/v1/datasets?after=%00', '/api/v1/runs/a%00b', '/api/v1/uploads/%00'])(
    'with a NUL is refused: %s',
    async (target) => {
      await expectProblem(atlas.as('admin')(target), 400, 'request.invalid')
    },
  )

  it('with a NUL deep in a body is refused', async () => {
    await expectProblem(atlas.as('admin')('/api/v1/sql', { method: 'POST', json: { sql: 'select \0' } }), 400, 'request.invalid')
    const json = { pipeline: { name: 'x', source: { connector: 'files', settings: { 'pa\0th': 'x' } } } }
    await expectProblem(atlas.as('admin')('/api/v1/runs', { method: 'POST', json }), 400, 'request.invalid')
  })

  it.each([
    '/api/v1/audit?before=9007199254740991',
    '/api/v1/datasets?q=%ED%A0%80&after=%F0%9F%98%80',
    '/api/v1/datasets?limit=1&limit=2',
    '/api/v1/datasets?q[]=1',
    `/api/v1/datasets?after=${'x'.repeat(4000)}`,
  ])('never ends in a fault: %s', async (target) => {
    expect((await atlas.as('admin')(target)).status).toBeLessThan(500)
  })
})

describe('signing in', () => {
  it('is tried at most 120 times a minute from one address', async () => {
    const server = await listen(atlas.platform, { port: 0 })
    try {
      const use = () =>
        fetch(`${server.url}/api/v1/auth/link`, { method: 'POST', body: '{"token":"x"}', headers: { 'content-type': 'application/json' } })
      const statuses: number[] = []
      for (let n = 0; n < 121; n++) statuses.push((await use()).status)
      expect(new Set(statuses.slice(0, 120))).toEqual(new Set([401]))
      expect(statuses[120]).toBe(429)
    } finally {
      await server.close()
    }
  })
})

describe('behind a proxy that ends TLS', () => {
  it('the cookie is Secure, HTTPS is made to stay, and the address is the client’s', async () => {
    const app = await createApp(atlas.platform, { trustProxy: true })
    const path = await createSignInLink(atlas.platform)
    const reply = await app.inject({
      method: 'POST',
      url: '/api/v1/auth/link',
      payload: { token: path.split('token=')[1] },
      headers: { 'host': 'localhost', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' },
    })
    await app.close()
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['set-cookie']).toMatch(/; Secure/)
    expect(reply.headers['strict-transport-security']).toBe('max-age=31536000')
    const { rows } = await atlas.database.pool.query("select address from audit where action = 'sign_in' order by id desc limit 1")
    expect(rows).toEqual([{ address: '203.0.113.7' }])
  })

  it('is not believed without being told to: X-Forwarded-For changes nothing', async () => {
    await fetch(`${atlas.url}/api/v1/auth/link`, {
      method: 'POST',
      body: '{"token":"x"}',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.8' },
    })
    const { rows } = await atlas.database.pool.query("select address from audit where action = 'sign_in.failed' order by id desc limit 1")
    expect(rows).toEqual([{ address: '127.0.0.1' }])
  })
})
