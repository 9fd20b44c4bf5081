import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysql } from '../../src/connectors/mysql.ts'
import { MysqlSettings } from '../../src/connectors/mysql/settings.ts'
import { connectorContract } from '../suites/connector-contract.ts'
import { createMariadbDatabase, describeMariadb, type MariadbDatabase } from '../support/mariadb.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describeMariadb('over a real MariaDB', () => {
  let database: MariadbDatabase
  beforeAll(async () => {
    database = await createMariadbDatabase()
    await database.run(`
      create table orders (id int primary key auto_increment, placed date not null, amount decimal(10,2), changed_at datetime(6) not null);
      insert into orders (placed, amount, changed_at) values ('2024-01-01', 1.10, '2024-01-01 10:00:00.000001'), ('2024-01-02', null, '2024-01-01 10:00:00.000002'),
        ('0000-00-00', 3.30, '2024-01-01 10:00:00.000002')`)
  })
  afterAll(() => database.drop())

  connectorContract(mysql, async () => ({
    settings: database.settings,
    missing: database.with({ password: 'not-the-password' }),
    rows: 3,
    folder: await temporaryFolder({}),
    append: { cursor: { column: 'changed_at', nulls: 'raise' } },
    secret: database.settings.password,
  }))
})

describe('the settings of mysql', () => {
  it.each([
    {},
    { host: 'h', user: 'u' },
    { host: 'h', database: 'd', user: 'u', port: 0 },
    { host: 'h', database: 'd', user: 'u', connections: 9 },
  ])('refuse %j', (settings) => {
    expect(MysqlSettings.safeParse(settings).success).toBe(false)
  })

  it('need no more than host, database and user', () => {
    expect(MysqlSettings.parse({ host: 'h', database: 'd', user: 'u' })).toMatchObject({
      port: 3306,
      password: '',
      connections: 1,
      tls: {},
    })
  })
})
