import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiToken } from '../../src/access/api-tokens.ts'
import { createSignInLink } from '../../src/access/sign-in-links.ts'
import type { Session } from '../../src/contract/access.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer({ cliToken: 'cli-secret-of-this-process' })
})
afterAll(() => atlas.close())

const minute = 60_000
const hour = 60 * minute

async function makeUser(email: string, role = 'viewer', password = 'a long enough password'): Promise<string> {
  const user = await replyOf(
    'POST /users',
    atlas.as('admin')('/api/v1/users', { method: 'POST', json: { email, name: email, role, password } }),
  )
  return user.id
}

function send(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
  return atlas.as(null)(path, init)
}

function signIn(email: string, password = 'a long enough password', headers: Record<string, string> = {}): Promise<Response> {
  return send('/api/v1/auth/sign-in', { method: 'POST', json: { email, password }, headers })
}

interface Browser {
  cookie: string
  session: Session
  headers: Record<string, string>
}

async function browser(sent: Promise<Response>): Promise<Browser> {
  const response = await sent
  expect(response.status).toBe(200)
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const session = (await response.json()) as Session
  return { cookie, session, headers: { cookie, 'x-csrf-token': session.csrfToken ?? '' } }
}

const auditOf = async (action: string) => replyOf('GET /audit', atlas.as('admin')(`/api/v1/audit?action=${action}`))

describe('signing in with a password', () => {
  it('gives a cookie that scripts and other sites cannot use, and a session that says who it is', async () => {
    await makeUser('anna@example.org', 'editor')
    const response = await signIn('Anna@Example.org ')
    expect(response.headers.get('set-cookie')).toMatch(/^atlas_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)
    const { cookie, session } = await browser(Promise.resolve(response))
    expect(session.user).toMatchObject({ email: 'anna@example.org', role: 'editor' })
    expect(session.permissions).toContain('datasets.export')
    expect(session.permissions).not.toContain('users.manage')
    const again = await replyOf('GET /auth/session', send('/api/v1/auth/session', { headers: { cookie } }))
    expect(again.csrfToken).toBe(session.csrfToken)
    expect((await auditOf('sign_in'))[0]).toMatchObject({ actor: 'anna@example.org', detail: { by: 'password' }, address: '127.0.0.1' })
  })

  it('keeps no secret in the store', async () => {
    await makeUser('secret@example.org')
    const { cookie } = await browser(signIn('secret@example.org'))
    const { rows } = await atlas.database.pool.query('select id_hash from sessions')
    expect(rows.some((row: { id_hash: string }) => cookie.includes(row.id_hash))).toBe(false)
    expect(JSON.stringify(await auditOf('sign_in'))).not.toContain(cookie.split('=')[1])
  })

  it.each([
    ['a wrong password', 'bad@example.org', 'not the password'],
    ['an unknown e-mail', 'nobody@example.org', 'a long enough password'],
  ])('answers %s with the same error', async (_what, email, password) => {
    if (email.startsWith('bad')) await makeUser(email)
    const problem = await expectProblem(signIn(email, password), 401, 'access.bad_credentials')
    expect(problem.detail).toBe('No user has this e-mail and password.')
    expect((await auditOf('sign_in.failed'))[0]).toMatchObject({ actor: 'anonymous' })
  })

  it('writes no e-mail that nobody has into the audit: it may be a password', async () => {
    await signIn('my-secret-password-in-the-wrong-field', 'x')
    expect(JSON.stringify(await auditOf('sign_in.failed'))).not.toContain('wrong-field')
  })

  it('makes the sixth try wait, also for the right password, and says how long', async () => {
    await makeUser('slow@example.org')
    for (let n = 0; n < 5; n++) await expectProblem(signIn('slow@example.org', 'wrong'), 401, 'access.bad_credentials')
    const blocked = await signIn('slow@example.org')
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
    await expectProblem(blocked, 429, 'access.too_many_attempts')
    atlas.advance(2 * minute)
    expect((await signIn('slow@example.org')).status).toBe(200)
  })

  it('is refused for a disabled user, whose sessions end', async () => {
    const id = await makeUser('gone@example.org')
    const { cookie } = await browser(signIn('gone@example.org'))
    await replyOf('PATCH /users/:userId', atlas.as('admin')(`/api/v1/users/${id}`, { method: 'PATCH', json: { disabled: true } }))
    await expectProblem(send('/api/v1/datasets', { headers: { cookie } }), 401, 'access.not_signed_in')
    await expectProblem(signIn('gone@example.org'), 401, 'access.bad_credentials')
  })
})

describe('a session', () => {
  it('lets no change through without its CSRF token', async () => {
    await makeUser('csrf@example.org', 'editor')
    const { cookie, headers } = await browser(signIn('csrf@example.org'))
    const put = (given: Record<string, string>) =>
      send('/api/v1/transforms/one', {
        method: 'PUT',
        json: { sql: 'select 1 as one' },
        headers: { 'content-type': 'application/json', ...given },
      })
    await expectProblem(put({ cookie }), 403, 'access.csrf')
    await expectProblem(put({ cookie, 'x-csrf-token': 'x'.repeat(43) }), 403, 'access.csrf')
    expect(await atlas.database.db.selectFrom('transforms').select('name').execute()).toEqual([])
    await expectProblem(put({ ...headers, origin: 'https://evil.example' }), 403, 'access.csrf')
    await expectProblem(put({ ...headers, 'sec-fetch-site': 'cross-site' }), 403, 'access.csrf')
    expect((await send('/api/v1/auth/sign-out', { method: 'POST', headers })).status).toBe(204)
  })

  it('ends for good with sign-out', async () => {
    await makeUser('out@example.org')
    const { headers } = await browser(signIn('out@example.org'))
    const response = await send('/api/v1/auth/sign-out', { method: 'POST', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toMatch(/^atlas_session=; /)
    await expectProblem(send('/api/v1/runs', { headers }), 401, 'access.not_signed_in')
    expect((await auditOf('sign_out'))[0]).toMatchObject({ actor: 'out@example.org' })
  })

  it('ends after 12 hours without use, and after 7 days in any case', async () => {
    await makeUser('idle@example.org')
    const idle = await browser(signIn('idle@example.org'))
    atlas.advance(13 * hour)
    await expectProblem(send('/api/v1/runs', { headers: idle.headers }), 401, 'access.not_signed_in')
    const busy = await browser(signIn('idle@example.org'))
    for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
      atlas.advance(10 * hour)
      expect((await send('/api/v1/runs', { headers: busy.headers })).status).toBe(200)
    }
    atlas.advance(9 * hour)
    await expectProblem(send('/api/v1/runs', { headers: busy.headers }), 401, 'access.not_signed_in')
  })

  it('cannot be opened from a page of another site', async () => {
    await makeUser('login-csrf@example.org')
    await expectProblem(signIn('login-csrf@example.org', undefined, { origin: 'https://evil.example' }), 403, 'access.csrf')
    expect((await signIn('login-csrf@example.org', undefined, { 'origin': atlas.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
})

describe('setting one’s password', () => {
  it('needs the current one, ends every other session and starts a new one', async () => {
    await makeUser('change@example.org')
    const one = await browser(signIn('change@example.org'))
    const two = await browser(signIn('change@example.org'))
    const put = (current?: string) =>
      send('/api/v1/auth/password', {
        method: 'PUT',
        json: {
          email: 'changed@example.org',
          name: 'Changed',
          password: 'another long password',
          ...(current === undefined ? {} : { current }),
        },
        headers: { ...one.headers, 'content-type': 'application/json' },
      })
    await expectProblem(put(), 401, 'access.bad_credentials')
    await expectProblem(put('wrong'), 401, 'access.bad_credentials')
    expect((await auditOf('sign_in.failed'))[0]).toMatchObject({
      actor: 'change@example.org',
      detail: { reason: 'wrong current password' },
    })
    const fresh = await browser(put('a long enough password'))
    expect(fresh.session.user).toMatchObject({ email: 'changed@example.org', name: 'Changed' })
    for (const old of [one, two]) await expectProblem(send('/api/v1/runs', { headers: old.headers }), 401, 'access.not_signed_in')
    expect((await send('/api/v1/runs', { headers: fresh.headers })).status).toBe(200)
    expect((await signIn('changed@example.org', 'another long password')).status).toBe(200)
    expect((await auditOf('password.changed'))[0]).toMatchObject({ target: 'changed@example.org' })
  })

  it('refuses a short one and an e-mail that another has', async () => {
    await makeUser('first@example.org')
    await makeUser('second@example.org')
    const { headers } = await browser(signIn('second@example.org'))
    const put = (json: object) =>
      send('/api/v1/auth/password', { method: 'PUT', json, headers: { ...headers, 'content-type': 'application/json' } })
    const problem = await expectProblem(put({ email: 'a@example.org', name: 'A', password: 'short' }), 400, 'request.invalid')
    expect(problem.errors).toEqual([{ pointer: '/body/password', detail: 'a password has at least 12 characters' }])
    const taken = { email: 'FIRST@example.org', name: 'A', password: 'another long password', current: 'a long enough password' }
    await expectProblem(put(taken), 409, 'access.user_exists')
  })
})

describe('the one-time link', () => {
  const open = (path: string) => send('/api/v1/auth/link', { method: 'POST', json: { token: path.split('token=')[1] } })

  it('makes the first admin, signs in once, and lets a password be set without an old one', async () => {
    const fresh = await startTestServer()
    try {
      const path = await createSignInLink(fresh.platform)
      expect(path).toMatch(/^\/sign-in\/link#token=[\w-]{43}$/)
      const use = () => fresh.as(null)('/api/v1/auth/link', { method: 'POST', json: { token: path.split('token=')[1] } })
      const { session, headers } = await browser(use())
      expect(session).toMatchObject({ user: { email: 'admin@localhost', role: 'admin' }, needsPassword: true })
      await expectProblem(use(), 401, 'access.link_used')
      const set = await fresh.as(null)('/api/v1/auth/password', {
        method: 'PUT',
        json: { email: 'owner@example.org', name: 'Owner', password: 'a long enough password' },
        headers: { ...headers, 'content-type': 'application/json' },
      })
      expect(await set.json()).toMatchObject({ user: { email: 'owner@example.org' }, needsPassword: false })
      await createSignInLink(fresh.platform)
      expect(await fresh.database.db.selectFrom('users').select('email').execute()).toEqual([{ email: 'owner@example.org' }])
    } finally {
      await fresh.close()
    }
  })

  it('ends after 15 minutes, and a made-up one signs nobody in', async () => {
    const path = await createSignInLink(atlas.platform)
    atlas.advance(16 * minute)
    await expectProblem(open(path), 401, 'access.link_used')
    await expectProblem(open('token=made-up'), 401, 'access.link_used')
  })
})

describe('API tokens', () => {
  const list = (token: string) => send('/api/v1/datasets', { headers: { authorization: `Bearer ${token}` } })

  it('work until they are revoked, and the secret is shown once', async () => {
    const created = await replyOf(
      'POST /tokens',
      atlas.as('admin')('/api/v1/tokens', { method: 'POST', json: { name: 'ci', role: 'viewer' } }),
    )
    expect(created.token).toMatch(/^atlas_[\w-]{43}$/)
    expect(created.token.startsWith(created.prefix)).toBe(true)
    expect((await list(created.token)).status).toBe(200)
    const listed = await replyOf('GET /tokens', atlas.as('admin')('/api/v1/tokens'))
    expect(listed.find(({ id }) => id === created.id)?.lastUsedAt).not.toBeNull()
    expect(JSON.stringify(listed)).not.toContain(created.token)
    expect((await atlas.as('admin')(`/api/v1/tokens/${created.id}`, { method: 'DELETE' })).status).toBe(204)
    await expectProblem(list(created.token), 401, 'access.bad_token')
    await expectProblem(atlas.as('admin')(`/api/v1/tokens/${created.id}`, { method: 'DELETE' }), 404, 'access.token_not_found')
    expect((await auditOf('token.revoked'))[0]).toMatchObject({ target: created.id, detail: { name: 'ci', role: 'viewer' } })
  })

  it('end when they expire', async () => {
    const { token } = await createApiToken(
      atlas.platform,
      { name: 'short', role: 'viewer', expiresInDays: 1 },
      { actor: 'test', address: null },
    )
    expect((await list(token)).status).toBe(200)
    atlas.advance(25 * hour)
    await expectProblem(list(token), 401, 'access.bad_token')
  })

  it.each(['atlas_' + 'x'.repeat(43), 'nonsense', ''])(
    'that are wrong are refused, even where nobody needs to sign in: %j',
    async (token) => {
      await expectProblem(send('/api/v1/auth/session', { headers: { authorization: `Bearer ${token}` } }), 401, 'access.bad_token')
    },
  )

  it('change things without a CSRF token, because no browser sends them by itself', async () => {
    const created = await atlas.as('editor')('/api/v1/transforms/by_token', { method: 'PUT', json: { sql: 'select 1 as one' } })
    expect(created.status).toBe(200)
  })

  it('of the command line is an admin named cli', async () => {
    const session = await replyOf(
      'GET /auth/session',
      send('/api/v1/auth/session', { headers: { authorization: 'Bearer cli-secret-of-this-process' } }),
    )
    expect(session).toMatchObject({ user: { id: 'cli', role: 'admin' }, csrfToken: null })
    await expectProblem(list('cli-secret-of-this-procesS'), 401, 'access.bad_token')
  })

  it('have no password to set', async () => {
    const json = { email: 'x@example.org', name: 'X', password: 'a long enough password' }
    await expectProblem(atlas.as('admin')('/api/v1/auth/password', { method: 'PUT', json }), 403, 'access.denied')
  })
})

describe('users', () => {
  it('always keep one admin', async () => {
    const fresh = await startTestServer()
    try {
      await createSignInLink(fresh.platform)
      const [first] = await replyOf('GET /users', fresh.as('admin')('/api/v1/users'))
      const patch = (json: object) => fresh.as('admin')(`/api/v1/users/${first?.id}`, { method: 'PATCH', json })
      await expectProblem(patch({ role: 'viewer' }), 409, 'access.last_admin')
      await expectProblem(patch({ disabled: true }), 409, 'access.last_admin')
      const json = { email: 'next@example.org', name: 'Next', role: 'admin', password: 'a long enough password' }
      const next = await replyOf('POST /users', fresh.as('admin')('/api/v1/users', { method: 'POST', json }))
      const demote = (id: string | undefined) => fresh.as('admin')(`/api/v1/users/${id}`, { method: 'PATCH', json: { role: 'viewer' } })
      const outcomes = await Promise.all([demote(first?.id), demote(next.id)])
      expect(outcomes.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    } finally {
      await fresh.close()
    }
  })

  it('that do not exist cannot be changed', async () => {
    await expectProblem(
      atlas.as('admin')('/api/v1/users/usr_none', { method: 'PATCH', json: { disabled: true } }),
      404,
      'access.user_not_found',
    )
  })

  it('have an e-mail of their own', async () => {
    await makeUser('twin@example.org')
    const json = { email: 'TWIN@example.org', name: 'Twin', role: 'viewer', password: 'a long enough password' }
    await expectProblem(atlas.as('admin')('/api/v1/users', { method: 'POST', json }), 409, 'access.user_exists')
  })
})
