import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunReport } from '../src/contract/runs.ts'
import { atlas } from './support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from './support/postgres.ts'

/** One home for all examples, as after the README's tour; in it each command is a process of its own. */
let database: TestDatabase
let folder: string

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-test-examples-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function run(file: string, cwd?: string): Promise<RunReport> {
  const { stdout, stderr, code } = await atlas(['run', file, '--json'], { home: path.join(folder, 'home'), databaseUrl: database.url, cwd })
  expect({ code, fault: stderr.includes('fault of Atlas') }).toEqual({ code: 0, fault: false })
  return JSON.parse(stdout) as RunReport
}

async function ask(query: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await atlas(['sql', query, '--json'], { home: path.join(folder, 'home'), databaseUrl: database.url })
  const lines = stdout.trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

it('customers.yaml refuses the broken lines and dates, keeps the later of a double, and protects what the policy names', async () => {
  const report = await run('examples/customers.yaml')
  // scripts/examples/customers.ts: 200 customers, one of them twice, and two lines with a wrong number of cells; three dates are none.
  expect(report).toMatchObject({ status: 'succeeded', sourceRows: 203, publishedRows: 197, quarantinedRows: 5, deduplicatedRows: 1 })
  const columns = report.datasets.find(({ name }) => name === 'chart.customers')?.columns ?? []
  const actions = Object.fromEntries(columns.map(({ name, pii, action }) => [name, [pii, action]]))
  expect(actions).toMatchObject({
    email: ['EMAIL_ADDRESS', 'hash'],
    phone: ['PHONE_NUMBER', 'mask'],
    cpr: ['DK_CPR', 'redact'],
    country: [null, null],
  })
  const [found] = await ask(`
    select count(*) filter (email like '%@%' or note like '%@%' or regexp_matches(cpr, '[0-9]{6}')) as leaked,
      max(city) filter (customer_id = '1031') as later_city, (select sum(customers) from navigate.customers_by_country) as counted
    from chart.customers`)
  expect(found).toEqual({ leaked: 0, later_city: 'Svendborg', counted: 197 })
})

it('customers.csv needs no pipeline', async () => {
  const report = await run('examples/customers.csv')
  expect(report).toMatchObject({ status: 'succeeded', sourceRows: 203, quarantinedRows: 2 })
  expect(report.datasets.map(({ name }) => name).sort()).toEqual(['chart.customers', 'explore.customers', 'navigate.customers'])
})

it('orders.yaml reads a Danish export exactly: leading zeros, æøå, decimal comma, day-first dates', async () => {
  const report = await run('examples/orders.yaml')
  expect(report).toMatchObject({ status: 'succeeded', sourceRows: 300, publishedRows: 300, quarantinedRows: 0 })
  // The first line of the file: 000001;1153;25-03-2023;Sengetæppe;12;8.272,12;;Ring på hos naboen
  const [first] = await ask(`
    select order_number, order_date::varchar d, product, quantity, amount_dkk::varchar a, card_number,
      (select string_agg(distinct regexp_replace(card_number, '[^0-9]', '', 'g'), ' ') from chart.orders) as seen_of_cards
    from chart.orders where order_number = '000001'`)
  expect(first).toMatchObject({
    order_number: '000001',
    d: '2023-03-25',
    product: 'Sengetæppe',
    quantity: 12,
    a: '8272.12',
    card_number: null,
  })
  expect(String(first?.['seen_of_cards']).split(' ').sort()).toEqual(['0002', '1111', '4444'])
})

it('a transform in transforms/ beside the pipeline is built with it', async () => {
  const cwd = path.join(folder, 'project')
  await mkdir(path.join(cwd, 'transforms'), { recursive: true })
  for (const file of ['customers.csv', 'customers.yaml']) await copyFile(`examples/${file}`, path.join(cwd, file))
  await writeFile(path.join(cwd, 'transforms/danes.sql'), "select customer_id from chart.customers where country = 'DK'\n")
  const report = await run('customers.yaml', cwd)
  expect(report.datasets.map(({ name }) => name)).toContain('navigate.danes')
})

it('shop/ is applied as it stands, has nothing to do the second time, and its pipeline and transform run', async () => {
  const options = { home: path.join(folder, 'home'), databaseUrl: database.url }
  const applied = await atlas(['apply', 'examples/shop', '--yes'], options)
  expect(applied.stdout, applied.stderr).toContain('Applied 6 changes.')
  expect((await atlas(['apply', 'examples/shop', '--yes'], options)).stdout).toContain('Nothing to do: 6 things are as the files say.')
  const listed = await atlas(['schedule', 'list', '--json'], options)
  const [schedule] = JSON.parse(listed.stdout) as { id: string; words: string }[]
  expect(schedule?.words).toBe('weekdays at 06:30')
  const ran = await atlas(['schedule', 'run', schedule?.id ?? '', '--json'], options)
  const { status, datasets } = JSON.parse(ran.stdout) as RunReport
  expect(status, ran.stderr).toBe('succeeded')
  const rows = new Map(datasets.map(({ name, rows: count }) => [name, count]))
  expect(rows.has('navigate.shop_turnover')).toBe(true)
  const [turnover] = await ask('select count(*) as customers, sum(orders) as orders from navigate.shop_turnover')
  expect([Number(turnover?.['customers']), Number(turnover?.['orders'])]).toEqual([
    rows.get('navigate.shop_turnover'),
    rows.get('chart.shop_orders'),
  ])
})
