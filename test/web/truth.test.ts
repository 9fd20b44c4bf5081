import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG } from '../support/long-tests.ts'
import { axe, openPage, startBrowser } from './browser.ts'
import { type BuiltApp, builtApp } from './built-app.ts'
import { type FixtureServer, startFixtureServer } from './fixture-server.ts'

let app: BuiltApp
let server: FixtureServer
let browser: Browser
let page: Page
let close: () => Promise<void>
beforeAll(async () => {
  app = await builtApp()
  server = await startFixtureServer(app.folder)
  browser = await startBrowser()
  const opened = await openPage(browser, server.url)
  page = opened.page
  close = () => opened.context.close()
})
afterAll(async () => {
  await close?.()
  await browser?.close()
  await server?.close()
  await app?.remove()
})

const PAGES = [
  '/',
  '/sources',
  '/sources/new',
  '/sources/new?kind=files&step=streams',
  '/sources/shop',
  '/sources/shop?tab=runs',
  '/sources/shop?tab=changes',
  '/sources/shop?tab=settings',
  '/uploads',
  '/uploads/new?draft=up_x&step=read',
  '/uploads/new?draft=up_x&step=review',
  '/runs',
  '/runs?tab=dead',
  '/runs?tab=timeline',
  '/runs/compare?a=r_done&b=r_failed',
  '/runs/r_done',
  '/runs/r_done?tab=snapshots',
  '/runs/r_done?tab=checks',
  '/runs/r_done?tab=quarantine',
  '/pipelines',
  '/pipelines?tab=graph',
  '/pipelines/customers',
  '/pipelines/customers?tab=runs',
  '/pipelines/customers?tab=versions',
  '/schedules',
  '/alerts',
  '/alerts?tab=history',
  '/alerts?tab=rules',
  '/alerts?tab=channels',
  '/datasets',
  '/datasets/chart.customers',
  '/datasets/chart.customers?tab=schema',
  '/datasets/chart.customers?tab=rows',
  '/datasets/chart.customers?tab=quality',
  '/datasets/chart.customers?tab=history',
  '/quality',
  '/pii',
  '/pii?decision=open&class=DK_CPR&risk=chart.customers',
  '/pii?tab=policy',
]

/** Pages whose states are looked at with axe as well: one of each layout. */
const LOOKED_AT = new Set(['/', '/sources', '/sources/shop', '/runs/r_done', '/datasets/chart.customers?tab=schema', '/pii'])

/** What the content says, without what is no measurement: times, ids and code, the names of fields, and the steps of a wizard. */
async function claims(shown: Page): Promise<{ text: string; good: number }> {
  return shown.evaluate(() => {
    const main = document.querySelector('main')!.cloneNode(true) as HTMLElement
    for (const element of main.querySelectorAll('time, code, h1, h2, [aria-hidden=true], [aria-label^="Steps of"]')) element.remove()
    return { text: main.innerText, good: document.querySelectorAll('main [data-mark=ok], main .text-ok, main .bg-ok-tint').length }
  })
}

async function shows(text: RegExp, shown = page): Promise<void> {
  await shown.waitForFunction((source) => new RegExp(source).test(document.querySelector('main')?.innerText ?? ''), text.source)
}

describe('a page whose every answer', () => {
  const modes = [
    ['fails', 'failed', /Could not load/],
    ['is refused', 'denied', /Your role does not include/],
    ['never comes', 'pending', /./],
  ] as const
  // Each mode has a server and each page a tab of its own: nearly all of the time is spent waiting for what does not come.
  describe.each(modes)('%s', (_, mode, words) => {
    let own: FixtureServer
    let context: BrowserContext
    beforeAll(async () => {
      own = await startFixtureServer(app.folder)
      own.mode = mode
      context = (await openPage(browser, own.url)).context
    })
    afterAll(async () => {
      await context?.close()
      await own?.close()
    })

    it.concurrent.each(LONG || mode === 'failed' ? PAGES : [...LOOKED_AT])('%s shows no digit, no tick and no green', async (path) => {
      const shown = await context.newPage()
      try {
        await shown.goto(own.url + path)
        await shown.locator('h1').waitFor()
        if (mode === 'pending') await shown.locator('[aria-busy=true]').first().waitFor()
        else await shows(words, shown)
        const { text, good } = await claims(shown)
        expect(text).not.toMatch(/\d|✓/)
        expect(good).toBe(0)
        if (LOOKED_AT.has(path)) expect(await axe(shown)).toEqual([])
      } finally {
        await shown.close()
      }
    })
  })
})

describe('a page of which nothing was measured', () => {
  it.each([
    ['/', 'first-use'],
    ['/runs', 'first-use'],
    ['/runs?tab=dead', 'good'],
    ['/datasets', 'first-use'],
    ['/pipelines', 'first-use'],
    ['/pipelines?tab=graph', 'first-use'],
    ['/pipelines/customers?tab=versions', 'first-use'],
    ['/schedules', 'first-use'],
    ['/uploads', 'first-use'],
    ['/sources', 'first-use'],
    ['/sources/shop?tab=runs', 'first-use'],
    ['/sources/shop?tab=changes', 'never-measured'],
    ['/runs/r_done?tab=checks', 'never-measured'],
    ['/runs/r_done?tab=quarantine', 'never-measured'],
    ['/runs/r_done', 'first-use'],
    ['/quality', 'first-use'],
    ['/alerts', 'never-measured'],
    ['/alerts?tab=rules', 'first-use'],
    ['/alerts?tab=channels', 'first-use'],
    ['/pii', 'never-measured'],
    ['/pii?tab=policy', 'first-use'],
  ])('%s says which kind of nothing it is, without a tick', async (path, kind) => {
    server.mode = 'never'
    try {
      await page.goto(server.url + path)
      await page.locator(`[data-empty=${kind}]`).first().waitFor()
      expect(await page.locator('main [data-mark=ok]').count()).toBe(0)
    } finally {
      server.mode = 'ok'
    }
  })

  it('/uploads/new still reads a file whose preview fails, with the draft kept', async () => {
    await page.goto(`${server.url}/uploads/new?draft=up_new&step=read`)
    await page.getByLabel('Separator').waitFor()
    server.mode = 'failed'
    await page.getByLabel('Separator').selectOption(',')
    await shows(/Could not (load|renew) the preview/)
    server.mode = 'ok'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Use what was found' }).waitFor()
  })
})

describe('the live line', () => {
  it('admits within ten seconds that the event stream is gone, and comes back with it', { timeout: 40_000 }, async () => {
    await page.goto(server.url)
    await page.locator('[data-live=live]').waitFor()
    server.cutEvents(true)
    await page.locator('[data-live=paused]').waitFor({ timeout: 10_000 })
    expect(await page.locator('[data-live=paused]').innerText()).toMatch(/Live paused \d\d:\d\d:\d\d, retrying/)
    server.cutEvents(false)
    await page.locator('[data-live=live]').waitFor({ timeout: 20_000 })
  })

  it('keeps the last good figures, dimmed and with the failure, when they cannot be renewed', async () => {
    await page.goto(`${server.url}/datasets`)
    await page.getByRole('grid').waitFor()
    server.mode = 'failed'
    try {
      await page.getByLabel('Search').fill('orders')
      await shows(/Could not (load|renew) the datasets/)
    } finally {
      server.mode = 'ok'
    }
  })
})
