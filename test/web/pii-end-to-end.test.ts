import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { SourceInput } from '../../src/contract/sources.ts'
import type { TestServer } from '../support/platform.ts'
import { type Watched, axe } from './browser.ts'
import { type RealAtlas, openRealAtlas, pictureFailure } from './real-atlas.ts'

/** Order numbers that are payment cards by shape and check digit, as a shop's own numbers happen to be. */
const NUMBERS = ['4111111111111111', '4012888888881881', '5555555555554444', '5105105105105100', '4222222222222220']
const lines = Array.from({ length: 200 }, (_, index) => `${index + 1},buyer${index}@example.com,${NUMBERS[index % NUMBERS.length]}`)

let real: RealAtlas
let atlas: TestServer
let viewer: Watched
beforeAll(async () => {
  real = await openRealAtlas('pii')
  ;({ atlas, viewer } = real)
  await real.write('orders.csv', `id,email,order_no\n${lines.join('\n')}\n`)
})
afterAll(() => real?.close())
afterEach(({ task }) => pictureFailure(viewer.page, 'pii', task.result?.state))

/** Runs the pipeline as it is saved, to its end, which is a good one. */
async function runSaved(): Promise<void> {
  expect(await real.runSaved()).toMatchObject({ state: 'succeeded', error: null })
}

const row = (page: Page, sel: string) => page.locator(`[data-finding="chart.orders/${sel}"]`)

it('a steward confirms one finding and dismisses another, and the next run follows', { timeout: 240_000 }, async () => {
  const { page, foreign, faults } = viewer
  await real.signIn()

  // Nothing was published: the page says so, without a number.
  await page.getByRole('link', { name: 'PII', exact: true }).click()
  await page.locator('[data-empty=first-use]').waitFor()

  const source = { connector: 'files', settings: { path: join(real.folder, 'orders.csv') } }
  await real.call('PUT', '/pipelines/orders', { name: 'orders', source, streams: [{ name: 'orders' }] })
  await runSaved()
  await page.reload()
  await row(page, 'email/EMAIL_ADDRESS').getByText('of 200').waitFor()
  await row(page, 'order_no/CREDIT_CARD').getByText('Masked').waitFor()
  expect(await axe(page)).toEqual([])

  await row(page, 'email/EMAIL_ADDRESS')
    .getByRole('button', { name: /^Confirm/ })
    .click()
  await row(page, 'email/EMAIL_ADDRESS').getByText('Confirmed', { exact: true }).waitFor()
  await row(page, 'order_no/CREDIT_CARD').getByRole('link').click()
  const drawer = page.getByRole('dialog', { name: 'chart.orders.order_no' })
  await drawer.getByRole('button', { name: 'Show values' }).click()
  await drawer.getByRole('list', { name: 'Values' }).getByText('4111111111111111').waitFor()
  await drawer.getByLabel('Not personal data').check()
  await drawer.getByLabel('Reason').fill('Our own order numbers')
  expect(await axe(page)).toEqual([])
  await drawer.getByRole('button', { name: 'Save decision' }).click()
  await drawer.getByText('Our own order numbers').waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  expect(page.url()).not.toContain('4111111111111111')

  // The next run does not mask it any more, and nobody is asked again.
  await runSaved()
  await page.reload()
  await row(page, 'order_no/CREDIT_CARD').getByText('none found').waitFor()
  await row(page, 'order_no/CREDIT_CARD').getByText('Not personal data').waitFor()
  await row(page, 'email/EMAIL_ADDRESS').getByText('Confirmed', { exact: true }).waitFor()
  await page.goto(`${atlas.url}/datasets/chart.orders?tab=rows`)
  await page.getByRole('grid', { name: 'Rows' }).getByText('4111111111111111').first().waitFor()
  expect(foreign).toEqual([])
  expect(faults).toEqual([])
})

it('downloads the findings that match as CSV, without a value of a row', { timeout: 60_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/pii?class=EMAIL_ADDRESS`)
  await row(page, 'email/EMAIL_ADDRESS').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
  expect(download.suggestedFilename()).toBe('personal-data.csv')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  expect(text).toContain('chart.orders,chart,email,EMAIL_ADDRESS,E-mail address,200,200')
  expect(text).not.toMatch(/buyer\d/)
  expect(text).not.toContain('CREDIT_CARD')
})

it('says that nobody measured who stands out where no column describes people', { timeout: 60_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/pii`)
  await page.getByLabel('Dataset to measure').selectOption('chart.orders')
  await page.waitForURL(/risk=chart\.orders/)
  await page.getByText('no column of chart.orders describes people').waitFor()
})

it('changes a policy, and the next run follows it', { timeout: 120_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/pii?tab=policy`)
  // What it would do is seen before it is saved, on made-up rows and on those of the dataset.
  const preview = page.getByRole('grid', { name: 'Rows before and after the policy' })
  for (const head of [
    /^email E-mail address: masked/,
    /^phone Phone number/,
    /^cpr Danish CPR number/,
    /^card Payment card/,
    /^note E-mail/,
  ])
    await preview.getByRole('columnheader', { name: head }).waitFor()
  await preview.getByText('anna.holm@example.com', { exact: true }).waitFor()
  await page.getByLabel('Add a rule for a kind').selectOption('EMAIL_ADDRESS')
  await page.getByLabel('Action for E-mail address').selectOption('redact')
  await preview.getByRole('columnheader', { name: /^email E-mail address: removed/ }).waitFor()
  await page.getByLabel('Rows to try it on').selectOption('orders')
  await page.getByRole('button', { name: 'Use its first rows' }).click()
  await preview.getByText('buyer0@example.com', { exact: true }).waitFor()
  await preview.getByRole('columnheader', { name: /^email E-mail address: removed/ }).waitFor()
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByText('Saved. The next run follows it').waitFor()
  expect(await axe(page)).toEqual([])
  await runSaved()
  await page.goto(`${atlas.url}/pii`)
  await row(page, 'email/EMAIL_ADDRESS').getByText('Removed').waitFor()
})

it('does not write over what somebody else made of a policy, and shows theirs', { timeout: 120_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/pii?tab=policy`)
  await page.getByLabel('Add a rule for a kind').selectOption('DK_CPR')
  const [saved] = await real.call<{ definition: PipelineInput }[]>('GET', '/pipelines')
  const before = saved!.definition
  await real.savePipeline({ ...before, policy: { entities: { PERSON: 'redact' }, columns: {} } })
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByText('Nothing was saved: somebody else changed this policy meanwhile.').waitFor()
  await page.getByRole('button', { name: 'Show theirs' }).click()
  await page.getByLabel('Action for Name of a person').waitFor()
  expect(await page.getByLabel('Action for Danish CPR number').count()).toBe(0)
  expect(await real.call('GET', '/pipelines/orders')).toMatchObject({ definition: { policy: { entities: { PERSON: 'redact' } } } })
  await real.savePipeline(before)
})

it('makes values coarser, guards new columns and names a purpose, each seen before it is saved', { timeout: 120_000 }, async () => {
  const { page, faults } = viewer
  await page.goto(`${atlas.url}/pii?tab=policy`)
  const preview = page.getByRole('grid', { name: 'Rows before and after the policy' })
  const save = page.getByRole('button', { name: 'Save policy' })

  // A birth date as a band of ages on a day: 1960-01-11 is 65 on the last day of 2025.
  await page.getByLabel('Add a rule for a column').fill('birth_date')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const birth = page.locator('[data-rule="column birth_date"]')
  await birth.getByLabel('Action for column birth_date').selectOption('generalise')
  await birth.getByLabel('to', { exact: true }).selectOption('age_band')
  await birth.getByLabel(/^Years/).fill('5')
  await birth.getByLabel(/^Age on/).fill('2025-12-32')
  await birth.getByText('Write the day as 2026-01-31.').waitFor()
  expect(await save.isDisabled()).toBe(true)
  await birth.getByLabel(/^Age on/).fill('2025-12-31')
  await preview.getByText('65-69', { exact: true }).first().waitFor()
  await birth.getByLabel('to', { exact: true }).selectOption('decade')
  await preview.getByText('1960s', { exact: true }).first().waitFor()

  // A column that was not there before is removed, until a rule names it.
  await preview.getByText('Wants the catalogue', { exact: true }).nth(1).waitFor()
  await page.getByRole('button', { name: 'New columns', exact: true }).click()
  await page.getByLabel('Action for New columns').selectOption('drop')
  await page.getByLabel('See as a new column').selectOption('note')
  await preview.getByText('left out').first().waitFor()
  await page.getByLabel('See as a new column').selectOption('')
  await preview.getByText('left out').first().waitFor({ state: 'detached' })

  await page.getByLabel('Purpose of tokens').fill('Sales')
  await page.getByText('A purpose has lower-case letters').waitFor()
  expect(await save.isDisabled()).toBe(true)
  await page.getByLabel('Purpose of tokens').fill('sales')
  expect(await axe(page)).toEqual([])
  await save.click()
  await page.getByText('Saved. The next run follows it').waitFor()
  const [saved] = await real.call<{ definition: { policy: object } }[]>('GET', '/pipelines')
  expect(saved!.definition.policy).toMatchObject({
    purpose: 'sales',
    newColumns: 'drop',
    columns: { birth_date: { action: 'generalise', to: 'decade' } },
    entities: { EMAIL_ADDRESS: 'redact' },
  })
  await page.reload()
  expect(await page.getByLabel('Purpose of tokens').inputValue()).toBe('sales')
  expect(faults).toEqual([])
})

it('hands the decisions over as test cases, without a value of a row', { timeout: 60_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/pii`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Decisions' }).click()])
  expect(download.suggestedFilename()).toBe('pii-decisions.json')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const { cases } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { cases: object[] }
  expect(cases).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dataset: 'chart.orders', column: 'email', detected: 'EMAIL_ADDRESS', expected: 'EMAIL_ADDRESS' }),
      expect.objectContaining({ dataset: 'chart.orders', column: 'order_no', detected: 'CREDIT_CARD', expected: null }),
    ]),
  )
})

it('shows theirs for the policy of a source too, and saves what is made of it', { timeout: 120_000 }, async () => {
  const { page } = viewer
  const settings = { path: join(real.folder, 'orders.csv') }
  await real.call('POST', '/sources', { name: 'shop', connector: 'files', settings, streams: [{ name: 'orders', dataset: 'shop_orders' }] })
  await page.goto(`${atlas.url}/pii?tab=policy&policy=source.shop`)
  await page.getByRole('heading', { name: 'Policy of shop' }).waitFor()
  await page.getByLabel('Add a rule for a kind').selectOption('DK_CPR')
  const source = await real.call<SourceInput>('GET', '/sources/shop')
  const { description, streams, paused } = source
  await real.call('PUT', '/sources/shop', {
    description,
    settings,
    streams,
    paused,
    policy: { entities: { PERSON: 'redact' }, columns: {} },
  })
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByText('Nothing was saved: somebody else changed this policy meanwhile.').waitFor()
  expect(await real.call('GET', '/sources/shop')).toMatchObject({ policy: { entities: { PERSON: 'redact' } } })
  await page.getByRole('button', { name: 'Show theirs' }).click()
  await page.getByLabel('Action for Name of a person').waitFor()
  expect(await page.getByLabel('Action for Danish CPR number').count()).toBe(0)

  await page.getByLabel('Add a rule for a kind').selectOption('DK_CPR')
  await page.getByLabel('Action for Danish CPR number').selectOption('redact')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByText('Saved. The next run follows it').waitFor()
  const { policy } = await real.call<SourceInput>('GET', '/sources/shop')
  expect(policy.entities).toEqual({ PERSON: 'redact', DK_CPR: 'redact' })
})
