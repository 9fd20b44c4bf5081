import { sql } from 'kysely'
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
  real = await openRealAtlas('sources')
  ;({ atlas, viewer } = real)
  shop = await createTestDatabase({ empty: true })
  await sql`create table customers (id bigint primary key, email text, updated_at timestamptz not null)`.execute(shop.db)
  await sql`insert into customers
    select n, 'customer' || n || '@example.com', timestamptz '2026-11-01' + n * interval '1 minute' from generate_series(1, 250) n`.execute(
    shop.db,
  )
  await sql`create table countries (code text, name text)`.execute(shop.db)
  await sql`insert into countries values ('DK', 'Denmark'), ('SE', 'Sweden')`.execute(shop.db)
  await sql`analyze`.execute(shop.db)
})
afterAll(async () => {
  await shop?.drop()
  await real?.close()
})
afterEach(({ task }) => pictureFailure(viewer.page, 'sources', task.result?.state))

it('takes a database from a connection string to governed tables, and then reads only what changed', { timeout: 240_000 }, async () => {
  const { page, foreign, faults } = viewer
  await real.signIn()
  await page.getByRole('link', { name: 'Sources', exact: true }).click()
  await page.getByText('No source yet').waitFor()
  await page.getByRole('link', { name: /^PostgreSQL/ }).click()

  // A wrong password first: the test says which part fails.
  const address = new URL(shop.url)
  await page.getByLabel('Have a connection string?').fill(shop.url)
  expect(await page.getByLabel('Database').inputValue()).toBe(address.pathname.slice(1))
  await page.getByLabel(/^Database/).fill('no_such_database')
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.getByText('The source cannot be read yet').waitFor({ timeout: 60_000 })
  await page.getByLabel(/^Database/).fill(address.pathname.slice(1))
  await page.getByRole('button', { name: /^Test/ }).click()
  await page.getByText('The source can be read', { exact: true }).waitFor({ timeout: 60_000 })
  expect(await page.locator('[data-part=sign_in][data-ok=true]').count()).toBe(1)
  expect(await axe(page)).toEqual([])

  await page.getByRole('button', { name: 'Choose streams' }).click()
  const streams = page.getByRole('grid', { name: 'Streams to choose from' })
  await streams.waitFor({ timeout: 60_000 })
  await streams
    .getByRole('row', { name: /customers/ })
    .getByRole('button', { name: /Preview/ })
    .click()
  await page.getByRole('dialog').getByText('customer1@example.com').waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Choose how to read' }).click()

  // With a key and a time of change, changes are merged; with neither, all is replaced.
  const customers = page.locator('[data-stream$=customers]')
  expect(await customers.getByLabel('Mode').inputValue()).toBe('merge')
  expect(await customers.getByLabel('Cursor column').inputValue()).toBe('updated_at')
  expect(await page.locator('[data-stream$=countries]').getByLabel('Mode').inputValue()).toBe('replace')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByLabel('Name').fill('shop')
  const password = decodeURIComponent(address.password)
  expect(await page.locator('main').innerText()).not.toContain(password)
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, location.href]))
  expect(kept).toContain(address.pathname.slice(1))
  expect(kept).not.toContain(password)
  await page.getByRole('button', { name: 'Create and read now' }).click()

  await page.waitForURL(/\/runs\/r_/, { timeout: 60_000 })
  await page.getByText('adds up', { exact: true }).waitFor({ timeout: 90_000 })
  const outcome = page.getByRole('grid', { name: 'Streams of the run' })
  await outcome.getByRole('row', { name: /customers.*Read.*250/ }).waitFor()
  expect(await axe(page)).toEqual([])
  await page.getByRole('link', { name: 'chart.customers' }).click()
  await page.getByRole('link', { name: 'Rows', exact: true }).click()
  await page.getByRole('grid', { name: 'Rows' }).waitFor()
  expect(await page.getByRole('grid', { name: 'Rows' }).innerText()).not.toContain('customer1@example.com')

  // One row is changed; the second run reads that one.
  await sql`update customers set email = 'changed@example.com', updated_at = timestamptz '2026-11-20' where id = 7`.execute(shop.db)
  await page.getByRole('link', { name: 'Sources', exact: true }).click()
  const row = page.locator('[data-source=shop]')
  await row.getByText('On time').waitFor()
  await row.getByRole('button', { name: /Run now/ }).click()
  await page.getByRole('link', { name: 'shop', exact: true }).click()
  const parts = page.getByRole('navigation', { name: 'Parts of the source' })
  await parts.getByRole('link', { name: 'Runs' }).click()
  const history = page.getByRole('grid', { name: /Runs of the source/ })
  await history.locator('tbody tr').nth(1).waitFor({ timeout: 60_000 })
  await expect.poll(() => history.locator('tbody tr').first().innerText(), { timeout: 90_000 }).toContain('Succeeded')
  // The changed customer, and both countries again.
  await history
    .locator('tbody tr')
    .first()
    .getByRole('button', { name: /^3 rows read/ })
    .waitFor()

  await parts.getByRole('link', { name: 'Streams' }).click()
  await page
    .locator('[data-stream$=customers]')
    .getByText(/2026-11-(19|20)/)
    .waitFor()
  expect(await axe(page)).toEqual([])
  expect(foreign).toEqual([])
  expect(faults).toEqual([])
})

it('pauses, asks for the secret again when its place changes, and deletes only by name', { timeout: 120_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/sources/shop`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('On time', { exact: true }).waitFor()

  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByText('never shown').first().waitFor()
  await page.getByLabel(/^Host/).fill('localhost.')
  await page.getByRole('button', { name: 'Save settings' }).click()
  await page.getByText('source.secret_needed').waitFor()
  await page.getByRole('textbox', { name: /^Password/ }).fill(decodeURIComponent(new URL(shop.url).password))
  await page.getByRole('button', { name: 'Save settings' }).click()
  await page.getByText('Saved. The next run').waitFor()

  await page.getByRole('button', { name: 'Delete source…' }).click()
  const ask = page.getByRole('alertdialog')
  await ask.getByText('chart.customers').waitFor()
  const remove = ask.getByRole('button', { name: 'Delete shop' })
  expect(await remove.isDisabled()).toBe(true)
  await ask.getByRole('textbox').fill('shop')
  await remove.click()
  await page.getByText('No source yet').waitFor()
  await page.goto(`${atlas.url}/datasets/chart.customers`)
  await page.getByText('rows, exact').waitFor()
})

it('warns before it writes into datasets that something else made, and offers names of its own', { timeout: 120_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/sources/new?kind=postgresql&step=settings`)
  await page.getByLabel('Have a connection string?').fill(shop.url)
  await page.getByRole('button', { name: 'Choose streams' }).click()
  await page.getByRole('button', { name: 'Choose how to read' }).click({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByLabel('Name').fill('again')
  await page.getByText('there already: chart.countries, chart.customers').waitFor()
  await page.getByRole('button', { name: 'Use names that begin with again_' }).click()
  await page.getByText('again_customers').waitFor()
  expect(await page.getByText('there already').count()).toBe(0)
  await page.getByRole('button', { name: 'Create without reading' }).click()
  await page.waitForURL(/\/sources\/again$/)
  await page.getByText('Never run', { exact: true }).waitFor()
  expect(await axe(page)).toEqual([])
})
