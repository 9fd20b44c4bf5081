import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { axe, openPage, settled } from './browser.ts'
import { fixtureApp } from './fixture-app.ts'
import { runningRun } from './fixture-runs.ts'

const app = fixtureApp()
let page: Page
beforeAll(async () => {
  page = (await openPage(app.browser, app.server.url)).page
})

it('opens the receipt of a number by keyboard, and gets back to the number with Escape', async () => {
  await page.goto(app.server.url)
  const number = page.getByRole('button', { name: /^128 Runs started$/ })
  await number.focus()
  await page.keyboard.press('Enter')
  const receipt = page.getByRole('dialog', { name: 'Receipt: Runs started' })
  await receipt.getByText('count of runs, in every state').waitFor()
  expect(await receipt.innerText()).toMatch(/In full\s+128[\s\S]+As of[\s\S]+Scope\s+all runs \(128\)/)
  await page.keyboard.press('Escape')
  await receipt.waitFor({ state: 'detached' })
  expect(await number.evaluate((element) => element === document.activeElement)).toBe(true)
})

it('moves in a table with the arrow keys from one tab stop', async () => {
  await page.goto(`${app.server.url}/datasets`)
  const table = page.getByRole('grid', { name: 'Datasets by name' })
  await table.waitFor()
  expect(await table.locator('tbody [tabindex="0"]').count()).toBe(1)
  await table.getByRole('link', { name: 'chart.customers' }).focus()
  await page.keyboard.press('ArrowDown')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('chart.invoices')
  await page.keyboard.press('Enter')
  await page.waitForURL(/datasets\/chart\.invoices/)
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
})

it('finds the skip link first and lands in the content', async () => {
  await page.goto(`${app.server.url}/runs`)
  await page.locator('h1').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
})

it('keeps filters in the address', async () => {
  await page.goto(`${app.server.url}/runs`)
  await page.getByLabel('State', { exact: true }).selectOption('failed')
  await page.waitForURL(/state=failed/)
  await page.getByRole('grid').waitFor()
  // The rows before stand, dimmed, until the answer is there.
  await expect.poll(() => page.locator('tbody tr').count()).toBe(2)
  await page.goBack()
  await page.waitForURL((url) => !url.search.includes('state'))
})

it('opens a broken run at its log, and can choose each of its other parts', async () => {
  await page.goto(`${app.server.url}/runs/r_failed`)
  const parts = page.getByRole('navigation', { name: 'Parts of the run' })
  await parts.locator('[aria-current=page]', { hasText: 'Log' }).waitFor()
  for (const part of ['Result', 'Checks', 'Quarantined rows', 'Log']) {
    await parts.getByRole('link', { name: part }).click()
    await parts.locator('[aria-current=page]', { hasText: part }).waitFor()
  }
})

it('is told when the address asks for something that the page does not know', async () => {
  await page.goto(`${app.server.url}/runs?state=sleeping`)
  await page.getByText('which this page does not know').waitFor()
  expect(await page.getByText('which this page does not know').innerText()).toContain('state=sleeping')
})

it('reads how much more the second of two runs did, and of runs of different pipelines no difference', async () => {
  const differences = async (address: string) => {
    await page.goto(`${app.server.url}${address}`)
    const figures = page.getByRole('table', { name: 'Figures of both runs' }).or(page.getByRole('grid', { name: 'Figures of both runs' }))
    const line = (name: string) => figures.locator('tr', { hasText: name }).locator('td').last()
    await line('Rows read').waitFor()
    return Promise.all(
      ['Time worked', 'Rows read', 'Rows quarantined', 'Quality score'].map(async (name) => (await line(name).innerText()).trim()),
    )
  }
  // r_earlier: 48.0 s, 1,198,140 rows, 39 refused, 0.991; r_done: 62.2 s, 1,204,551 rows, 39 refused, 0.987.
  expect(await differences('/runs/compare?a=r_earlier&b=r_done')).toEqual([
    expect.stringMatching(/^\+14\.2 s/),
    expect.stringMatching(/^\+6,411/),
    expect.stringMatching(/^the same/),
    expect.stringMatching(/^−0\.4 points/),
  ])
  expect(await differences('/runs/compare?a=r_done&b=r_failed')).toEqual(['—', '—', '—', '—'])
})

it('chooses the dark theme, and keeps it over a reload', async () => {
  await page.goto(app.server.url)
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByText('Dark', { exact: true }).click()
  await page.reload()
  await page.locator('h1').waitFor()
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(17, 17, 14)')
  await page.evaluate(() => localStorage.clear())
})

it('decides about a finding from its row by keyboard, and can take it back', async () => {
  await page.goto(`${app.server.url}/pii`)
  const row = page.locator('[data-finding="chart.customers/email/EMAIL_ADDRESS"]')
  await row.getByRole('link').focus()
  await page.keyboard.press('ArrowRight')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Confirm/)
  await page.keyboard.press('Enter')
  const said = page.getByRole('status').filter({ hasText: 'confirmed as E-mail address' })
  await said.getByRole('button', { name: 'Undo' }).click()
  await said.waitFor({ state: 'detached' })
})

it('narrows findings by their kind, and opens one in a drawer with an address of its own', async () => {
  await page.goto(`${app.server.url}/pii`)
  const table = page.getByRole('grid', { name: 'Findings of personal data' })
  await table.waitFor()
  await page.getByLabel('Kind', { exact: true }).selectOption('PERSON')
  await page.waitForURL(/class=PERSON/)
  await expect.poll(() => table.locator('tbody tr').count()).toBe(2)
  await table.getByRole('link', { name: /chart\.customers/ }).click()
  await page.waitForURL(/sel=/)
  const drawer = page.getByRole('dialog', { name: 'chart.customers.full_name' })
  await drawer.getByText('given name and family name in lists').waitFor()
  await drawer.getByLabel('Personal data of another kind').check()
  expect(await drawer.getByRole('button', { name: 'Save decision' }).isDisabled()).toBe(true)
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.search.includes('sel') && url.search.includes('class=PERSON'))
})

it('reads the policy of a pipeline that stands in a file, and is told where it is changed', async () => {
  await page.goto(`${app.server.url}/pii?tab=policy&policy=pipeline.invoices`)
  const note = page.getByRole('note').filter({ hasText: 'Read-only here: it stands in shop/pipelines/invoices.yaml' })
  await note.waitFor()
  expect(await note.getByRole('link', { name: 'the pipeline' }).getAttribute('href')).toBe('/pipelines/invoices')
  expect(await page.getByRole('button', { name: 'Save policy' }).count()).toBe(0)
  expect(await page.getByLabel('Add a rule for a kind').count()).toBe(0)
  expect(await page.getByLabel('Purpose of tokens').isDisabled()).toBe(true)
  expect(await axe(page)).toEqual([])
  // One that was taken out of its file is changed here.
  await page.getByLabel('Policy of', { exact: true }).selectOption('pipeline.orders')
  await page.getByRole('button', { name: 'Save policy' }).waitFor()
  expect(await page.getByText('Read-only here').count()).toBe(0)
})

it('sees a run finish in place as its event arrives', async () => {
  await page.goto(`${app.server.url}/runs`)
  await settled(page)
  const row = page.locator('[data-run=r_running]')
  await row.getByText('Running', { exact: true }).waitFor()
  app.server.emit({ kind: 'run', run: { ...runningRun, state: 'cancelled', finishedAt: new Date().toISOString() } })
  await row.getByText('Cancelled').waitFor()
  await page.getByText('Run of orders: cancelled').waitFor({ state: 'attached' })
})

it('finds new runs held back behind a button, so that rows do not move', async () => {
  await page.goto(`${app.server.url}/runs`)
  await settled(page)
  app.server.emit({ kind: 'run', run: { ...runningRun, id: 'r_fresh', pipeline: 'fresh' } })
  await page.getByRole('button', { name: 'A new run · Show' }).waitFor()
  expect(await page.locator('[data-run=r_fresh]').count()).toBe(0)
})

it('finds a kind of source by a word of what it does', async () => {
  await page.goto(`${app.server.url}/sources/new`)
  const kinds = page.getByRole('region', { name: 'Kinds of source' }).getByRole('listitem')
  await kinds.nth(5).waitFor()
  await page.getByLabel('Search').fill('spreadsheet')
  await expect.poll(() => kinds.count()).toBe(1)
  expect(await kinds.innerText()).toContain('Google Sheets')
  await page.getByLabel('Search').fill('no such thing')
  await page.getByText('No kind of source fits').waitFor()
})

it('is told which field of a form is missing, and comes to it from the summary', async () => {
  await page.goto(`${app.server.url}/sources/new?kind=rest_api&step=settings`)
  await page.getByRole('button', { name: 'Add stream' }).click()
  await page.getByRole('button', { name: 'Choose streams' }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'Some fields need a look' })
  await summary.waitFor()
  await summary.getByRole('link', { name: 'Path is missing.' }).click()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-streams-0-path')
  expect(await axe(page)).toEqual([])
})

it('sees each part of a test with what to do, and can go on when one fails', async () => {
  await page.goto(`${app.server.url}/sources/new?kind=postgresql&step=settings`)
  await page.getByLabel('Have a connection string?').fill('postgresql://atlas_reader:canary-secret@db.example.com:5433/shop')
  expect(await page.getByLabel('Port').inputValue()).toBe('5433')
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.locator('[data-part=permission][data-ok=false]').getByText('GRANT SELECT').waitFor()
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Choose streams' }).click()
  await page.getByText('5 of 5 chosen').waitFor()
  await page.getByRole('button', { name: 'Choose none' }).click()
  expect(await page.getByRole('button', { name: 'Choose how to read' }).isDisabled()).toBe(true)
  await page.getByLabel('public.orders', { exact: true }).check()
  await page.getByRole('button', { name: 'Preview public.orders' }).click()
  await page.getByRole('dialog', { name: 'First rows of public.orders' }).getByText('customer1@example.com').waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
})

it('finds the draft of a source after a reload, without its secret', async () => {
  await page.reload()
  await page.getByText('1 of 5 chosen').waitFor()
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state, location.href]))
  expect(kept).toContain('db.example.com')
  expect(kept).not.toContain('canary-secret')
  await page.getByRole('link', { name: 'Settings and test' }).click()
  expect(await page.getByLabel('Host').inputValue()).toBe('db.example.com')
  expect(await page.getByLabel(/^Password/).inputValue()).toBe('')
})

it('chooses how a stream is read, with what only that way needs', async () => {
  await page.goto(`${app.server.url}/sources/new?kind=files&step=modes`)
  const orders = page.locator('[data-stream="public.orders"]')
  await orders.getByLabel('Mode').selectOption('append')
  expect(await orders.getByText('Key', { exact: true }).count()).toBe(0)
  await orders.getByLabel('Cursor column').selectOption('id')
  await orders.getByText('a change to a row that was read stays unseen').waitFor()
  const view = page.locator('[data-stream="public.open_orders"]')
  expect(await view.getByLabel('Mode').locator('option').allInnerTexts()).toEqual(['Replace all each time', 'Add all each time'])
  await orders.getByText('Advanced').click()
  await orders.getByLabel('Look back').fill('2h')
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByText('Add only what is new').first().waitFor()
})

it('reads the reason why something cannot be done now', async () => {
  await page.goto(`${app.server.url}/sources/archive`)
  await page.getByRole('heading', { name: 'archive' }).waitFor()
  const run = page.getByRole('button', { name: 'Run now' })
  expect(await run.getAttribute('aria-disabled')).toBe('true')
  expect(await run.getAttribute('title')).toContain('paused')
})

it('who is signed out comes to the sign-in, which keeps where to go', async () => {
  app.server.mode = 'signed-out'
  try {
    await page.goto(`${app.server.url}/runs?state=failed`)
    await page.waitForURL(/\/sign-in\?to=/)
    expect(new URL(page.url()).searchParams.get('to')).toBe('/runs?state=failed')
    expect(await axe(page)).toEqual([])
  } finally {
    app.server.mode = 'ok'
  }
})
