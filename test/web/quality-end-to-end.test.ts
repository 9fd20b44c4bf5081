import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { axe } from './browser.ts'
import { type RealAtlas, openRealAtlas, pictureFailure } from './real-atlas.ts'

/** 200 orders: two with an amount below zero, one whose amount is no number. */
const lines = Array.from({ length: 200 }, (_, index) => {
  const amount = index === 40 ? '-12.50' : index === 41 ? '-0.01' : index === 42 ? '12;50' : `${index}.25`
  return `${index + 1},${amount},${index % 2 === 0 ? 'DK' : 'SE'}`
})

let real: RealAtlas
beforeAll(async () => {
  real = await openRealAtlas('quality')
  await real.write('orders.csv', `order_id,amount,country\n${lines.join('\n')}\n`)
})
afterAll(() => real?.close())
afterEach(({ task }) => pictureFailure(real.page, 'quality', task.result?.state))

it('an analyst makes a rule, tries it, and sees what breaks it after the next run', { timeout: 240_000 }, async () => {
  const { page, viewer } = real
  await real.signIn()
  await page.getByRole('link', { name: 'Quality', exact: true }).click()
  await page.locator('[data-empty=first-use]').first().waitFor()
  await real.savePipeline({
    name: 'orders',
    source: { connector: 'files', settings: { path: join(real.folder, 'orders.csv') } },
    streams: [{ name: 'orders', columns: { amount: { type: 'decimal(9,2)' } } }],
  })
  expect(await real.runSaved()).toMatchObject({ state: 'succeeded', publishedRows: 199, quarantinedRows: 1 })

  // Nobody declared a rule yet, and the page says so.
  await page.reload()
  const scorecard = page.getByRole('grid', { name: 'Scorecard' })
  await scorecard.getByRole('link', { name: 'chart.orders' }).click()
  await page.getByText('Nobody has declared a rule for this dataset').waitFor()

  await page.getByRole('button', { name: 'New rule' }).click()
  const editor = page.getByRole('dialog', { name: 'New rule for chart.orders' })
  await editor.getByLabel('Check').selectOption('range')
  await editor.getByLabel('Column').selectOption('amount')
  await editor.getByLabel('Smallest value').fill('0')
  await editor.getByLabel('Id').fill('amount-is-positive')
  expect(await axe(page)).toEqual([])
  await editor.getByRole('button', { name: 'Test on the published snapshot' }).click()
  await editor.getByText('2 of 199 rows break it').waitFor()
  await editor.getByRole('grid', { name: 'First rows that break it' }).getByText('-12.50').waitFor()
  await editor.getByRole('button', { name: 'Save rule' }).click()
  await editor.waitFor({ state: 'detached' })
  const rules = page.getByRole('grid', { name: 'Rules' })
  await rules.getByText('From the next run').waitFor()

  expect(await real.runSaved()).toMatchObject({ state: 'succeeded' })
  await page.reload()
  await rules.getByText('Failed', { exact: true }).waitFor()
  await rules.getByRole('link', { name: 'amount-is-positive' }).click()
  const drawer = page.getByRole('dialog', { name: 'amount-is-positive' })
  await drawer.getByText('2 of 199 rows break it').waitFor()
  await drawer.getByRole('grid', { name: 'Rows that break amount-is-positive' }).getByText('-0.01').waitFor()
  await drawer.getByText('Last: 1.1%; too few points to expect anything.').waitFor()
  expect(await axe(page)).toEqual([])

  // A change is a version; turned off, no run measures it.
  await drawer.getByRole('button', { name: 'Turn off' }).click()
  await drawer.getByText('turned off: no run measures it').waitFor()
  await drawer.getByRole('button', { name: 'Turn on' }).click()
  await drawer.getByText('Versions').click()
  await drawer.getByText('Version 3', { exact: true }).waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Quality', exact: true }).first().click()
  await page.getByRole('grid', { name: 'Scorecard' }).getByText('held down by amount-is-positive').first().waitFor()
  expect(viewer.faults).toEqual([])
  expect(viewer.foreign).toEqual([])
})

it('a refused row is mended, looked at before and after, and goes back through the pipeline', { timeout: 240_000 }, async () => {
  const { page, viewer } = real
  await page.goto(`${real.atlas.url}/datasets/chart.orders?tab=quarantine&state=open`)
  const rows = page.getByRole('grid', { name: 'Quarantined rows' })
  await rows.getByText('12;50').first().waitFor()
  await rows.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'Fix and replay' }).click()
  const form = page.getByRole('dialog', { name: 'Fix and replay 1 chosen' })
  await form.getByLabel('amount', { exact: true }).fill('12.50')
  await form.getByRole('button', { name: 'Show before and after' }).click()
  await form.getByRole('grid', { name: 'Rows before and after' }).getByText('12.50', { exact: true }).waitFor()
  expect(await axe(page)).toEqual([])
  await form.getByRole('button', { name: 'Replay', exact: true }).click()
  const sent = page.getByRole('dialog', { name: 'On its way' })
  const link = await sent.getByRole('link', { name: 'a run of its own' }).getAttribute('href')
  const runId = decodeURIComponent(link!.slice('/runs/'.length))
  const state = async () => (await real.call<{ state: string }>('GET', `/runs/${runId}`)).state
  await expect.poll(state, { timeout: 60_000, interval: 200 }).toBe('succeeded')
  const { rows: now } = await real.call<{ rows: number }>('GET', '/datasets/chart.orders')
  expect(now).toBe(200)
  await page.goto(`${real.atlas.url}/datasets/chart.orders?tab=quarantine`)
  await rows.getByText('Replayed', { exact: true }).first().waitFor()
  expect(viewer.faults).toEqual([])
})
