import { describe, expect, it } from 'vitest'
import { tokenRoute } from '../../servers/rest/paged-routes.ts'
import type { ArrivedRequest, RestRoute } from '../../servers/rest/rest-server.ts'
import { ids, readApi, records, serve, upTo, type ApiReadOptions, type StreamInput } from './read-api.ts'

const stream: StreamInput = { name: 'rows', path: '/rows', pagination: { type: 'cursor', param: 'token', path: 'meta.next' } }
type Auth = NonNullable<NonNullable<ApiReadOptions['settings']>['auth']>

/** An API whose tokens are t1, t2, …; only the newest is good, and only for `uses` requests. */
async function tokenServer(uses = Number.POSITIVE_INFINITY, reply: (n: number) => Record<string, unknown> = () => ({})) {
  let issued = 0
  let used = 0
  const rows = tokenRoute(records(25), 5)
  const guarded: RestRoute = (request) =>
    request.headers['authorization'] === `Bearer t${issued}` && used++ < uses ? rows(request) : { status: 401 }
  const server = await serve({
    '/rows': guarded,
    '/token': () => {
      issued++
      used = 0
      return { body: { access_token: `t${issued}`, token_type: 'bearer', expires_in: 3600, ...reply(issued) } }
    },
  })
  return { server, asked: () => server.to('/token').map(({ body }) => new URLSearchParams(body)) }
}

const refresh = (origin: string): Auth => ({
  type: 'oauth2_refresh',
  tokenUrl: `${origin}/token`,
  clientId: 'c',
  clientSecret: 'canary-secret',
  refreshToken: 'r0',
})

describe('signing in to a REST API', () => {
  it.each<[Auth, (request: ArrivedRequest) => boolean]>([
    [{ type: 'none' }, ({ headers }) => headers['authorization'] === undefined],
    [{ type: 'bearer', token: 'tok' }, ({ headers }) => headers['authorization'] === 'Bearer tok'],
    [{ type: 'api_key', name: 'X-Key', value: 'key' }, ({ headers }) => headers['x-key'] === 'key'],
    [{ type: 'api_key', name: 'key', value: 'k&y', in: 'query' }, ({ query }) => query.get('key') === 'k&y'],
    [
      { type: 'basic', username: 'me', password: 'pæss' },
      ({ headers }) => headers['authorization'] === `Basic ${Buffer.from('me:pæss').toString('base64')}`,
    ],
  ])('goes by %j, on every page', async (auth, isRight) => {
    const server = await serve({ '/rows': tokenRoute(records(25), 10) })
    expect(ids((await readApi(server, [stream], { settings: { auth } })).rows)).toEqual(upTo(25))
    expect(server.requests.map(isRight)).toEqual([true, true, true])
  })

  it.each(['body', 'basic'] as const)('client credentials are exchanged for a token, sent in the %s', async (sendAs) => {
    const { server, asked } = await tokenServer()
    const auth = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${server.origin}/token`,
      clientId: 'a b',
      clientSecret: 's:1',
      scope: 'read',
      sendAs,
    } as const
    expect(ids((await readApi(server, [stream], { settings: { auth } })).rows)).toEqual(upTo(25))
    const [form] = asked()
    expect([form?.get('grant_type'), form?.get('scope'), form?.get('client_secret')]).toEqual([
      'client_credentials',
      'read',
      sendAs === 'body' ? 's:1' : null,
    ])
    const basic = `Basic ${Buffer.from('a+b:s%3A1').toString('base64')}`
    expect(server.to('/token')[0]?.headers['authorization']).toBe(sendAs === 'basic' ? basic : undefined)
  })

  it('case 55: a token that is refused in the middle of the pages is renewed, and the page is asked for again once', async () => {
    const { server } = await tokenServer(2)
    const { rows } = await readApi(server, [stream], { settings: { auth: refresh(server.origin) } })
    expect(ids(rows)).toEqual(upTo(25))
    expect(server.to('/token')).toHaveLength(3)
    expect(server.to('/rows')).toHaveLength(7)
  })

  it('case 55: a rotated refresh token is kept before anything else is sent, and is used from then on', async () => {
    const { server, asked } = await tokenServer(2, (n) => ({ refresh_token: `r${n}` }))
    const kept: [string, string, number][] = []
    const keepSecret = async (old: string, renewed: string): Promise<void> => void kept.push([old, renewed, server.requests.length])
    await readApi(server, [stream], { settings: { auth: refresh(server.origin) }, context: { keepSecret } })
    expect(kept.map(([old, renewed]) => [old, renewed])).toEqual([
      ['r0', 'r1'],
      ['r1', 'r2'],
      ['r2', 'r3'],
    ])
    expect(asked().map((form) => form.get('refresh_token'))).toEqual(['r0', 'r1', 'r2'])
    // At the time of keeping, the last request that had arrived was the one for the token.
    expect(kept.map(([, , count]) => server.requests[count - 1]?.path)).toEqual(['/token', '/token', '/token'])
  })

  it('case 55: when the rotated token cannot be kept, nothing is read with what came beside it', async () => {
    const { server } = await tokenServer(2, (n) => ({ refresh_token: `r${n}` }))
    const keepSecret = () => Promise.reject(new Error('the disk is gone'))
    await expect(readApi(server, [stream], { settings: { auth: refresh(server.origin) }, context: { keepSecret } })).rejects.toThrow(
      'the disk is gone',
    )
    expect(server.to('/rows')).toEqual([])
  })

  it('a token that stays refused fails with source.sign_in_failed after one renewal', async () => {
    const { server } = await tokenServer(0)
    const reading = readApi(server, [stream], { settings: { auth: refresh(server.origin) } })
    await expect(reading).rejects.toMatchObject({ code: 'source.sign_in_failed' })
    expect(server.to('/rows')).toHaveLength(2)
  })

  it('a refresh token that was revoked says so, and nothing of what was sent', async () => {
    const server = await serve({
      '/token': ({ body }) => ({ status: 400, body: { error: 'invalid_grant', error_description: `bad: ${body}` } }),
    })
    const error = (await readApi(server, [stream], { settings: { auth: refresh(server.origin) } }).catch(
      (thrown: unknown) => thrown,
    )) as Error
    expect(error).toMatchObject({ code: 'source.sign_in_failed', message: expect.stringMatching(/invalid_grant.*sign in again/) })
    expect(error.message).not.toMatch(/canary|r0/)
  })

  it.each<[string, Parameters<typeof readApi>[2]]>([
    ['a token', { settings: { auth: { type: 'bearer', token: 'canary56' } } }],
    ['a key in the query', { settings: { auth: { type: 'api_key', name: 'key', value: 'canary56', in: 'query' } } }],
    ['a secret header', { settings: { secretHeaders: { 'x-secret': 'canary56' } } }],
    ['a secret parameter', { settings: { secretQuery: { k: 'canary56' } } }],
    ['a password', { settings: { auth: { type: 'basic', username: 'me', password: 'canary56' } } }],
  ])('case 56: %s is in no error, log line, state or checkpoint', async (_what, options) => {
    const echo: RestRoute = ({ query, headers, turn }) => ({
      body: { items: [{ id: turn }], next: turn < 3 ? `/rows?turn=${turn}&${query.toString()}` : null, asked: JSON.stringify(headers) },
    })
    const answers = [{}, { status: 500 }, { status: 403 }, { body: 'not json' }, { status: 429, headers: { 'retry-after': '99999999' } }]
    for (const answer of answers) {
      const server = await serve({ '/rows': echo })
      if (Object.keys(answer).length > 0) server.script('/rows', { body: { items: [{ id: 9 }], next: '/rows?turn=0' } }, answer, answer)
      const said: unknown[] = []
      const context = { log: (_level: string, message: string): void => void said.push(message) }
      const given = { name: 'rows', path: '/rows', checkpointPages: 1 }
      const read = await readApi(server, [given], { ...options, settings: { ...options?.settings, attempts: 2 }, context }).catch(
        (error: unknown) => {
          said.push(String(error), (error as Error).stack, String((error as Error).cause))
          return null
        },
      )
      said.push(read?.result, read?.landing.checkpoints)
      expect(JSON.stringify(said)).not.toContain('canary56')
      expect(Object.keys(answer).length > 0).toBe(read === null)
    }
  })
})
