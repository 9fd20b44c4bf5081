import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axe, COLOUR_RULES, goTo, openPage, settled, startBrowser } from './browser.ts'
import { type BuiltApp, builtApp } from './built-app.ts'
import { type FixtureServer, startFixtureServer } from './fixture-server.ts'
import { pages as allPages } from './pages.ts'

const SHOTS = process.env['ATLAS_SCREENSHOTS'] === '1'
/** Only pages whose name has this in it, while one is being worked on. */
const ONLY = new RegExp(process.env['ATLAS_PAGES'] ?? '')
const pages = allPages.filter(({ name }) => ONLY.test(name))
const shots = new URL('../../test-results/web/', import.meta.url).pathname

type Seen = (typeof pages)[number]

let app: BuiltApp
let server: FixtureServer
let browser: Browser
beforeAll(async () => {
  mkdirSync(shots, { recursive: true })
  app = await builtApp()
  server = await startFixtureServer(app.folder)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await app?.remove()
})

/** What of a page is not as it must be, in the light theme at 1440 px; then the colours of the dark theme, and whether it fits 320 px. */
async function look(page: Page, { title, heading }: Seen): Promise<string[]> {
  const found: string[] = []
  if (!title.test(await page.title())) found.push(`title ${await page.title()}`)
  if (!heading.test(await page.locator('h1').innerText())) found.push(`h1 ${await page.locator('h1').innerText()}`)
  found.push(...(await axe(page)))
  // Only colours differ between the themes.
  await page.emulateMedia({ colorScheme: 'dark' })
  found.push(...(await axe(page, COLOUR_RULES)).map((line) => `dark: ${line}`))
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 320, height: 640 })
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, null, { timeout: 2_000 }).catch(() => undefined)
  if ((await over()) > 0) found.push(`wider than 320 px by ${await over()} px`)
  await page.setViewportSize({ width: 1440, height: 900 })
  return found
}

/** Pages of one part of the app, `/runs` and `/runs/r_done`: the first is loaded, the others are come to within the app. */
const parts = Object.values(Object.groupBy(pages, ({ path }) => path.split(/[/?]/)[1]!)).map((part) => part!)

/** Each part, in the lane that has least to do so far. */
function inLanes(count: number): Seen[][][] {
  const lanes = Array.from({ length: count }, (): Seen[][] => [])
  const length = (lane: Seen[][]) => lane.flat().length
  for (const part of parts.toSorted((a, b) => b.length - a.length)) lanes.toSorted((a, b) => length(a) - length(b))[0]!.push(part)
  return lanes
}

it(
  'every page is accessible and faultless, in both themes and down to 320 px, and asks no other origin',
  { timeout: 300_000 },
  async () => {
    const found: string[] = []
    const foreign: string[] = []
    const walk = async (lane: Seen[][]): Promise<void> => {
      const watched = await openPage(browser, server.url, { theme: 'light', width: 1440 })
      const { page, faults } = watched
      for (const part of lane) {
        for (const [index, seen] of part.entries()) {
          if (index === 0) await page.goto(server.url + seen.path)
          else await goTo(page, seen.path)
          await settled(page)
          found.push(...[...(await look(page, seen)), ...faults.splice(0)].map((line) => `${seen.name}: ${line}`))
        }
      }
      foreign.push(...watched.foreign)
      await watched.context.close()
    }
    await Promise.all(inLanes(2).map(walk))
    expect({ found, foreign }).toEqual({ found: [], foreign: [] })
  },
)

/** `ATLAS_SCREENSHOTS=1` keeps pictures of every page in test-results/web. */
it.runIf(SHOTS).each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 768],
  ['dark', 768],
] as const)('every page is pictured in the %s theme at %i px', { timeout: 180_000 }, async (theme, width) => {
  const { context, page, faults } = await openPage(browser, server.url, { theme, width })
  for (const { name, path } of pages) {
    await page.goto(server.url + path)
    await settled(page)
    await page.screenshot({ path: join(shots, `${name}-${width}-${theme}.png`), fullPage: true })
  }
  expect(faults).toEqual([])
  await context.close()
})
