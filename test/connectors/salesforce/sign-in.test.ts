import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SalesforceSettings } from '../../../src/connectors/salesforce/settings.ts'
import { openReadContext } from '../../support/landing.ts'
import { tmpdir } from 'node:os'
import { MAINTENANCE, refused } from '../../servers/salesforce/faults.ts'
import type { LocalSalesforce } from '../../servers/salesforce/server.ts'
import { body, fill, openReads, openServer, settingsFor } from './salesforce-source.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

async function withFive(options: Parameters<typeof openServer>[0] = {}): Promise<LocalSalesforce> {
  const server = await openServer(options)
  fill(server, 'Account', 5)
  return server
}

const full = { mode: 'replace' } as const
const refresh = (server: LocalSalesforce) => ({
  auth: { method: 'refresh_token', clientId: server.tokens.app.clientId, refreshToken: 'local-refresh-token' },
})
const jwt = (server: LocalSalesforce, more: object = {}) => ({
  auth: { method: 'jwt_bearer', clientId: server.tokens.app.clientId, username: 'reader@example.org', privateKey, ...more },
})

describe('signing in to Salesforce', () => {
  it('with a refresh token', async () => {
    const server = await withFive()
    expect((await openReads(server, 'Account').read({ ...full, settings: refresh(server) })).rows).toHaveLength(5)
  })

  it('with a JWT signed by the private key, anew for each token', async () => {
    const server = await withFive({ app: { publicKey, tokenRequests: 2 } })
    const context = { now: () => server.clock.now() }
    expect((await openReads(server, 'Account').read({ ...full, settings: jwt(server), context })).rows).toHaveLength(5)
    expect(server.count('token')).toBe(2)
  })

  it.each([
    ['an audience that is not its own', { audience: 'https://test.salesforce.com' }, true],
    ['a user who has not approved the app', {}, false],
  ])('fails with %s, in words', async (_, more, approved) => {
    const server = await withFive({ app: { publicKey, approved } })
    const { error } = await openReads(server, 'Account').fail({ settings: jwt(server, more), context: { now: () => server.clock.now() } })
    expect(error).toMatchObject({ code: 'source.sign_in_failed' })
  })

  it('with an access token and the address of the instance; it cannot be renewed', async () => {
    const server = await withFive()
    const settings = { auth: { method: 'access_token', accessToken: server.tokens.issue(), instanceUrl: server.instanceUrl } }
    expect((await openReads(server, 'Account').read({ ...full, settings })).rows).toHaveLength(5)
    server.tokens.revokeAll()
    expect((await openReads(server, 'Account').fail({ ...full, settings })).error).toMatchObject({ code: 'source.sign_in_failed' })
  })

  it('case 55: a session that ends in mid-read is renewed, and the same page is asked for again', async () => {
    const server = await withFive({ app: { tokenRequests: 3 } })
    fill(server, 'Account', 4500)
    const { rows } = await openReads(server, 'Account').read({ ...full, options: { api: 'rest' } })
    expect(new Set(rows.map((row) => row['Id'])).size).toBe(4505)
    expect(rows).toHaveLength(4505)
    expect(server.log.filter(({ status }) => status === 401)).toHaveLength(1)
  })

  it('case 55: a session that ends while results are downloaded is renewed once for all who notice', async () => {
    const server = await withFive()
    fill(server, 'Account', 4500)
    server.faults.add({ on: 'job-results', at: 2, before: () => server.tokens.revokeAll() })
    const { rows } = await openReads(server, 'Account').read({ ...full, options: { pageRows: 1000 } })
    expect(rows).toHaveLength(4505)
    expect(server.count('token')).toBe(2)
  })

  it('case 55: a refresh token that is exchanged is kept before it is used', async () => {
    const server = await withFive({ app: { rotates: true, tokenRequests: 2 } })
    const kept: string[] = []
    const keepSecret = (old: string, renewed: string): Promise<void> => {
      kept.push(old, renewed)
      return Promise.resolve()
    }
    await openReads(server, 'Account').read({ ...full, settings: refresh(server), context: { keepSecret } })
    expect(kept[0]).toBe('local-refresh-token')
    expect(kept.at(-1)).toBe(server.tokens.app.refreshToken)
    expect((await openReads(server, 'Account').fail({ settings: refresh(server) })).error).toMatchObject({ code: 'source.sign_in_failed' })
  })

  it('the check says that the secret is wrong, without saying it', async () => {
    const server = await withFive()
    const settings = settingsFor(server, {
      auth: { method: 'client_credentials', clientId: server.tokens.app.clientId, clientSecret: 'canary-f00d' },
    })
    const parts = await body.check(settings, await openReadContext(tmpdir()))
    expect(parts.at(-1)).toMatchObject({ part: 'sign_in', ok: false })
    expect(JSON.stringify(parts)).not.toContain('canary-f00d')
  })

  it('the check tells how many calls of the day are used, and what can be read', async () => {
    const server = await withFive({ limits: { used: 1200, max: 5000 } })
    const parts = await body.check(settingsFor(server), await openReadContext(tmpdir()))
    expect(parts.map(({ part, ok }) => [part, ok])).toEqual([
      ['connection', true],
      ['sign_in', true],
      ['permission', true],
      ['object', true],
    ])
    expect(parts[2]?.detail).toContain('1201 of 5000')
  })

  it('the check says that the API is switched off for the user', async () => {
    const server = await withFive()
    server.faults.add({
      on: 'limits',
      times: 9,
      reply: refused(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization.'),
    })
    const parts = await body.check(settingsFor(server), await openReadContext(tmpdir()))
    expect(parts).toMatchObject([{ part: 'permission', ok: false, detail: expect.stringContaining('API_DISABLED_FOR_ORG') }])
  })

  it('case 54: a maintenance page in the place of JSON is waited out, and is an error when it stays', async () => {
    const server = await withFive()
    server.faults.add({ on: 'describe', times: 2, reply: { status: 200, ...MAINTENANCE } })
    expect((await openReads(server, 'Account').read(full)).rows).toHaveLength(5)
    server.faults.add({ on: 'describe', times: 99, reply: { status: 200, ...MAINTENANCE } })
    const { error } = await openReads(server, 'Account').fail(full)
    expect(error).toMatchObject({ code: 'source.unexpected_answer', message: expect.stringContaining('Salesforce maintenance') })
  })

  it.each([406, 420, 500, 503])('case 54: status %i and then an answer is one set of rows', async (status) => {
    const server = await withFive()
    server.faults.add({ on: 'query', at: 2, reply: { status, body: '' } })
    expect((await openReads(server, 'Account').read(full)).rows).toHaveLength(5)
  })

  it.each([['resetAfter'], ['truncateAfter']] as const)(
    'case 54: a page of records that is cut short (%s) is asked for again',
    async (fault) => {
      const server = await withFive()
      server.faults.add({ on: 'query', at: 2, [fault]: 40 })
      expect((await openReads(server, 'Account').read(full)).rows).toHaveLength(5)
    },
  )

  it('a source that drips one byte at a time is given up after the time limit', async () => {
    const server = await withFive()
    server.faults.add({ on: 'describe', times: 99, reply: { status: 200, body: ' '.repeat(400) }, dripMs: 20 })
    const abort = new AbortController()
    const reading = openReads(server, 'Account').fail({ ...full, context: { signal: abort.signal } })
    setTimeout(() => abort.abort(), 100)
    expect((await reading).error).toMatchObject({ code: 'run.cancelled' })
  })

  it('case 49: an instance without TLS behind a login with it gets no credentials', () => {
    expect(SalesforceSettings.parse({ auth: { method: 'client_credentials', clientId: 'a', clientSecret: 'b' } }).loginUrl).toBe(
      'https://login.salesforce.com',
    )
  })

  it('case 49: a next page at another host gets no credentials', async () => {
    const server = await withFive()
    const elsewhere = await openServer()
    const page = JSON.stringify({
      totalSize: 9,
      done: false,
      nextRecordsUrl: `${elsewhere.instanceUrl}/services/data/v62.0/query/01g-2000`,
      records: [],
    })
    server.faults.add({ on: 'query', at: 2, reply: { status: 200, body: page } })
    const { error } = await openReads(server, 'Account').fail(full)
    expect(error).not.toBeNull()
    expect(elsewhere.log).toEqual([])
  })

  it('case 50: a next page that comes again is a loop', async () => {
    const server = await withFive()
    const page = JSON.stringify({ totalSize: 9, done: false, nextRecordsUrl: '/services/data/v62.0/query/0r8-2000', records: [] })
    server.faults.add({ on: 'query', at: 2, reply: { status: 200, body: page } })
    server.faults.add({ on: 'next-page', times: 99, reply: { status: 200, body: page } })
    expect((await openReads(server, 'Account').fail(full)).error).toMatchObject({ code: 'source.pagination_loop' })
    expect(server.count('next-page')).toBe(1)
  })

  it('a query cursor that Salesforce has closed is opened again from the first row', async () => {
    const server = await withFive()
    fill(server, 'Account', 4500)
    server.faults.add({ on: 'next-page', at: 2, before: () => server.queries.expireAll() })
    const { rows } = await openReads(server, 'Account').read({ ...full, options: { api: 'rest' } })
    expect(rows).toHaveLength(4505)
    expect(new Set(rows.map((row) => row['Id'])).size).toBe(4505)
  })
})
