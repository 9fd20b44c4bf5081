import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../support/platform.ts'
import { type TestDatabase, createTestDatabase } from '../support/postgres.ts'
import { type Watched, axe } from './browser.ts'
import { type RealAtlas, openRealAtlas, pictureFailure } from './real-atlas.ts'

let real: RealAtlas
let atlas: TestServer
let shop: TestDatabase
let viewer: Watched
beforeAll(async () => {
  real = await openRealAtlas('source-streams')
  ;({ atlas, viewer } = real)
  shop = await createTestDatabase({ empty: true })
  await sql`create table orders (id bigint primary key, status text, amount numeric(12,2), updated_at timestamptz not null)`.execute(
    shop.db,
  )
  // 100 orders, one a day from 1 January: amounts 1 to 100, every fourth one open.
  await sql`insert into orders select n, case when n % 4 = 0 then 'open' else 'paid' end, n, timestamptz '2026-01-01 12:00+00' + (n - 1) * interval '1 day'
    from generate_series(1, 100) n`.execute(shop.db)
  await sql`create table countries (code text, name text)`.execute(shop.db)
  await sql`insert into countries values ('DK', 'Denmark'), ('SE', 'Sweden')`.execute(shop.db)
  await sql`analyze`.execute(shop.db)
})
afterAll(async () => {
  await shop?.drop()
  await real?.close()
})
afterEach(({ task }) => pictureFailure(viewer.page, 'source-streams', task.result?.state))

async function ask<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (at) => (await fetch(`/api/v1${at}`)).json() as Promise<T>, path)
}

const history = (page: Page) => ask<{ state: string; sourceRows: number | null; runId: string }[]>(page, '/sources/shop/history')

/** Waits until the source has had that many runs and the newest has ended. */
async function runEnded(page: Page, count: number) {
  const ended = async () => {
    const runs = await history(page)
    return runs.length === count && !['queued', 'running'].includes(runs[0]!.state)
  }
  await expect.poll(ended, { timeout: 120_000, interval: 250 }).toBe(true)
  return (await history(page))[0]!
}

async function rowsOf(page: Page, dataset: string): Promise<(string | null)[][]> {
  const { rows } = await ask<{ rows: (string | null)[][] }>(page, `/datasets/${dataset}/rows?limit=200&offset=0`)
  return rows
}

const part = (page: Page, stream: string) => page.locator(`[data-stream$="${stream}"]`)

it(
  'takes a filter and a query of one’s own on the way to a new source, each looked at before it is kept',
  { timeout: 240_000 },
  async () => {
    const { page, faults } = viewer
    await real.signIn()
    await page.goto(`${atlas.url}/sources/new?kind=postgresql&step=settings`)
    await page.getByLabel('Have a connection string?').fill(shop.url)
    await page.getByRole('button', { name: 'Choose streams' }).click()

    await page.getByRole('grid', { name: 'Streams to choose from' }).waitFor({ timeout: 60_000 })
    await page.getByLabel('Name of a query').fill('orders')
    await page.getByText('There is a stream orders already').waitFor()
    await page.getByLabel('Name of a query').fill('totals')
    await page.getByRole('button', { name: 'Add query' }).click()
    await page.getByText('written in the next step').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Choose how to read' }).click()

    // What is not said yet is named, and nothing goes on.
    await page.getByRole('button', { name: 'Review' }).click()
    await part(page, 'totals').getByText('Write the query.').waitFor()
    await part(page, 'totals').getByLabel('Query in SQL').fill('delete from orders')
    await part(page, 'totals').getByRole('button', { name: 'Show first rows' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('source.read_only').waitFor({ timeout: 60_000 })
    await page.keyboard.press('Escape')
    const totals = 'select status, sum(amount)::numeric(12,2) as total from orders group by status'
    await part(page, 'totals').getByLabel('Query in SQL').fill(totals)
    await part(page, 'totals').getByRole('button', { name: 'Show first rows' }).click()
    await drawer.getByText('1300.00').waitFor({ timeout: 60_000 })
    await page.keyboard.press('Escape')

    const orders = part(page, 'orders')
    await orders.getByText('Advanced').click()
    await orders.getByRole('button', { name: 'Add condition' }).click()
    await orders.getByLabel('Column of condition 1').selectOption('amount')
    await orders.getByLabel('Operator of condition 1').selectOption('gt')
    await orders.getByLabel('Value of condition 1').fill('many')
    await orders.getByText('amount is a number.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Review' }).click()
    await orders.getByText('Rows to read, condition 1: amount is a number.').waitFor()
    await orders.getByLabel('Value of condition 1').fill('90')
    await orders.getByRole('button', { name: 'Add condition' }).click()
    await orders.getByLabel('Column of condition 2').selectOption('status')
    await orders.getByLabel('Operator of condition 2').selectOption('in')
    await orders.getByLabel('Value of condition 2').fill('open\nlost')
    await orders.getByRole('button', { name: 'Show first rows' }).click()
    await drawer.getByText('3 rows as in the source').waitFor({ timeout: 60_000 })
    await page.keyboard.press('Escape')
    expect(await axe(page)).toEqual([])

    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByText('where amount is more than 90 and status is one of open, lost').waitFor()
    await page.getByText('by a query').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('shop')
    await page.getByRole('button', { name: 'Create and read now' }).click()
    await page.waitForURL(/\/runs\/r_/, { timeout: 60_000 })
    // Three orders, two totals and two countries.
    expect(await runEnded(page, 1)).toMatchObject({ state: 'succeeded', sourceRows: 7 })
    expect((await rowsOf(page, 'chart.orders')).map(([id]) => Number(id)).toSorted((a, b) => a - b)).toEqual([92, 96, 100])
    expect((await rowsOf(page, 'chart.totals')).map((row) => row.join()).toSorted()).toEqual(['open,1300.00', 'paid,3750.00'])
    expect(faults).toEqual([])
  },
)

it('changes the streams of a saved source, and the next run reads them so', { timeout: 240_000 }, async () => {
  const { page, faults } = viewer
  await page.goto(`${atlas.url}/sources/shop`)
  await page.getByRole('link', { name: 'Change streams' }).click()
  const streams = page.getByRole('grid', { name: 'Streams to choose from' })
  await streams.waitFor({ timeout: 60_000 })
  await streams.getByLabel(/countries/).uncheck()
  await page.getByRole('button', { name: 'Read totals no more' }).click()
  await page.getByRole('button', { name: 'Choose how to read' }).click()

  // What was saved is shown again; the conditions go, and an end comes.
  const orders = part(page, 'orders')
  expect(await orders.getByLabel('Value of condition 2').inputValue()).toBe('open\nlost')
  await orders.getByRole('button', { name: 'Remove condition 2' }).click()
  await orders.getByRole('button', { name: 'Remove condition 1' }).click()
  await orders.getByText('All rows.').waitFor()
  await orders.getByLabel('Start').fill('2026-03-01')
  await orders.getByLabel('Backfill from').fill('2026-01-01')
  await page.getByRole('button', { name: 'Review' }).click()
  await orders.getByText('A backfill needs both').waitFor()
  await orders.getByLabel('Backfill from').fill('')
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByText('Their datasets stay as they are.').waitFor()
  await page.getByRole('button', { name: 'Save streams' }).click()
  await page.waitForURL(/\/sources\/shop$/)

  const source = await ask<{ streams: object[]; settings: { password: string } }>(page, '/sources/shop')
  expect(source.streams).toMatchObject([{ name: 'orders', mode: 'merge', cursor: { column: 'updated_at', start: '2026-03-01' } }])
  expect(source.streams[0]).not.toHaveProperty('where')
  await page.getByRole('button', { name: 'Read all again of orders' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Read all again' }).click()
  // 1 March is the 60th day of the year: 41 of 100 orders are left.
  expect(await runEnded(page, 2)).toMatchObject({ state: 'succeeded', sourceRows: 41 })
  expect(await rowsOf(page, 'chart.orders')).toHaveLength(41)
  expect(faults).toEqual([])
})

it('fills a span back once, and leaves how far the stream is as it was', { timeout: 240_000 }, async () => {
  const { page, faults } = viewer
  const reached = async () => (await ask<{ cursorValue: string }[]>(page, '/sources/shop/streams'))[0]!.cursorValue
  await page.goto(`${atlas.url}/sources/shop`)
  const before = await reached()
  await page.getByRole('button', { name: 'Backfill… of orders' }).click()
  const dialog = page.getByRole('dialog', { name: 'Backfill orders' })
  await dialog.getByRole('button', { name: 'Read this span' }).click()
  expect(await dialog.getByText('Give a value of the cursor.').count()).toBe(2)
  await dialog.getByLabel('From').fill('2026-01-01')
  await dialog.getByLabel('To', { exact: true }).fill('2026-01-11')
  expect(await axe(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Read this span' }).click()
  await dialog.waitFor({ state: 'detached' })
  // The first ten days, which the start had left out.
  expect(await runEnded(page, 3)).toMatchObject({ state: 'succeeded', sourceRows: 10 })
  expect(await rowsOf(page, 'chart.orders')).toHaveLength(51)
  expect(await reached()).toBe(before)
  expect(faults).toEqual([])
})
