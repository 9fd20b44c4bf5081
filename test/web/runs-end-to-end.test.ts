import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { Run } from '../../src/contract/runs.ts'
import { axe } from './browser.ts'
import { type RealAtlas, openRealAtlas, pictureFailure } from './real-atlas.ts'

let real: RealAtlas
let feed: Server
let isMended = false
beforeAll(async () => {
  real = await openRealAtlas('runs')
  feed = createServer((_request, response) => {
    if (isMended) response.writeHead(200, { 'content-type': 'text/csv' }).end('id,amount\n1,2.50\n2,7.25\n')
    else response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await real?.close()
  feed?.close()
})
afterEach(({ task }) => pictureFailure(real.viewer.page, 'runs', task.result?.state))

const pipeline = (name: string, attempts: number): PipelineInput => ({
  name,
  source: { connector: 'files', settings: { path: `http://127.0.0.1:${(feed.address() as AddressInfo).port}/${name}.csv` } },
  streams: [{ name }],
  retries: { attempts, first: '1h', longest: '1h' },
})

it('tells why a run waits, begins it at once when its source is mended, and does again what gave up', { timeout: 240_000 }, async () => {
  const { page, foreign, faults } = real.viewer
  await real.signIn()
  await real.savePipeline(pipeline('feed', 3))
  const run = await real.call<Run>('POST', '/runs', { pipelineName: 'feed' })
  await page.goto(`${real.atlas.url}/runs/${run.id}`)
  const story = page.getByRole('region', { name: 'Story' })
  await story.getByText(/Waits to be tried again/).waitFor({ timeout: 90_000 })
  await story.getByText(/Attempt 1 on .* failed after/).waitFor()
  await story.getByText(/1 of at most 3 attempts failed/).waitFor()
  expect(await axe(page)).toEqual([])

  isMended = true
  await page.getByRole('button', { name: 'Retry now' }).click()
  await page.getByText('adds up', { exact: true }).waitFor({ timeout: 90_000 })
  await story.getByText(/Attempt 2 on .* succeeded/).waitFor()
  await page.getByRole('link', { name: 'Inputs and outputs' }).click()
  await page
    .getByRole('grid', { name: 'Snapshots read and published' })
    .getByRole('row', { name: /chart\.feed/ })
    .waitFor()

  isMended = false
  await real.savePipeline(pipeline('other', 1))
  const dead = await real.call<Run>('POST', '/runs', { pipelineName: 'other' })
  await expect.poll(async () => (await real.call<Run>('GET', `/runs/${dead.id}`)).state, { timeout: 90_000, interval: 300 }).toBe('failed')
  await page.goto(`${real.atlas.url}/runs?tab=dead`)
  const row = page.locator(`tr[data-run="${dead.id}"]`)
  await row.waitFor()
  isMended = true
  await row.getByRole('button', { name: /^Retry/ }).click()
  await page.getByText(/No run waits for somebody/).waitFor({ timeout: 30_000 })
  await page.goto(`${real.atlas.url}/runs/${dead.id}`)
  await story.getByText(/Done again by run/).waitFor()

  // The list is searched on the server, and two of its runs are laid side by side.
  await page.goto(`${real.atlas.url}/runs`)
  await page.getByLabel('Search').fill('othe')
  await page.waitForURL(/q=othe/)
  const list = page.getByRole('grid', { name: 'Runs, newest first' })
  await expect.poll(() => list.locator('tbody tr').count(), { timeout: 30_000 }).toBe(2)
  for (const box of await list.locator('tbody').getByRole('checkbox').all()) await box.check()
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('heading', { name: 'Compare runs' }).waitFor()
  await page.getByRole('grid', { name: 'Figures of both runs' }).getByText(dead.id.slice(-4)).first().waitFor()
  expect(await axe(page)).toEqual([])
  expect([foreign, faults]).toEqual([[], []])
})
