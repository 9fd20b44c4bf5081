import { createServer } from 'node:net'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { AtlasError } from '../../src/core/errors.ts'
import { addressName, type Database, openDatabase, toDatabaseUrl } from '../../src/store/database.ts'
import { isConnectionError } from '../../src/store/connection-error.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('a value read from the database', () => {
  it.each([
    ['a bigint', `9007199254740991::bigint`, 9007199254740991],
    ['a count', `count(*)`, 1],
    ['an array of bigint', `array[1, null, -9007199254740991]::bigint[]`, [1, null, -9007199254740991]],
    ['an int', `7::int`, 7],
    ['a double', `0.1::double precision`, 0.1],
    ['a numeric, exact as text', `123456789012345678901234567890.10::numeric`, '123456789012345678901234567890.10'],
    ['a timestamptz', `'2026-03-29 02:30:00+02'::timestamptz`, new Date('2026-03-29T00:30:00Z')],
    ['a timestamp, which names no instant', `'2026-03-29 02:30:00.123456'::timestamp`, '2026-03-29 02:30:00.123456'],
    ['a date, which has no time zone', `'2026-03-29'::date`, '2026-03-29'],
    ['jsonb', `'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    ['a boolean', `true`, true],
    ['null', `null::bigint`, null],
  ])('is right for %s', async (_, expression, expected) => {
    const { rows } = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(database.db)
    expect(rows[0]?.value).toEqual(expected)
  })

  it.each(['9007199254740993::bigint', 'array[null, 9007199254740993]::bigint[]'])('throws rather than round: %s', async (expression) => {
    await expect(sql`select ${sql.raw(expression)} as value`.execute(database.db)).rejects.toThrow('9007199254740993')
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }])
  })
})

describe('a database that does not answer', () => {
  it.each([
    ['a closed port', async () => `postgres://atlas:hidden@127.0.0.1:${await closedPort()}/atlas`],
    ['a socket that is not there', async () => `postgres://atlas:hidden@localhost/atlas?host=${await temporaryFolder()}`],
    ['a server that says nothing', async () => `postgres://atlas:hidden@127.0.0.1:${await silentPort()}/atlas`],
    ['a host that does not exist', async () => 'postgres://atlas:hidden@no-such-host.invalid/atlas'],
    ['a wrong password', async () => database.url.replace(/:[^:@]+@/, ':hidden@')],
    ['a database that is not there', async () => database.url.replace(/test_\w+/, 'nowhere')],
  ])('is store.unreachable, without the password in the message: %s', async (_, url) => {
    const { db } = open(await url(), { connectTimeoutMs: 500 })
    const error = await sql`select 1`.execute(db).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(AtlasError)
    expect(error).toMatchObject({ code: 'store.unreachable', retry: true })
    expect((error as Error).message).not.toContain('hidden')
  })

  it('is told from one that answers with an error', async () => {
    const error = await sql`select * from nowhere`.execute(database.db).catch((caught: unknown) => caught)
    expect(isConnectionError(error)).toBe(false)
    expect(error).toMatchObject({ code: '42P01' })
  })

  it('is noticed in the middle of a query, of a transaction, and while idle; the pool then connects again', async () => {
    const { db, pool } = open(database.url, { poolSize: 1 })
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)).rejects.toMatchObject({ code: 'store.unreachable' })
    await expect(
      db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
        await terminate(rows[0]?.pid)
        await sql`select 1`.execute(trx)
      }),
    ).rejects.toMatchObject({ code: 'store.unreachable' })
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
    const noticed = new Promise((resolve) => pool.once('remove', resolve))
    await terminate(rows[0]?.pid)
    await noticed
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  })

  it('is the answer after the pool was closed', async () => {
    const { db, close } = openDatabase({ url: database.url })
    await close()
    await close()
    await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'store.unreachable' })
  })
})

describe('a statement', () => {
  it('is given up by the server after its time', async () => {
    const { db } = open(database.url, { statementTimeoutMs: 50 })
    await expect(sql`select pg_sleep(20)`.execute(db)).rejects.toMatchObject({ code: '57014' })
  })
})

describe('the address of a database', () => {
  it.each([
    [{ host: '127.0.0.1', port: 5433, user: 'a', password: 'p@ss/w:rd', database: 'atlas' }, '127.0.0.1:5433/atlas'],
    [{ url: 'postgres://user:secret@db.example.org:6543/atlas?sslmode=require' }, 'db.example.org:6543/atlas'],
    [{ url: 'not a url: secret' }, 'the given URL'],
  ])('is shown without user and password', (address, shown) => {
    expect(addressName(address)).toBe(shown)
  })

  it.each([
    ['a port', { host: '127.0.0.1', port: 5433, user: 'a b', password: 'p@ss/w:rd%', database: 'atlas' }],
    ['a socket', { host: '/srv/my atlas/postgres', port: 5432, user: 'atlas', password: 'p@ss', database: 'd é' }],
  ])('survives being written as a URL: %s', (_, connection) => {
    const { host, port, user, password, database: name } = new Client(toDatabaseUrl(connection))
    expect({ host, port, user, password, database: name }).toEqual(connection)
  })
})

function open(url: string, options: Parameters<typeof openDatabase>[1]): Database {
  const opened = openDatabase({ url }, options)
  onTestFinished(() => opened.close())
  return opened
}

async function terminate(pid: number | undefined): Promise<void> {
  await sql`select pg_terminate_backend(${pid}::int, 5000)`.execute(database.db)
}

async function closedPort(): Promise<number> {
  const { port, close } = await listen()
  await close()
  return port
}

async function silentPort(): Promise<number> {
  const { port, close } = await listen()
  onTestFinished(close)
  return port
}

async function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
