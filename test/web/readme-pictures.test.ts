import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Run } from '../../src/contract/runs.ts'
import { signInLink } from '../../src/server/sign-in-link.ts'
import { startTestServer } from '../support/platform.ts'
import { type TestDatabase, createTestDatabase } from '../support/postgres.ts'
import { openPage, startBrowser } from './browser.ts'
import { builtApp } from './built-app.ts'

/** `ATLAS_PICTURES=1` takes the pictures of README and docs anew. */
const PICTURES = process.env['ATLAS_PICTURES'] === '1'
const home = new URL('../../', import.meta.url).pathname
const images = join(home, 'docs/images')

const stream = (name: string, part: object = {}) => ({ streams: [{ name, ...part }] })
const files = (name: string) => ({ name, source: { connector: 'files', settings: { path: `${name}.csv` } } })
const SMALL: Record<string, string> = {
  'visits.csv': 'visit,at,pages\n1,2026-11-20,4\n2,2026-11-20,1\n3,2026-11-21,7\n',
  'payments.csv': 'payment,amount\n1,120.50\n2,-80.00\n3,12.00\n4,99.95\n',
}
/** A pipeline that goes well, one that a check blocks, and one whose file is not there. */
const MADE = [
  { state: 'succeeded', ...files('visits'), ...stream('visits') },
  {
    state: 'blocked',
    ...files('payments'),
    ...stream('payments', { checks: [{ check: 'range', options: { column: 'amount', min: 0 }, blocking: true }] }),
  },
  { state: 'failed', ...files('suppliers'), ...stream('suppliers') },
]

/** Calls the API as the viewer who is signed in. */
async function call<T>(page: Page, path: string, json?: object): Promise<T> {
  return page.evaluate(
    async ([at, body]) => {
      const session = await (await fetch('/api/v1/auth/session')).json()
      const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken }
      const answer = await fetch(at, body === null ? {} : { method: 'POST', headers, body })
      return answer.json()
    },
    [`/api/v1${path}`, json === undefined ? null : JSON.stringify(json)] as const,
  )
}

/** Runs a pipeline to its end, which has to be the one that is told: pictures show what they are meant to show. */
async function runToEnd(page: Page, pipeline: unknown, workingFolder: string, state: string): Promise<string> {
  const { id } = await call<Run>(page, '/runs', { pipeline, workingFolder })
  const finished = async () => (await call<Run>(page, `/runs/${id}`)).finishedAt !== null
  await expect.poll(finished, { timeout: 60_000, interval: 200 }).toBe(true)
  expect(await call<Run>(page, `/runs/${id}`)).toMatchObject({ state })
  return id
}

/** Reads a source, to its end. */
async function syncToEnd(page: Page, name: string): Promise<void> {
  const { id } = await call<Run>(page, `/sources/${name}/sync`, {})
  const finished = async () => (await call<Run>(page, `/runs/${id}`)).finishedAt !== null
  await expect.poll(finished, { timeout: 60_000, interval: 200 }).toBe(true)
  expect(await call<Run>(page, `/runs/${id}`)).toMatchObject({ state: 'succeeded', error: null })
}

const STREAMS = [
  { name: 'orders', dataset: 'shop_orders', mode: 'merge', cursor: { column: 'updated_at' } },
  { name: 'events', dataset: 'shop_events', mode: 'append', cursor: { column: 'happened_at' } },
  { name: 'countries', dataset: 'shop_countries', mode: 'replace' },
]
/** What happens in the shop before each reading. */
const CHANGES = [
  sql`select 1`,
  sql`update orders set amount = amount + 1, updated_at = timestamptz '2026-11-22 09:30+01' where id % 500 = 0`,
  sql`insert into events select n, timestamptz '2026-11-22 10:00+01' + n * interval '1 second' from generate_series(12001, 12400) n`,
]

/** Tables of a web shop, and the settings to read them with. */
async function makeShop(shop: TestDatabase): Promise<Record<string, unknown>> {
  await sql`create table orders as select n::bigint id, (n % 97) * 13.25::numeric(12,2) amount, 'customer' || n || '@example.com' email,
    timestamptz '2026-11-01 08:00+01' + n * interval '1 minute' updated_at from generate_series(1, 24000) n`.execute(shop.db)
  await sql`alter table orders add primary key (id)`.execute(shop.db)
  await sql`create table events as select n::bigint id, timestamptz '2026-11-20 08:00+01' + n * interval '1 second' happened_at
    from generate_series(1, 12000) n`.execute(shop.db)
  await sql`create table countries (code text primary key, name text)`.execute(shop.db)
  await sql`insert into countries values ('DK', 'Denmark'), ('NO', 'Norway'), ('SE', 'Sweden')`.execute(shop.db)
  const url = new URL(shop.url)
  const told = { user: url.username, password: url.password, database: url.pathname.slice(1) }
  const host = url.searchParams.get('host') ?? url.hostname
  const texts = Object.fromEntries(Object.entries(told).map(([key, text]) => [key, decodeURIComponent(text)]))
  return { ...texts, host, ...(url.port === '' ? {} : { port: Number(url.port) }) }
}

/** The whole page as it stands, however long. */
async function picture(page: Page, path: string, file: string): Promise<void> {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(path)
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .skeleton') === null && document.fonts.status === 'loaded')
  await page.locator('[data-live=live]').waitFor()
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width: 1440, height })
  await page.screenshot({ path: join(images, file) })
}

it.runIf(PICTURES)('takes the pictures of README from real runs', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-pictures-'))
  for (const [name, text] of Object.entries(SMALL)) await writeFile(join(folder, name), text)
  await mkdir(images, { recursive: true })
  const app = await builtApp()
  const atlas = await startTestServer({ webFolder: app.folder }, { timeZone: 'Europe/Copenhagen', environment: 'example' })
  const shop = await createTestDatabase({ empty: true })
  const browser = await startBrowser()
  try {
    const example = async (name: string): Promise<unknown> => parse(await readFile(join(home, `examples/${name}.yaml`), 'utf8'))
    const { page } = await openPage(browser, atlas.url)
    await page.goto(atlas.url + (await signInLink(atlas.platform)))
    await page.getByLabel('E-mail').fill('admin@example.com')
    await page.getByLabel('Name').fill('admin')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Save password' }).click()
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
    for (const { state, ...pipeline } of MADE) await runToEnd(page, pipeline, folder, state)
    await runToEnd(page, await example('orders'), join(home, 'examples'), 'succeeded')
    const customers = await runToEnd(page, await example('customers'), join(home, 'examples'), 'succeeded')
    const source = await call<{ name: string }>(page, '/sources', {
      name: 'shop',
      connector: 'postgresql',
      description: 'Orders of the web shop',
      settings: await makeShop(shop),
      streams: STREAMS,
    })
    expect(source).toMatchObject({ name: 'shop' })
    for (const change of CHANGES) {
      await change.execute(shop.db)
      await syncToEnd(page, 'shop')
    }
    await picture(page, atlas.url, 'dashboard.png')
    await picture(page, `${atlas.url}/sources/shop`, 'source.png')
    await picture(page, `${atlas.url}/runs/${customers}`, 'run.png')
    await picture(page, `${atlas.url}/quality`, 'quality.png')
    await picture(page, `${atlas.url}/pii?layer=chart`, 'pii.png')
  } finally {
    await browser.close()
    await atlas.close()
    await shop.drop()
    await app.remove()
    await rm(folder, { recursive: true, force: true })
  }
})
