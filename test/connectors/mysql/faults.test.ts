import { once } from 'node:events'
import { readFile, rename } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { signChallenge } from '../../../src/connectors/mysql/ed25519-plugin.ts'
import { tlsOptions } from '../../../src/connectors/mysql/connect.ts'
import { sourceError } from '../../../src/connectors/mysql/source-error.ts'
import { mysql } from '../../../src/connectors/mysql.ts'
import { MysqlSettings } from '../../../src/connectors/mysql/settings.ts'
import { openLanding, openReadContext, readRequest } from '../../support/landing.ts'
import { createMariadbDatabase, describeMariadb, type MariadbDatabase } from '../../support/mariadb.ts'
import { makeCertificates } from '../../support/mariadb-server.ts'
import { readMysql } from '../../support/mysql-reads.ts'

describeMariadb('faults of a MySQL source', () => {
  let database: MariadbDatabase
  beforeAll(async () => {
    database = await createMariadbDatabase()
    await database.run('create table t (n int primary key); insert into t select seq from seq_1_to_10')
  })
  afterAll(() => database.drop())

  const check = async (settings: MysqlSettings) => (await mysql.load()).check(settings, await openReadContext('/'))
  /** The part that fails, and the code of the error when the source is read. */
  const fault = async (settings: MysqlSettings) => {
    const parts = await check(settings)
    const error: unknown = await readMysql(settings, 't').catch((thrown: unknown) => thrown)
    return [parts.find(({ ok }) => !ok)?.part, (error as { code?: string }).code]
  }

  it('says in turn that name, connection, TLS, sign-in, database and permission are in order', async () => {
    const parts = await check(database.settings)
    expect(parts.map(({ part, ok }) => [part, ok])).toEqual([
      ['name', true],
      ['connection', true],
      ['tls', true],
      ['sign_in', true],
      ['object', true],
      ['permission', true],
    ])
    expect(parts.filter(({ durationMs }) => durationMs !== undefined).length).toBe(5)
  })

  it.each([
    ['a wrong password', { password: 'wrong' }, ['sign_in', 'source.sign_in_failed']],
    ['an unknown user', { user: 'nobody-there' }, ['sign_in', 'source.sign_in_failed']],
    ['an unknown host', { host: 'no-such-host.invalid' }, ['name', 'source.unreachable']],
    ['a port where nothing listens', { port: 1 }, ['connection', 'source.unreachable']],
    ['a metadata address', { host: '169.254.169.254' }, ['connection', 'source.refused']],
    ['a server without that database', { database: 'mysql' }, ['object', 'source.permission_denied']],
    ['a certificate of an unknown authority', { host: 'localhost', tls: { mode: 'verify' as const } }, ['tls', 'source.tls']],
    ['a number for a host whose name is to be checked', { tls: { mode: 'verify' as const } }, ['tls', 'source.bad_settings']],
  ])('names what is wrong with %s', async (_, more, [part, code]) => {
    const found = await fault(database.with(more))
    expect(found[1]).toBe(code)
    expect(part === 'object' ? ['object', 'permission'] : [part]).toContain(found[0])
  })

  it('finds a table and a column that are gone, and a right that is missing, by its table alone', async () => {
    await expect(readMysql(database.settings, 'gone')).rejects.toMatchObject({
      code: 'source.stream_not_found',
      message: expect.stringContaining('gone') as string,
    })
    await database.run(`create table half (a int, b int); create table none (a int); revoke select on ${database.name}.* from ${database.name}@'%';
      grant select on ${database.name}.t to ${database.name}@'%'; grant select (a) on ${database.name}.half to ${database.name}@'%'`)
    onTestFinished(async () => void (await database.run(`grant select on ${database.name}.* to ${database.name}@'%'`)))
    const { result, landing } = await readMysql(database.settings, 'half')
    await landing.close()
    expect(result.columns.map(({ name }) => name)).toEqual(['a'])
    await expect(readMysql(database.settings, 'none')).rejects.toMatchObject({
      code: 'source.permission_denied',
      message: expect.stringContaining('GRANT SELECT') as string,
    })
    await expect(readMysql(database.settings, 'q', { query: 'select b from half' })).rejects.toMatchObject({
      code: 'source.permission_denied',
    })
  })

  it('reads what else it can on the same connection after a stream that failed', async () => {
    const body = await mysql.load()
    const context = await openReadContext('/')
    const reader = await body.open(database.settings, context)
    onTestFinished(() => reader.close())
    const [stream] = await body.discover(database.settings, context, ['t'])
    if (stream === undefined) throw new Error('no table t')
    const landing = await openLanding()
    onTestFinished(() => landing.close())
    await expect(reader.read(readRequest({ ...stream, name: 'gone' }), context, landing)).rejects.toMatchObject({
      code: 'source.stream_not_found',
    })
    const broken = await openLanding()
    onTestFinished(() => broken.close())
    broken.write = () => Promise.reject(new Error('the disk is full'))
    await expect(reader.read(readRequest(stream), context, broken)).rejects.toThrow('the disk is full')
    expect((await reader.read(readRequest(stream), context, landing)).sourceRows).toBe(10)
  })

  it.each(['select nothing from t', 'select * from nowhere', 'select 1 as a, 2 as a', 'select from'])(
    'says that a query cannot be read: %s',
    async (query) => {
      await expect(readMysql(database.settings, 'q', { query })).rejects.toMatchObject({ code: 'source.bad_query' })
    },
  )

  it('lets no query write, even one that a function hides', async () => {
    await database.run(
      `create function note() returns int deterministic begin insert into t values (99); return 1; end; grant execute on ${database.name}.* to ${database.name}@'%'`,
    )
    await expect(readMysql(database.settings, 'q', { query: 'select note() as n' })).rejects.toMatchObject({ code: 'source.read_only' })
    await expect(readMysql(database.settings, 'q', { query: 'delete from t' })).rejects.toMatchObject({ code: 'source.read_only' })
    expect(await database.run('select count(*) from t where n = 99')).toEqual([['0']])
  })

  it('stops within two seconds when it is cancelled, and so does the server', async () => {
    const stop = new AbortController()
    const reading = readMysql(
      database.settings,
      'q',
      { query: 'select count(*) as n from seq_1_to_1000000000 where sqrt(seq) = 2.5' },
      { context: { signal: stop.signal } },
    )
    // The read itself: the statement that asks for its columns alone (limit 0) is over at once.
    const running = () =>
      database.run(
        `select count(*) from information_schema.processlist where user = '${database.name}' and info like '%seq_1_to%' and info not like '%limit 0'`,
      )
    const until = async (count: string) => {
      await expect.poll(running, { timeout: 20_000, interval: 5 }).toEqual([[count]])
    }
    const ended = reading.catch((error: unknown) => error)
    await until('1')
    const started = performance.now()
    stop.abort()
    expect(await ended).toMatchObject({ code: 'run.cancelled' })
    await until('0')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('ends a statement that takes longer than it may', async () => {
    const error: unknown = await readMysql(database.with({ statementTimeoutSeconds: 0.2 }), 'q', {
      query: 'select count(*) as n from seq_1_to_1000000000 where sqrt(seq) = 2.5',
    }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.timeout' })
  })

  it('notices a connection that is lost in the middle of a table, and lands nothing as a whole', async () => {
    await database.run(
      `create table long_table (n int primary key, v varchar(500)); insert into long_table select seq, repeat('x', 500) from seq_1_to_100000`,
    )
    const landing = await openLanding()
    onTestFinished(() => landing.close())
    let isKilled = false
    const progress = () => {
      if (isKilled) return
      isKilled = true
      void database
        .run(
          `select group_concat(concat('kill ', id) separator ';') from information_schema.processlist where user = '${database.name}' and info like '%long_table%'`,
        )
        .then(([row]) => database.run(row?.[0] ?? 'do 0'))
    }
    const error: unknown = await readMysql(database.settings, 'long_table', {}, { context: { progress } }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'source.unreachable' })
  })

  it.each([
    ['mysql_native_password', `identified via mysql_native_password using password('p')`, 'p'],
    ['mysql_native_password without a password', `identified by ''`, ''],
    [
      'ed25519',
      `identified via ed25519 using password('a much longer password, longer than thirty-two bytes')`,
      'a much longer password, longer than thirty-two bytes',
    ],
  ])('signs in by %s', async (plugin, identified, password) => {
    const user = `u_${database.name.slice(5)}_${plugin.length}`
    await database.run(`create user ${user}@'%' ${identified}; grant select on ${database.name}.* to ${user}@'%'`)
    onTestFinished(async () => void (await database.run(`drop user ${user}@'%'`)))
    const { result, landing } = await readMysql(database.with({ user, password }), 't')
    await landing.close()
    expect(result.sourceRows).toBe(10)
    expect(await fault(database.with({ user, password: 'not this one' }))).toEqual(['sign_in', 'source.sign_in_failed'])
  })

  describe('over TLS', () => {
    const settings = async (more: Partial<MysqlSettings['tls']>) =>
      database.with({
        host: 'localhost',
        tls: { mode: 'verify', ca: await readFile(path.join(database.tlsFolder, 'ca.crt'), 'utf8'), ...more },
      })

    it('checks certificate and name, and says that the connection is encrypted', async () => {
      const parts = await check(await settings({}))
      expect(parts.find(({ part }) => part === 'tls')).toMatchObject({ ok: true, detail: 'The connection is encrypted.' })
      await database.run(`alter user ${database.name}@'%' require ssl`)
      onTestFinished(async () => void (await database.run(`alter user ${database.name}@'%' require none`)))
      const { result, landing } = await readMysql(await settings({}), 't')
      await landing.close()
      expect(result.sourceRows).toBe(10)
      expect(await fault(database.settings)).toEqual(['sign_in', 'source.sign_in_failed'])
    })

    it('refuses a certificate of another name, unless the name is given or not to be checked', async () => {
      expect(await fault(await settings({ serverName: 'other.example' }))).toEqual(['tls', 'source.tls'])
      expect(await fault({ ...(await settings({ serverName: 'localhost' })), host: '127.0.0.1' })).toEqual([undefined, undefined])
      expect(await fault({ ...(await settings({ mode: 'verify_ca' })), host: '127.0.0.1' })).toEqual([undefined, undefined])
    })

    it('refuses a certificate that has expired', async () => {
      const files = ['server.crt', 'server.key'].map((name) => path.join(database.tlsFolder, name))
      for (const file of files) await rename(file, `${file}.kept`)
      makeCertificates(database.tlsFolder, 0)
      await database.run('do sleep(1.1); flush ssl')
      try {
        expect(await fault(await settings({}))).toEqual(['tls', 'source.tls'])
      } finally {
        for (const file of files) await rename(`${file}.kept`, file)
        await database.run('flush ssl')
      }
    })
  })
})

describe('a server that is none', () => {
  it('is given up after the time to connect', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const settings = MysqlSettings.parse({ host: '127.0.0.1', port, database: 'd', user: 'u', connectTimeoutSeconds: 0.3 })
    await expect(readMysql(settings, 't')).rejects.toMatchObject({ code: 'source.timeout' })
  })

  it('is told from one: what speaks HTTP is not signed in to', async () => {
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    onTestFinished(() => void http.close())
    await once(http, 'listening')
    const { port } = http.address() as AddressInfo
    const settings = MysqlSettings.parse({ host: '127.0.0.1', port, database: 'd', user: 'u', connectTimeoutSeconds: 2 })
    await expect(readMysql(settings, 't')).rejects.toMatchObject({ code: expect.stringMatching(/^source\./) as string })
  })
})

describe('what a mysql source says', () => {
  it('leaves out values of rows, and the statement', () => {
    const thrown = Object.assign(new Error('x'), {
      errno: 1292,
      sqlMessage: `Incorrect DATE value: 'secret value'`,
      sql: `select 'secret value'`,
    })
    const error = sourceError(thrown, 'orders cannot be read')
    expect(error.message).toBe('orders cannot be read: Incorrect DATE value (error 1292).')
    expect(JSON.stringify([error, error.cause, String(error.cause)])).not.toContain('secret value')
  })

  it('encrypts and verifies unless the server is on this machine', () => {
    expect(tlsOptions({ host: 'db.example.org', tls: {} })).toMatchObject({ rejectUnauthorized: true, verifyIdentity: true })
    expect(tlsOptions({ host: '127.0.0.1', tls: {} })).toBeNull()
    expect(tlsOptions({ host: 'db.example.org', tls: { mode: 'off' } })).toBeNull()
  })

  // RFC 8032, section 7.1, test 2: its secret key, hashed, is what a password of the same bytes is to MariaDB.
  it('signs as RFC 8032 does', () => {
    const secret = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
    expect(signChallenge(secret, Buffer.from('72', 'hex')).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })
})
