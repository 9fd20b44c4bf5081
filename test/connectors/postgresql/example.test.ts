import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunReport } from '../../../src/contract/runs.ts'
import { atlas, root } from '../../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop
let store: TestDatabase
let home: string

beforeAll(async () => {
  shop = await openShop()
  store = await createTestDatabase()
  home = await mkdtemp(path.join(tmpdir(), 'atlas-test-postgres-example-'))
  await shop.run(await readFile(path.join(root, 'examples/postgres.sql'), 'utf8'))
})
afterAll(async () => {
  await shop.drop()
  await store.drop()
  await rm(home, { recursive: true, force: true })
})

async function run(): Promise<RunReport> {
  const { host, port, database, user, password = '' } = shop.settings
  const env = { PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGUSER: user, PGPASSWORD: password }
  const { stdout, stderr, code } = await atlas(['run', 'examples/postgres.yaml', '--json'], { home, databaseUrl: store.url, env })
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  expect(stdout + stderr).not.toContain(password)
  return JSON.parse(stdout) as RunReport
}

it('postgres.yaml reads two tables of a real Postgres, and then only what changed', async () => {
  const first = await run()
  expect(first).toMatchObject({ status: 'succeeded', sourceRows: 1100, quarantinedRows: 0 })
  const rows = (report: RunReport, name: string) => report.datasets.find((dataset) => dataset.name === name)?.rows
  expect(['chart.shop_customers', 'chart.shop_orders', 'navigate.shop_turnover'].map((name) => rows(first, name))).toEqual([100, 1000, 4])

  expect(await run()).toMatchObject({ status: 'succeeded', sourceRows: 0 })

  await shop.run(`update customers set country = 'FI', updated_at = now() where customer_id = 7; insert into orders values (1001, 7, 9.95)`)
  const third = await run()
  expect(third).toMatchObject({ status: 'succeeded', sourceRows: 2 })
  expect(['chart.shop_customers', 'chart.shop_orders', 'navigate.shop_turnover'].map((name) => rows(third, name))).toEqual([100, 1001, 5])
})
