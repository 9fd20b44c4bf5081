import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { AlertWatch } from '../../src/ops/alerts/alert-watch.ts'
import { watchAlerts } from '../../src/server/watch-alerts.ts'
import { type AlertReceiver, startReceiver } from '../support/alert-receiver.ts'
import { axe } from './browser.ts'
import { type RealAtlas, openRealAtlas, pictureFailure } from './real-atlas.ts'

let real: RealAtlas
let receiver: AlertReceiver
let watch: AlertWatch
const errors: unknown[] = []
beforeAll(async () => {
  receiver = await startReceiver()
  real = await openRealAtlas('alerts')
  const { platform } = real.atlas
  watch = watchAlerts(
    { ...platform, folder: platform.folders.lake },
    {
      role: 'server',
      settings: { url: 'https://atlas.example.com', timeZone: 'UTC', environment: null },
      onError: (error) => errors.push(error),
    },
  )
  platform.wakeAlerts = () => watch.wake()
})
afterAll(async () => {
  await watch?.stop()
  await real?.close()
  await receiver?.close()
})
afterEach(({ task }) => pictureFailure(real.page, 'alerts', task.result?.state))

const SECRET = 'a canary that signs messages'

it('adds a webhook and tests it, sees a run fail, takes the alert and resolves it', { timeout: 240_000 }, async () => {
  const { page, viewer } = real
  await real.signIn()
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  await page.getByText('Rules are being looked at').waitFor({ timeout: 60_000 })
  await page.getByText(/No open alerts, last evaluated/).waitFor()

  await page.getByRole('link', { name: 'Channels' }).click()
  await page.getByText('No channel yet').waitFor()
  await page.getByRole('link', { name: 'Add channel' }).click()
  const form = page.getByRole('dialog', { name: 'Add a channel' })
  await form.getByLabel('Name').fill('on-call')
  await form.getByRole('button', { name: 'Save channel' }).click()
  await form.getByRole('alert').filter({ hasText: 'Address is missing.' }).waitFor()
  await form.getByLabel(/^Address/).fill(receiver.url)
  await form.getByLabel(/^Signing secret/).fill(SECRET)
  await form.getByLabel('Seconds that are waited for more').fill('0')
  await form.getByRole('button', { name: 'Save channel' }).click()
  const row = page.locator('[data-channel=on-call]')
  await row.getByText('Never used').waitFor()
  await row.getByRole('button', { name: 'Send test to on-call' }).click()
  await page.getByText('The message arrived').waitFor({ timeout: 20_000 })
  expect(await page.getByRole('dialog', { name: 'Test of on-call' }).innerText()).toContain('200 ok')
  await page.keyboard.press('Escape')
  await row.getByText('Last message arrived').waitFor()
  expect(receiver.received).toHaveLength(1)
  expect(await page.content()).not.toContain(SECRET)

  await page.getByRole('link', { name: 'Rules' }).click()
  await page.getByRole('link', { name: 'Change A run failed' }).click()
  const rule = page.getByRole('dialog', { name: 'Rule: A run failed' })
  await rule.getByLabel('on-call (Webhook)').check()
  await rule.getByRole('button', { name: 'Try it on the last 14 days' }).click()
  await rule.getByText('times in 14 days').waitFor()
  await rule.getByRole('button', { name: /^0 / }).waitFor()
  expect(await axe(page)).toEqual([])
  await rule.getByRole('button', { name: 'Save rule' }).click()
  await rule.waitFor({ state: 'detached' })
  await page.locator('[data-rule=run-failed]').getByText('browser, on-call').waitFor()

  const definition: PipelineInput = { name: 'orders', source: { connector: 'files', settings: { path: 'missing.csv' } } }
  await real.savePipeline(definition)
  const started = await real.runSaved()
  expect(started.state).toBe('failed')
  await page.getByRole('navigation', { name: 'Parts of the alerts' }).getByRole('link', { name: 'Open' }).click()
  const open = page.getByRole('grid', { name: 'Open alerts, the worst first' })
  const what = open.getByRole('link', { name: /^orders failed: The file does not exist/ })
  await what.waitFor({ timeout: 60_000 })
  await page.locator('aside [data-open-alerts="1"]').waitFor({ timeout: 40_000 })
  await receiver.has(2)
  expect(JSON.parse(receiver.received[1]!.body)).toMatchObject({ test: false, alerts: [{ pipeline: 'orders', cause: 'file.not_found' }] })

  await open.getByRole('button', { name: /^Take/ }).click()
  await open.getByText('admin@example.com').waitFor()
  await page.locator('aside [data-open-alerts]').waitFor({ state: 'detached' })
  await what.click()
  const drawer = page.getByRole('dialog', { name: /orders failed/ })
  await drawer.getByText('taken by admin@example.com').waitFor()
  await drawer.getByText('Sent', { exact: true }).waitFor({ timeout: 40_000 })
  expect(await axe(page)).toEqual([])
  await drawer.getByRole('button', { name: 'Snooze' }).click()
  await drawer.getByText(/snoozed by admin@example\.com: until/).waitFor()
  await drawer.getByLabel('What was done').fill('The file is where it should be')
  await drawer.getByRole('button', { name: 'Resolve' }).click()
  await drawer.getByText('resolved by admin@example.com: The file is where it should be').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText(/No open alerts, last evaluated/).waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('grid', { name: 'Alerts that are over, newest first' }).getByText('The file is where it should be').waitFor()
  expect({ foreign: viewer.foreign, faults: viewer.faults, errors }).toEqual({ foreign: [], faults: [], errors: [] })
})
