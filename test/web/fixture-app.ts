import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { startBrowser } from './browser.ts'
import { type BuiltApp, builtApp } from './built-app.ts'
import { type FixtureServer, startFixtureServer } from './fixture-server.ts'

export interface FixtureApp {
  server: FixtureServer
  browser: Browser
}

/** The built app over a server of fixtures, and a browser, for the tests of a file; it is there once their hooks begin. */
export function fixtureApp(): FixtureApp {
  const fixture: Partial<FixtureApp> = {}
  let built: BuiltApp
  beforeAll(async () => {
    built = await builtApp()
    fixture.server = await startFixtureServer(built.folder)
    fixture.browser = await startBrowser()
  })
  afterAll(async () => {
    await fixture.browser?.close()
    await fixture.server?.close()
    await built?.remove()
  })
  return fixture as FixtureApp
}
