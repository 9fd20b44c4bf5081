import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signInLink } from '../../src/server/sign-in-link.ts'
import { type TestServer, startTestServer } from '../support/platform.ts'
import { axe, openPage, startBrowser, type Watched } from './browser.ts'
import { type BuiltApp, builtApp } from './built-app.ts'

let app: BuiltApp
let atlas: TestServer
let browser: Browser
let viewer: Watched
beforeAll(async () => {
  app = await builtApp()
  atlas = await startTestServer({ webFolder: app.folder })
  browser = await startBrowser()
  viewer = await openPage(browser, atlas.url)
})
afterAll(async () => {
  await browser?.close()
  await atlas?.close()
  await app?.remove()
})

const ROWS = 120
/** A Danish file: Windows-1252, semicolons, decimal commas, leading zeros, and one row too short. */
function danishFile(): Buffer {
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `00${100 + index};kunde${index}@example.dk;${index + 1}.234,56;${String((index % 28) + 1).padStart(2, '0')}-11-2026;Ærø`,
  )
  return Buffer.from(['Kunde;E-mail;Beløb;Oprettet;By', ...rows, 'too;short', ''].join('\n'), 'latin1')
}

it('takes a new user from the one-time link to governed tables, and back in by password', { timeout: 120_000 }, async () => {
  const { page, foreign, faults } = viewer
  await page.goto(atlas.url + (await signInLink(atlas.platform)))
  await page.getByLabel('E-mail').fill('admin@example.com')
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('correct horse battery')
  expect(page.url()).not.toContain('token')
  await page.getByRole('button', { name: 'Save password' }).click()

  await page.getByRole('heading', { name: 'Upload a file' }).waitFor()
  await page.getByRole('link', { name: 'Upload file' }).click()
  const file = join(app.folder, 'kunder.csv')
  await writeFile(file, danishFile())
  await page.setInputFiles('input[type=file]', file)

  await page.waitForURL(/step=read/)
  await page.getByLabel('Separator').waitFor()
  expect(await page.getByLabel('Separator').inputValue()).toBe(';')
  expect(await page.getByLabel('Decimal mark').inputValue()).toBe(',')
  await page.getByText('Ærø').first().waitFor()
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Choose target' }).click()
  expect(await page.getByRole('textbox', { name: 'Dataset' }).inputValue()).toBe('kunder')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Start run' }).click()

  await page.waitForURL(/\/runs\/r_/)
  await page.getByText('adds up', { exact: true }).waitFor({ timeout: 60_000 })
  expect(await page.getByRole('region', { name: 'Summary' }).innerText()).toMatch(
    /121[\s\S]*rows read[\s\S]*=[\s\S]*120[\s\S]*published to chart[\s\S]*\+[\s\S]*1[\s\S]*quarantined/,
  )
  expect(await page.locator('[data-step][data-state=succeeded]').count()).toBe(8)
  await page.getByRole('row', { name: /e_mail.*E-mail address.*Masked/ }).waitFor()
  expect(await axe(page)).toEqual([])

  await page.getByRole('link', { name: 'chart.kunder' }).click()
  await page.getByRole('link', { name: 'Rows', exact: true }).click()
  await page.getByRole('grid', { name: 'Rows' }).waitFor()
  const rows = await page.getByRole('grid', { name: 'Rows' }).innerText()
  expect(rows).toContain('00100')
  expect(rows).toContain('1234.56')
  expect(rows).not.toContain('kunde1@example.dk')
  await page.getByRole('button', { name: 'beloeb' }).click()
  await page.waitForURL(/sort=beloeb/)

  await page.getByRole('link', { name: 'Schema' }).click()
  await page.getByRole('button', { name: 'beloeb', exact: true }).click()
  await page.getByText('Distribution.').waitFor()

  await page.getByRole('button', { name: 'Download' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^CSV/ }).click()])
  expect((await readFile(await download.path(), 'utf8')).trimEnd().split('\n')).toHaveLength(ROWS + 1)

  await page.getByRole('link', { name: 'Dashboard', exact: true }).click()
  await page.getByRole('button', { name: /^1 Runs started$/ }).waitFor()
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in/)
  await page.getByLabel('E-mail').fill('admin@example.com')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('access.bad_credentials').waitFor()
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Needs attention' }).waitFor()

  expect(foreign).toEqual([])
  expect(faults).toEqual([])
})

it('shows a file that cannot be read with its code, and keeps the choice of another', { timeout: 60_000 }, async () => {
  const { page } = viewer
  await page.goto(`${atlas.url}/uploads/new`)
  const file = join(app.folder, 'broken.parquet')
  await writeFile(file, Buffer.from('PAR1 but not really'))
  await page.setInputFiles('input[type=file]', file)
  await page.waitForURL(/step=read/)
  await page.getByText(/^file\./).waitFor()
  expect(await page.getByRole('button', { name: 'Choose target' }).isDisabled()).toBe(true)
  await page.getByRole('link', { name: 'Replace file' }).click()
  await page.getByText('Drop a file here').waitFor()
})
