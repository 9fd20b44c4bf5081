import { describe, expect, it } from 'vitest'
import { createTokenProvider } from '../../../src/connectors/http/oauth.ts'
import { serve } from '../rest-api/read-api.ts'
import { openClient } from './open-client.ts'

describe('requests that are tried again', () => {
  it.each([
    ['0', 250],
    ['-5', 250],
    ['7', 7063],
    ['1.5', 1563],
    ['soon', 250],
    [new Date(Date.UTC(2030, 0, 1, 0, 0, 9)).toUTCString(), 9063],
    [new Date(Date.UTC(2029, 0, 1)).toUTCString(), 250],
  ])('wait as Retry-After says: %s', async (header, expectedMs) => {
    const date = new Date(Date.UTC(2030, 0, 1)).toUTCString()
    const server = await serve({
      '/a': ({ turn }) => (turn === 1 ? { status: 429, headers: { 'retry-after': header, date } } : { body: { ok: 1 } }),
    })
    const { client, waits } = openClient([server.origin])
    expect(await (await client.request({ url: `${server.origin}/a` })).json()).toEqual({ ok: 1 })
    expect(waits[0]).toBeCloseTo(expectedMs, -1)
  })

  it.each(['86400', '99999999999999999999', 'Wed, 01 Jan 2200 00:00:00 GMT'])(
    'are given up at once when Retry-After is absurd: %s',
    async (header) => {
      const server = await serve({ '/a': () => ({ status: 429, headers: { 'retry-after': header } }) })
      const { client, waits } = openClient([server.origin])
      const error: unknown = await client.request({ url: `${server.origin}/a` }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'source.rate_limited', retryAfterS: expect.any(Number) })
      expect(waits).toEqual([])
    },
  )

  it('back off longer each time, with jitter', async () => {
    const server = await serve({ '/a': () => ({ status: 503 }) })
    const random = (bytes: number) => new Uint8Array(bytes).fill(255)
    const least = openClient([server.origin])
    await least.client.request({ url: `${server.origin}/a` }).catch(() => undefined)
    expect(least.waits).toEqual([250, 500, 1000, 2000])
    const most = openClient([server.origin])
    const context = { signal: most.stop.signal, fetch, now: () => new Date(), random, source: 'jitter', log: () => undefined }
    const loud = openClient([server.origin], { context })
    await loud.client.request({ url: `${server.origin}/a` }).catch(() => undefined)
    expect(loud.waits).toEqual([500, 1000, 2000, 4000])
  })

  it('go out at most as often as the budget of the source allows, however many clients share it', async () => {
    const server = await serve({ '/a': () => ({ body: {} }) })
    const given = { budget: { requests: 2, perMs: 1000 }, nowMs: () => 1_000_000 }
    const one = openClient([server.origin], given)
    const context = {
      signal: one.stop.signal,
      fetch,
      now: () => new Date(1_000_000),
      random: (n: number) => new Uint8Array(n),
      source: 'shared budget',
      log: () => undefined,
    }
    const [first, second] = [openClient([server.origin], { ...given, context }), openClient([server.origin], { ...given, context })]
    for (const { client } of [first, second, first, second]) await client.request({ url: `${server.origin}/a` })
    expect([...first.waits, ...second.waits].toSorted((a, b) => a - b)).toEqual([500, 1000])
  })

  it('stop for half a minute after five requests in a row have failed', async () => {
    let nowMs = 1_000_000
    const server = await serve({ '/a': () => ({ status: 503 }) })
    const { client } = openClient([server.origin], { attempts: 1, nowMs: () => nowMs })
    const ask = () => client.request({ url: `${server.origin}/a` }).catch((error: unknown) => error)
    for (let n = 0; n < 5; n++) expect(await ask()).toMatchObject({ code: 'source.bad_status' })
    expect(await ask()).toMatchObject({ code: 'source.unreachable', retryAfterS: 30 })
    expect(server.requests).toHaveLength(5)
    nowMs += 30_001
    expect(await ask()).toMatchObject({ code: 'source.bad_status' })
  })
})

describe('where requests go', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://metadata.google.internal/',
    'http://metadata.google.internal./',
    'http://100.100.100.200/',
  ])('never to %s', async (url) => {
    const { client } = openClient([new URL(url).origin])
    await expect(client.request({ url })).rejects.toMatchObject({ code: 'source.refused' })
  })

  it('never to such an address by a redirect', async () => {
    const server = await serve({ '/a': () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }) })
    const { client } = openClient([server.origin])
    await expect(client.request({ url: `${server.origin}/a` })).rejects.toMatchObject({ code: 'source.refused' })
  })

  it('not to an origin that was not named, and nothing is sent there', async () => {
    const server = await serve({ '/a': () => ({ body: {} }) })
    const { client } = openClient(['http://127.0.0.1:1'])
    await expect(client.request({ url: `${server.origin}/a` })).rejects.toMatchObject({ code: 'source.foreign_host' })
    client.allowOrigin(server.origin)
    expect((await client.request({ url: `${server.origin}/a` })).status).toBe(200)
  })

  it.each([301, 302, 303, 307, 308])('by a redirect (%i) to another origin without any header or credential', async (status) => {
    const other = await serve({ '/b': () => ({ body: { here: true } }) })
    const server = await serve({ '/a': () => ({ status, headers: { location: `${other.origin}/b` } }) })
    const { client } = openClient([server.origin])
    const authorise = () => Promise.resolve({ 'authorization': 'Bearer canary', 'x-key': 'canary' })
    const reply = await client.request({ url: `${server.origin}/a`, headers: { cookie: 'canary' }, authorise })
    expect(await reply.json()).toEqual({ here: true })
    expect(JSON.stringify(other.requests)).not.toContain('canary')
  })

  it('by a redirect to another host that asks for credentials: it is named, and gets none', async () => {
    const other = await serve({ '/b': () => ({ status: 401 }) })
    const server = await serve({ '/a': () => ({ status: 302, headers: { location: `${other.origin}/b` } }) })
    const { client } = openClient([server.origin])
    await expect(client.request({ url: `${server.origin}/a` })).rejects.toMatchObject({ code: 'source.foreign_host' })
  })

  it('a body is never sent on to another origin', async () => {
    const other = await serve({ '/b': () => ({ body: {} }) })
    const server = await serve({ '/a': () => ({ status: 307, headers: { location: `${other.origin}/b` } }) })
    const { client } = openClient([server.origin])
    await expect(client.request({ method: 'POST', url: `${server.origin}/a`, body: 'secret' })).rejects.toMatchObject({
      code: 'source.foreign_host',
    })
    expect(other.requests).toEqual([])
  })

  it('around in circles at most five times', async () => {
    const server = await serve({ '/a': () => ({ status: 302, headers: { location: '/a' } }) })
    const { client } = openClient([server.origin])
    await expect(client.request({ url: `${server.origin}/a` })).rejects.toMatchObject({ code: 'source.bad_status' })
    expect(server.requests).toHaveLength(6)
  })

  it.each([
    ['https://no-such-host.invalid/', 'source.unreachable'],
    ['http://127.0.0.1:1/', 'source.unreachable'],
  ])('%s is %s, in words and without waiting long', async (url, code) => {
    const { client } = openClient([new URL(url).origin], { attempts: 2 })
    await expect(client.request({ url: `${url}?key=canary` })).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('canary'),
    })
  })
})

describe('answers', () => {
  it.each([401, 403, 404, 418, 429, 500])('with status %i throw, and show no value of the query', async (status) => {
    const server = await serve({ '/a': () => ({ status, body: { echo: 'canary' } }) })
    const { client, logged } = openClient([server.origin], { attempts: 2 })
    const error: unknown = await client.request({ url: `${server.origin}/a?key=canary&page=2` }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringContaining(`/a?key=…&page=… answered with status ${status}`) })
    expect(JSON.stringify([String(error), String((error as Error).cause), logged])).not.toContain('canary')
  })

  it('may be larger than they should be: that is an error before they are whole', async () => {
    const server = await serve({ '/a': () => ({ body: 'x'.repeat(200_000), gzip: true }) })
    const { client } = openClient([server.origin])
    const reply = await client.request({ url: `${server.origin}/a` })
    await expect(reply.text(100_000)).rejects.toMatchObject({
      code: 'source.unexpected_answer',
      message: expect.stringContaining('100000'),
    })
  })

  it.each(['cut', 'cut_gzip', 'short', 'reset'] as const)('that are %s end a stream of bytes with an error', async (fault) => {
    const server = await serve({ '/a': () => ({ body: { text: 'x'.repeat(50_000) }, fault }) })
    const { client } = openClient([server.origin])
    const reply = await client.request({ url: `${server.origin}/a` })
    const drain = async (): Promise<void> => {
      for await (const chunk of reply.bytes()) expect(chunk.length).toBeGreaterThan(0)
    }
    await expect(drain()).rejects.toMatchObject({ code: 'source.incomplete' })
  })

  it('that do not come are given up on in time', async () => {
    const server = await serve({ '/a': () => ({ body: {}, delayMs: 5000 }) })
    const { client } = openClient([server.origin], { timeoutMs: 200, attempts: 1 })
    await expect(client.request({ url: `${server.origin}/a` })).rejects.toMatchObject({ code: 'source.timeout' })
  })

  it('that are awaited stop within two seconds when the read is cancelled', async () => {
    const server = await serve({ '/a': () => ({ body: {}, delayMs: 20_000 }) })
    const { client, stop } = openClient([server.origin])
    const asking = client.request({ url: `${server.origin}/a` }).catch((error: unknown) => error)
    await expect.poll(() => server.requests.length).toBe(1)
    const startedMs = performance.now()
    stop.abort()
    expect(await asking).toMatchObject({ code: 'run.cancelled' })
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })
})

describe('tokens', () => {
  it('case 55: eight requests that are refused at once share one renewal', async () => {
    let issued = 0
    const server = await serve({
      '/token': () => ({ body: { access_token: `t${++issued}`, expires_in: '3600', refresh_token: `r${issued}` } }),
      '/a': ({ headers }) => (headers['authorization'] === 'Bearer t2' ? { body: {} } : { status: 401, delayMs: 50 }),
    })
    const { client } = openClient([server.origin])
    const kept: string[][] = []
    const keepSecret = async (old: string, renewed: string): Promise<void> => void kept.push([old, renewed])
    const context = { now: () => new Date(), random: (n: number) => new Uint8Array(n), keepSecret }
    const grant = { grant: 'refresh_token', clientId: 'c', refreshToken: 'r0' } as const
    const tokens = createTokenProvider({ client, tokenUrl: `${server.origin}/token`, grant, context })
    const ask = async () => {
      let used = ''
      const authorise = async () => ({ authorization: `Bearer ${(used = await tokens.token())}` })
      return client.request({ url: `${server.origin}/a`, authorise, renew: async () => (await tokens.renew(used)) !== '' })
    }
    const replies = await Promise.all(Array.from({ length: 8 }, ask))
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(server.to('/token')).toHaveLength(2)
    expect(server.to('/a')).toHaveLength(16)
    expect(kept).toEqual([
      ['r0', 'r1'],
      ['r1', 'r2'],
    ])
  })

  it('are asked for again when they have expired by what the reply said', async () => {
    let nowMs = 1_000_000
    const server = await serve({ '/token': ({ turn }) => ({ body: { access_token: `t${turn}`, expires_in: 100 } }) })
    const { client } = openClient([server.origin])
    const context = { now: () => new Date(nowMs), random: (n: number) => new Uint8Array(n), keepSecret: () => Promise.resolve() }
    const grant = { grant: 'client_credentials', clientId: 'c', clientSecret: 's' } as const
    const tokens = createTokenProvider({ client, tokenUrl: `${server.origin}/token`, grant, context })
    expect([await tokens.token(), await tokens.token()]).toEqual(['t1', 't1'])
    nowMs += 91_000
    expect(await tokens.token()).toBe('t2')
  })

  it('are not asked for with a key that is none, and the key is not shown', async () => {
    const { client } = openClient(['http://127.0.0.1:1'])
    const context = { now: () => new Date(), random: (n: number) => new Uint8Array(n), keepSecret: () => Promise.resolve() }
    const grant = { grant: 'jwt_bearer', issuer: 'i', audience: 'a', privateKey: 'canary' } as const
    const tokens = createTokenProvider({ client, tokenUrl: 'http://127.0.0.1:1/token', grant, context })
    await expect(tokens.token()).rejects.toMatchObject({ code: 'source.bad_settings', message: expect.not.stringContaining('canary') })
  })
})
