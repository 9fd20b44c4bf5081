import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { AlertRuleInput } from '../../src/contract/alert-rules.ts'
import type { ScheduleInput } from '../../src/contract/schedules.ts'
import { axe, openPage } from './browser.ts'
import { fixtureApp } from './fixture-app.ts'

const app = fixtureApp()
let page: Page
beforeAll(async () => {
  page = (await openPage(app.browser, app.server.url)).page
})

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')

/** What the page has sent to change something, since it was opened. */
function watchChanges(): { method: string; body: unknown }[] {
  const changes: { method: string; body: unknown }[] = []
  page.removeAllListeners('request')
  page.on('request', (request) => {
    if (request.method() !== 'GET' && !request.url().endsWith('/preview')) {
      changes.push({ method: request.method(), body: request.postDataJSON() })
    }
  })
  return changes
}

const WRONG_SPREADS = [
  ['', 'Write a whole number from 0 to 3,600.'],
  ['3601', '3601 is not a whole number from 0 to 3,600.'],
  ['-1', '-1 is not a whole number from 0 to 3,600.'],
  ['1.5', '1.5 is not a whole number from 0 to 3,600.'],
  ['1e3', '1e3 is not a whole number from 0 to 3,600.'],
  ['soon', 'soon is not a whole number from 0 to 3,600.'],
] as const

it('an emptied number, or none from 0 to 3,600, is an error by its field, and nothing is saved', async () => {
  await page.goto(`${app.server.url}/schedules?edit=sch_orders`)
  const spread = page.getByLabel('Spread, in seconds')
  expect(await spread.inputValue()).toBe('60')
  const changes = watchChanges()
  for (const [typed, error] of WRONG_SPREADS) {
    await spread.fill(typed)
    await page.getByRole('button', { name: 'Save schedule' }).click()
    await page.getByText(error, { exact: true }).waitFor()
    expect(await spread.evaluate((field) => field === document.activeElement)).toBe(true)
    expect([await spread.inputValue(), await spread.getAttribute('aria-invalid')]).toEqual([typed, 'true'])
    expect(await spread.evaluate((field) => document.getElementById(field.getAttribute('aria-describedby')!)?.textContent)).toContain(error)
  }
  expect(changes).toEqual([])
})

it('a number that was wrong is saved once it is right', async () => {
  await page.goto(`${app.server.url}/schedules?edit=sch_orders`)
  const spread = page.getByLabel('Spread, in seconds')
  await spread.fill('')
  await spread.blur()
  const error = page.getByText('Write a whole number from 0 to 3,600.', { exact: true })
  await error.waitFor()
  expect(await axe(page)).toEqual([])
  const changes = watchChanges()
  await spread.fill('0')
  await error.waitFor({ state: 'detached' })
  await spread.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(changes.map(({ method, body }) => [method, (body as ScheduleInput).jitterSeconds])).toEqual([['PUT', 0]])
})

it('the minutes of an alert rule can be emptied and written anew', async () => {
  await page.goto(`${app.server.url}/alerts?tab=rules&edit=run-failed`)
  const minutes = page.getByLabel(/^Tell of further occurrences/)
  const changes = watchChanges()
  await minutes.fill('')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByText('Write a whole number from 0 to 43,200.', { exact: true }).waitFor()
  const saved = () => changes.filter(({ method }) => method === 'PUT').map(({ body }) => (body as AlertRuleInput).repeatMinutes)
  expect(saved()).toEqual([])
  await minutes.pressSequentially('15')
  await minutes.press('Enter')
  await expect.poll(saved).toEqual([15])
})

it('a reason is asked for by keyboard, and the focus comes back to what asked', async () => {
  await page.goto(`${app.server.url}/runs/r_failed`)
  const open = page.getByRole('button', { name: 'Put aside…' })
  await open.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog', { name: /^Put the run of orders aside/ })
  const reason = dialog.getByLabel('Reason')
  expect(await reason.evaluate((field) => field === document.activeElement)).toBe(true)
  expect(await axe(page)).toEqual([])
  const changes = watchChanges()
  await page.keyboard.press('Enter')
  await dialog.getByText('Write why.', { exact: true }).waitFor()
  expect(changes).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await focused()).toBe('Put aside…')
  await page.keyboard.press('Enter')
  await page.keyboard.type(' the shop closed ')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  expect(changes.map(({ body }) => body)).toEqual([{ reason: 'the shop closed' }])
  expect(await focused()).toBe('Put aside…')
})

it('a form that is left with Cancel, and one that is saved, give the focus back', async () => {
  await page.goto(`${app.server.url}/schedules`)
  const change = page.getByRole('link', { name: /^Change orders/ })
  const form = page.getByRole('dialog', { name: 'Schedule of orders' })
  for (const leave of ['Cancel', 'Save schedule']) {
    await change.focus()
    await page.keyboard.press('Enter')
    await form.getByRole('button', { name: leave }).click()
    await form.waitFor({ state: 'detached' })
    expect(await focused(), leave).toMatch(/Change orders/)
  }
})
