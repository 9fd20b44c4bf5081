import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { PostgresqlSettings } from '../../../src/connectors/postgresql.ts'
import { postgresqlBody as body } from '../../../src/connectors/postgresql/body.ts'
import { openReadContext } from '../../support/landing.ts'
import { openShop, readShop, type Shop } from './shop.ts'
import { startTlsServer, type TlsServer } from './tls-server.ts'

let server: TlsServer
let shop: Shop

beforeAll(async () => {
  const [started, opened] = await Promise.all([startTlsServer(), openShop()])
  server = started
  shop = opened
}, 60_000)
afterAll(async () => {
  await server.stop()
  await shop.drop()
})

async function check(settings: PostgresqlSettings) {
  return body.check(settings, await openReadContext('/tmp'))
}
/** The parts in order; the last one with its detail where it failed. */
const shape = (parts: Awaited<ReturnType<typeof check>>) => parts.map(({ part, ok }) => `${part} ${ok ? 'ok' : 'failed'}`)
const words = (parts: Awaited<ReturnType<typeof check>>) => parts.map(({ detail }) => detail).join('\n')

const verified = () => ({ ...server.settings, ca: server.ca })

describe('reaching a Postgres', () => {
  it('signs in by SCRAM over TLS, with the certificate checked, and times each part', async () => {
    const parts = await check(verified())
    expect(shape(parts)).toEqual(['name ok', 'connection ok', 'tls ok', 'sign_in ok', 'permission ok', 'object ok'])
    expect(parts.slice(0, 4).every(({ durationMs }) => typeof durationMs === 'number')).toBe(true)
    const read = await readShop({ ...shop, settings: verified() }, 'greeting')
    expect(read.rows).toEqual([{ word: 'hej' }])
    await read.landing.close()
  })

  const certificates = [
    ['an authority that is not known', 'valid', {}, 'verify-full', /certificate|issuer|verify/i],
    ['a certificate that has expired', 'expired', { ca: true }, 'verify-full', /expired/],
    ['a certificate of another name', 'other_name', { ca: true }, 'verify-full', /altnames|names/i],
    ['an expired certificate where only the authority is checked', 'expired', { ca: true }, 'verify-ca', /expired/],
  ] as const
  for (const [what, shown, { ca }, tls, said] of certificates.map(([a, b, c, d, e]) => [a, b, { ca: 'ca' in c }, d, e] as const))
    it(`refuses ${what}`, async () => {
      await server.show(shown)
      const parts = await check({ ...server.settings, tls, ...(ca ? { ca: server.ca } : {}) })
      expect(shape(parts).at(-1)).toBe('tls failed')
      expect(words(parts)).toMatch(said)
      const context = await openReadContext('/tmp')
      await expect(body.discover({ ...server.settings, tls, ...(ca ? { ca: server.ca } : {}) }, context)).rejects.toMatchObject({
        code: 'source.tls',
      })
      await server.show('valid')
    })

  it('takes another name with verify-ca, and any certificate with require', async () => {
    await server.show('other_name')
    expect(shape(await check({ ...verified(), tls: 'verify-ca' })).at(-1)).toBe('object ok')
    await server.show('expired')
    expect(shape(await check({ ...server.settings, tls: 'require' })).at(-1)).toBe('object ok')
    await server.show('valid')
  })

  it('signs in with a client certificate', async () => {
    const settings = {
      ...verified(),
      user: 'by_certificate',
      password: undefined,
      clientCertificate: server.client.certificate,
      clientKey: server.client.key,
    }
    expect(shape(await check(settings)).at(-1)).toBe('object ok')
    expect(shape(await check({ ...settings, clientCertificate: undefined, clientKey: undefined })).at(-1)).toBe('sign_in failed')
  })

  it('says that a server without TLS has none, and takes it with prefer', async () => {
    await server.run(`alter system set ssl = 'off'`)
    await server.run('select pg_reload_conf()')
    await expect.poll(async () => shape(await check({ ...server.settings, tls: 'require' })).at(-1), { timeout: 5000 }).toBe('tls failed')
    const parts = await check({ ...server.settings, tls: 'prefer' })
    expect(shape(parts).at(-1)).toBe('object ok')
    expect(words(parts)).toContain('without encryption')
    await server.show('valid')
  })

  it('says that the password is wrong, and does not say the password', async () => {
    const parts = await check({ ...verified(), password: 'wrong-geheim' })
    expect(shape(parts)).toEqual(['name ok', 'connection ok', 'tls ok', 'sign_in failed'])
    expect(words(parts)).not.toContain('geheim')
    const context = await openReadContext('/tmp')
    await expect(body.discover({ ...verified(), password: 'wrong-geheim' }, context)).rejects.toMatchObject({
      code: 'source.sign_in_failed',
    })
    await expect(body.open({ ...verified(), password: undefined }, context)).rejects.toMatchObject({ code: 'source.sign_in_failed' })
  })

  it('says which part failed: unknown host, closed port, metadata address, unknown database, silence', async () => {
    expect(shape(await check({ ...server.settings, host: 'no-such-host.invalid' }))).toEqual(['name failed'])
    expect(shape(await check({ ...server.settings, port: 1 }))).toEqual(['name ok', 'connection failed'])
    expect(shape(await check({ ...server.settings, host: '169.254.169.254' }))).toEqual(['name failed'])
    expect(shape(await check({ ...verified(), database: 'nowhere' })).at(-1)).toBe('object failed')
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const settings = { ...server.settings, host: '127.0.0.1', port: (silent.address() as AddressInfo).port, connectTimeout: 1 }
    const parts = await check(settings)
    expect(parts.at(-1)).toMatchObject({ ok: false })
    expect(words(parts)).toContain('no answer in time')
  })

  it('says that the user may read nothing, that some tables are closed, and that it may write', async () => {
    const user = `guest_${shop.settings.database}`
    await shop.run(
      `create table open_one (id int); create table closed_one (id int); insert into open_one values (1); create role ${user} login password 'x'`,
    )
    const settings = { ...shop.settings, user, password: 'x' }
    expect(shape(await check(settings)).at(-1)).toBe('permission failed')
    await shop.run(`grant select on open_one to ${user}`)
    expect(words(await check(settings))).toContain('may read 1 of 2 tables')
    expect(words(await check(shop.settings))).toContain('may write')
    const guest = { ...shop, settings }
    await expect(readShop(guest, 'closed_one')).rejects.toMatchObject({ code: 'source.permission_denied' })
    const read = await readShop(guest, 'open_one')
    expect(read.rows).toEqual([{ id: '1' }])
    await read.landing.close()
    await shop.run(`drop owned by ${user}; drop role ${user}`)
  })

  it('says that there is no table of that name, and which there are; a column dropped between runs is named', async () => {
    await shop.run(`create schema other; create table other.place (id int, gone int)`)
    await expect(readShop(shop, 'nothing')).rejects.toThrow(/other\.place, closed_one, open_one/)
    const read = await readShop(shop, 'other.place', { request: { select: ['id', 'gone'] } })
    await read.landing.close()
    await shop.run(`alter table other.place drop column gone`)
    await expect(readShop(shop, 'other.place', { request: { select: ['id', 'gone'] } })).rejects.toMatchObject({
      code: 'source.column_missing',
    })
    const all = await readShop(shop, 'other.place')
    expect(all.result.columns.map(({ name }) => name)).toEqual(['id'])
    await all.landing.close()
  })

  it('offers the tables of the schemas that are named only, without their name when there is one', async () => {
    const context = await openReadContext('/tmp')
    const streams = await body.discover({ ...shop.settings, schemas: ['other'] }, context)
    expect(streams.map(({ name }) => name)).toEqual(['place'])
    const described = await body.discover(shop.settings, context, ['open_one', 'not there'])
    expect(described.map(({ name }) => name)).toEqual(['open_one'])
  })

  it('describes a table: exact types, key, cursors, estimate and size', async () => {
    await shop.run(`create table described (id bigint generated always as identity, shop_id int, amount numeric(12,2) not null, created_at timestamptz, updated_at timestamptz, day date, primary key (shop_id, id));
      insert into described (shop_id, amount) select i, i from generate_series(1, 500) i; analyze described; comment on table described is 'What was sold'`)
    const [stream] = await body.discover(shop.settings, await openReadContext('/tmp'), ['described'])
    expect(stream).toMatchObject({
      kind: 'table',
      primaryKey: ['shop_id', 'id'],
      cursors: ['updated_at', 'created_at', 'day'],
      rowEstimate: 500,
      details: { comment: 'What was sold', readable: true },
    })
    expect(stream?.columns?.[2]).toEqual({ name: 'amount', type: 'DECIMAL(12,2)', sourceType: 'numeric(12,2)', nullable: false })
    expect(stream?.sizeBytes).toBeGreaterThan(8192)
  })
})
