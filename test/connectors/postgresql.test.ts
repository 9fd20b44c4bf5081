import { afterAll, beforeAll } from 'vitest'
import { postgresql } from '../../src/connectors/postgresql.ts'
import { connectorContract } from '../suites/connector-contract.ts'
import { openShop, type Shop } from './postgresql/shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
  await shop.run(`create table orders (id int primary key, name text, amount numeric(10,2), updated_at timestamptz)`)
  await shop.run(
    `insert into orders select i, 'order ' || i, i * 1.5, timestamptz '2024-01-01' + i * interval '1 min' from generate_series(1, 60) i`,
  )
  // One row that explore cannot hold: it is refused, and counted.
  await shop.run(`insert into orders values (61, 'no amount', 'NaN', '2023-12-31')`)
})
afterAll(() => shop.drop())

connectorContract(postgresql, () =>
  Promise.resolve({
    settings: shop.settings,
    missing: { ...shop.settings, host: '127.0.0.1', port: 1, password: 'geheim-word' },
    rows: 61,
    folder: '/tmp',
    append: { cursor: { column: 'updated_at', nulls: 'raise' as const } },
    secret: shop.settings.password ?? '',
  }),
)
