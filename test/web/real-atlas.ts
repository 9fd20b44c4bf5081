import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { Run } from '../../src/contract/runs.ts'
import { signInLink } from '../../src/server/sign-in-link.ts'
import { type TestServer, startTestServer } from '../support/platform.ts'
import { type Watched, openPage, startBrowser } from './browser.ts'
import { builtApp } from './built-app.ts'

/** A real Atlas with the built app in a real browser, and a folder of files to bring in. */
export interface RealAtlas {
  atlas: TestServer
  viewer: Watched
  page: Page
  folder: string
  write(file: string, text: string): Promise<void>
  /** Makes the first account by its link, in the browser. */
  signIn(): Promise<void>
  /** Calls the API as the viewer who is signed in. */
  call<T>(method: string, path: string, json?: object): Promise<T>
  savePipeline(definition: PipelineInput): Promise<void>
  /** Runs the one pipeline that is saved, to its end. */
  runSaved(): Promise<Run>
  close(): Promise<void>
}

export async function openRealAtlas(name: string): Promise<RealAtlas> {
  const folder = await mkdtemp(join(tmpdir(), `atlas-web-${name}-`))
  const app = await builtApp()
  const atlas = await startTestServer({ webFolder: app.folder })
  const browser: Browser = await startBrowser()
  const viewer = await openPage(browser, atlas.url)
  const { page } = viewer
  const call = <T>(method: string, path: string, json?: object): Promise<T> =>
    page.evaluate(
      async ([verb, at, body]) => {
        const session = await (await fetch('/api/v1/auth/session')).json()
        const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken }
        const answer = await fetch(at, body === null ? { method: verb } : { method: verb, headers, body })
        if (!answer.ok) throw new Error(await answer.text())
        return answer.json()
      },
      [method, `/api/v1${path}`, json === undefined ? null : JSON.stringify(json)] as const,
    )
  return {
    atlas,
    viewer,
    page,
    folder,
    call,
    write: (file, text) => writeFile(join(folder, file), text),
    signIn: async () => {
      await page.goto(atlas.url + (await signInLink(atlas.platform)))
      await page.getByLabel('E-mail').fill('admin@example.com')
      await page.getByLabel('Name').fill('admin')
      await page.getByLabel('Password').fill('correct horse battery')
      await page.getByRole('button', { name: 'Save password' }).click()
      await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
    },
    savePipeline: async (definition) => void (await call('PUT', `/pipelines/${definition.name}`, definition)),
    runSaved: async () => {
      const [saved] = await call<{ definition: object }[]>('GET', '/pipelines')
      const { id } = await call<Run>('POST', '/runs', { pipeline: saved!.definition, workingFolder: folder })
      const finished = async () => (await call<Run>('GET', `/runs/${id}`)).finishedAt !== null
      await expect.poll(finished, { timeout: 60_000, interval: 200 }).toBe(true)
      return call<Run>('GET', `/runs/${id}`)
    },
    close: async () => {
      await browser.close()
      await atlas.close()
      await app.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Keeps a picture of what stood there when a test failed, for whoever mends it. */
export async function pictureFailure(page: Page, name: string, state: string | undefined): Promise<void> {
  if (state !== 'fail') return
  const shots = new URL('../../test-results/web/', import.meta.url).pathname
  await page.screenshot({ path: `${shots}failed-${name}.png`, fullPage: true })
}
