import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Schedule } from '../../src/contract/schedules.ts'
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

it('a schedule is changed, paused, backfilled and deleted by keyboard alone', TIMEOUT, async () => {
  const { page, atlas } = real
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  /** Goes along a row to what is called so, as arrow keys do. */
  const along = async (key: 'ArrowLeft' | 'ArrowRight', name: RegExp) => {
    for (let step = 0; step < 8 && !name.test(await focused()); step++) await page.keyboard.press(key)
    expect(await focused()).toMatch(name)
  }
  const stored = async () => (await real.call<Schedule[]>('GET', '/schedules'))[0]
  await page.goto(`${atlas.url}/schedules`)
  const row = page.getByRole('grid', { name: 'Schedules by pipeline' }).getByRole('row', { name: /people/ })
  await row.getByRole('link', { name: 'people', exact: true }).focus()
  await along('ArrowRight', /^Change people/)
  await page.keyboard.press('Enter')

  const form = page.getByRole('dialog', { name: 'Schedule of people' })
  await form.waitFor()
  expect(await form.getByLabel('Pipeline or source').evaluate((field) => field === document.activeElement)).toBe(true)
  await form.getByLabel('Cron').focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('0 0 30 2 *')
  await page.keyboard.press('Tab')
  await form.getByRole('alert').filter({ hasText: '0 0 30 2 *' }).waitFor()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('15 3 * * *')
  await page.keyboard.press('Tab')
  await form.getByText('Runs every day at 03:15').waitFor()
  await form.getByLabel('Spread, in seconds').focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Enter')
  await form.getByText('Write a whole number from 0 to 3,600.').waitFor()
  expect((await stored())?.timing).toMatchObject({ cron: '30 2 * * *' })
  await page.keyboard.type('30')
  await page.keyboard.press('Enter')
  await form.waitFor({ state: 'detached' })
  expect(await stored()).toMatchObject({ timing: { cron: '15 3 * * *' }, jitterSeconds: 30 })
  expect(await focused()).toMatch(/^Change people/)

  await along('ArrowLeft', /^On: people/)
  await page.keyboard.press('Space')
  await row.getByText('paused', { exact: true }).waitFor()
  expect((await stored())?.paused).toBe(true)
  await page.keyboard.press('Space')
  await row.getByRole('switch', { name: /^On/ }).waitFor()

  await along('ArrowLeft', /^Backfill people/)
  await page.keyboard.press('Enter')
  const filling = page.getByRole('dialog', { name: 'Backfill people' })
  const from = filling.getByLabel('From')
  expect(await from.evaluate((field) => field === document.activeElement)).toBe(true)
  const to = await filling.getByLabel('To').inputValue()
  await from.fill(new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10))
  await page.keyboard.press('Enter')
  await filling.getByRole('region', { name: 'What it would run' }).getByText('times would run').waitFor()
  expect(await axe(page)).toEqual([])
  await filling.getByRole('button', { name: 'Plan', exact: true }).focus()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Begin backfill')
  await page.keyboard.press('Enter')
  await filling.getByRole('status').getByText('It has begun').waitFor()
  await page.keyboard.press('Escape')
  expect(await focused()).toMatch(/^Backfill people/)
  // What it would start waits for the scheduler, which only `atlas start` runs.
  const backfill = page.getByRole('grid', { name: 'Backfills, newest first' }).getByRole('row', { name: /^people/ })
  await backfill.getByText('Running', { exact: true }).waitFor()
  await backfill.getByRole('button', { name: 'Cancel the backfill of people' }).press('Enter')
  await backfill.getByText('Cancelled', { exact: true }).waitFor()

  await row.getByRole('link', { name: 'people', exact: true }).focus()
  await along('ArrowRight', /^Delete people/)
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Delete the schedule of people?' })
  expect(await focused()).toBe('Close')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Delete schedule')
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })
  await page.getByText(/^No schedule yet/).waitFor()
  // What was pressed is gone: the focus is at the heading, not lost.
  expect(await focused()).toBe('Schedules')
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
