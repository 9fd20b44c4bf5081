import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axe } from './browser.ts'
import { openRealAtlas, type RealAtlas } from './real-atlas.ts'

let real: RealAtlas
beforeAll(async () => {
  real = await openRealAtlas('pipelines')
  await real.signIn()
  await real.write('people.csv', 'id,country\n1,DK\n2,SE\n2,NO\n')
  const source = { connector: 'files', settings: { path: join(real.folder, 'people.csv') } } as const
  await real.savePipeline({ name: 'people', source, streams: [{ name: 'people' }] })
}, 120_000)
afterAll(() => real?.close())

const TIMEOUT = { timeout: 120_000 }

it('a schedule is seen ten times before it is saved, and run now leads to its run', TIMEOUT, async () => {
  const { page, atlas } = real
  await page.goto(`${atlas.url}/schedules`)
  await page.getByRole('link', { name: 'Add schedule' }).click()
  const form = page.getByRole('dialog', { name: 'Add a schedule' })
  await form.getByLabel('Pipeline or source').selectOption('people')
  await form.getByLabel('Cron').fill('30 2 * * *')
  await form.getByLabel('Time zone').fill('America/New_York')
  await form.getByLabel('Time zone').blur()
  await form.getByText('Runs every day at 02:30').waitFor()
  expect(await form.getByRole('region', { name: 'The next ten times' }).locator('tbody tr').count()).toBe(10)
  expect(await axe(page)).toEqual([])
  await form.getByRole('button', { name: 'Save schedule' }).click()
  const row = page.getByRole('grid', { name: 'Schedules by pipeline' }).getByRole('row', { name: /people/ })
  await row.getByRole('gridcell', { name: 'every day at 02:30' }).first().waitFor()
  expect(await row.locator('td time').count()).toBe(3)
  await row.getByRole('button', { name: 'Run people now' }).click()
  await row.getByRole('link', { name: 'Started: open run' }).click()
  await page.getByRole('heading', { name: /^Run of people/ }).waitFor()
  await page.waitForFunction(() => document.title.startsWith('Succeeded'))
})

it('a change is planned before it is stored, and is a version that can be taken back', TIMEOUT, async () => {
  const { page, atlas } = real
  await page.goto(`${atlas.url}/pipelines`)
  await page.getByRole('grid', { name: 'Pipelines by name' }).getByRole('link', { name: 'people', exact: true }).click()
  await page.getByRole('link', { name: /^chart\.people/ }).waitFor()
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  const facts = page.getByRole('grid', { name: 'What people makes' })
  expect(await facts.getByRole('row', { name: /^navigate\.people/ }).innerText()).toMatch(/pipeline people\s+chart\.people/)
  await page.getByRole('link', { name: 'Plan', exact: true }).click()
  const text = page.getByLabel('people as YAML')
  await text.fill((await text.inputValue()).replace('- name: people', '- name: people\n    keys: [id]'))
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  const effects = page.getByRole('grid', { name: 'What the next run does because of it' })
  expect(await effects.getByRole('row', { name: /^chart\.people/ }).innerText()).toMatch(/rewritten in full\s+3/)
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Apply as a new version' }).click()
  await page.getByText(/version 2,/).waitFor()
  await page.getByRole('link', { name: 'Versions' }).click()
  const versions = page.getByRole('region', { name: 'Versions of people' })
  expect(await versions.locator('li').filter({ hasText: 'Version 2' }).innerText()).toMatch(
    /streams\.people\.keys[\s\S]*\[\][\s\S]*\["id"\]/,
  )
  await versions.getByRole('button', { name: /Restore… version 1/ }).click()
  await page.getByRole('button', { name: 'Restore as a new version' }).click()
  await versions.getByText('Version 3').waitFor()
  const stored = await real.call<{ version: number; definition: { streams: { keys: string[] }[] } }>('GET', '/pipelines/people')
  expect([stored.version, stored.definition.streams[0]?.keys]).toEqual([3, []])
})

it('a YAML with a mistake is told with its line, and nothing is stored', TIMEOUT, async () => {
  const { page, atlas } = real
  await page.goto(`${atlas.url}/pipelines/people?tab=plan`)
  const text = page.getByLabel('people as YAML')
  await text.fill(`${await text.inputValue()}colour: red\n`)
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByText(/line:\d+ unknown key "colour"/).waitFor()
  expect(await page.getByRole('button', { name: 'Apply as a new version' }).count()).toBe(0)
})

it('what a file holds is read-only with the name of the file, until it is taken out; then it drifts', TIMEOUT, async () => {
  const { page, atlas } = real
  const { definition } = await real.call<{ definition: object }>('GET', '/pipelines/people')
  const files = { pipelines: [{ file: 'pipelines/people.yaml', definition }], commit: '1a2b3c4d', takeOver: true }
  await real.call('POST', '/pipelines/apply', files)
  await page.goto(`${atlas.url}/pipelines/people?tab=plan`)
  await page.getByText(/Read-only here: it stands in pipelines\/people\.yaml at 1a2b3c4/).waitFor()
  await page.getByRole('button', { name: 'Take out of the file…' }).click()
  await page.getByRole('button', { name: 'Take out of the file', exact: true }).click()
  await page.getByText('Read-only here').waitFor({ state: 'detached' })
  await real.call('PUT', '/pipelines/people', { ...definition, description: 'mended by hand' })
  await page.reload()
  const drift = page.getByRole('region', { name: 'Drift' })
  await drift.getByText('mended by hand').waitFor()
  expect(await drift.innerText()).toContain('pipelines/people.yaml')
  expect(await axe(page)).toEqual([])
})
