import { existsSync } from 'node:fs'
import axeCore from 'axe-core'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The system's Chromium; `CHROMIUM_PATH` names another. */
export function chromiumPath(): string {
  const found = process.env['CHROMIUM_PATH'] ?? CHROMIUM.find((path) => existsSync(path))
  if (found === undefined)
    throw new Error('Browser tests need Chromium: on Debian `apt-get install chromium`, elsewhere set CHROMIUM_PATH.')
  return found
}

/** Starts Chromium without what it does by itself over the network. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export interface Watched {
  context: BrowserContext
  page: Page
  /** Addresses outside the page's own origin that were asked for. */
  foreign: string[]
  /** Errors in the page: exceptions, CSP violations, console errors that are not a failed API answer. */
  faults: string[]
}

/** A page that records what should never happen. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: { theme?: 'light' | 'dark'; width?: number; height?: number; timezone?: string; locale?: string } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    locale: options.locale ?? 'en-GB',
    timezoneId: options.timezone ?? 'Europe/Copenhagen',
    reducedMotion: 'reduce',
    bypassCSP: false,
  })
  const page = await context.newPage()
  const foreign: string[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:')) foreign.push(request.url())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  return { context, page, foreign, faults }
}

/** The page has its heading, and no part of it is still on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .skeleton') === null && document.fonts.status === 'loaded')
  await page.locator('[data-live=live]').waitFor()
}

/** Goes to another place of the app without loading it anew, as a link of the app does, and waits until it is there. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState({}, '', to), path)
  // The name under which the router keeps itself for its own tools.
  await page.waitForFunction((to) => {
    const { state } = (globalThis as unknown as { __TSR_ROUTER__: { state: { status: string; resolvedLocation?: { href: string } } } })
      .__TSR_ROUTER__
    const at = state.resolvedLocation?.href
    return state.status === 'idle' && at !== undefined && decodeURIComponent(at) === decodeURIComponent(to)
  }, path)
}

const ALL_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What a theme can break. */
export const COLOUR_RULES = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** Runs axe (WCAG 2.2 A and AA, and best practices, unless told) and returns each violation as one line. */
export async function axe(page: Page, rules: string[] | typeof COLOUR_RULES = ALL_RULES): Promise<string[]> {
  // What is being fetched anew is dimmed for a moment, on purpose.
  await page.waitForFunction(() => document.querySelector('.opacity-60[aria-busy="true"]') === null)
  // Evaluated over the debugger, which the page's CSP does not bind.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source)
  return page.evaluate(async (runOnly) => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> }
    }
    const { violations } = await run.run({ runOnly, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    )
  }, rules)
}
