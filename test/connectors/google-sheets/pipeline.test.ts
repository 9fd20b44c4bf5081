import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PipelineInput } from '../../../src/contract/pipelines.ts'
import { sql } from '../../../src/core/sql.ts'
import { sheet, shown, spreadsheet } from '../../servers/google-sheets/spreadsheet-model.ts'
import { startSheetsServer, type SheetsServer } from '../../servers/google-sheets/sheets-server.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../../support/run-platform.ts'

let database: TestDatabase
let platform: RunPlatform
let folder: string
let server: SheetsServer
let pipeline: PipelineInput

const tab = () =>
  sheet({
    title: 'Orders 2026',
    rows: [
      ['Order', 'Placed', 'Amount', 'Paid', 'Name', 'Name'],
      [1, shown.date(46023), shown.currency(120.5), true, 'a', 'x'],
      [2, shown.date(46024), shown.currency(80), false, 'b', 'y'],
    ],
  })

beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-sheets-'))
  platform = await openRunPlatform(database, folder)
  server = await startSheetsServer({ startAt: Date.now() })
  server.books.set('book', spreadsheet({ id: 'book', sheets: [tab()] }))
  const { keyFile } = server.tokens.addServiceAccount('reader@atlas-tests.iam.gserviceaccount.com', server.tokenUrl)
  const settings = {
    spreadsheet: 'book',
    credentials: { type: 'service_account', key: keyFile },
    sheetsUrl: server.url,
    driveUrl: server.url,
    quotaWaitS: 10,
  }
  pipeline = { name: 'sheets', source: { connector: 'google_sheets', settings }, streams: [{ name: 'Orders 2026', dataset: 'orders' }] }
})
afterEach(async () => {
  await platform.close()
  await server.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const amounts = () => platform.rows('chart.orders', sql`select "order", placed::varchar, amount, paid, name, name_2`)

it('a sheet becomes a typed dataset; a run that Google stops in any way leaves the old rows as they are (case 78)', async () => {
  expect(await platform.run(pipeline)).toMatchObject({ status: 'succeeded' })
  const published = [
    ['1', '2026-01-01', '120.5', 'true', 'a', 'x'],
    ['2', '2026-01-02', '80.0', 'false', 'b', 'y'],
  ]
  expect(await amounts()).toEqual(published)
  for (const [answer, code, status] of [
    ['quota', 'source.rate_limited', 'rate_limited'],
    ['internal', 'source.bad_status', 'failed'],
    ['html', 'source.unexpected_answer', 'failed'],
  ] as const) {
    server.faults.splice(0, 1, { on: 'values', times: Infinity, answer })
    expect(await platform.run(pipeline)).toMatchObject({ status, error: { code } })
    expect(await amounts()).toEqual(published)
  }
})

it('a second run by the cursor reads only what was added, and the newer row of a key wins', async () => {
  const merge: PipelineInput = {
    ...pipeline,
    streams: [{ name: 'Orders 2026', dataset: 'orders', mode: 'merge', keys: ['order'], cursor: { column: 'Placed' } }],
  }
  expect(await platform.run(merge)).toMatchObject({ status: 'succeeded' })
  const book = server.books.get('book')
  const first = book?.sheets[0] as ReturnType<typeof sheet>
  first.rows.push([2, shown.date(46030), shown.currency(81), true, 'b', 'y'], [3, shown.date(46031), shown.currency(5), true, 'c', 'z'])
  const report = await platform.run(merge)
  expect(report).toMatchObject({ status: 'succeeded', streams: [{ rows: 2, counted: 2 }] })
  expect(await platform.rows('chart.orders', sql`select string_agg("order" || ':' || amount, ' ' order by "order")`)).toEqual([
    ['1:120.5 2:81.0 3:5.0'],
  ])
})
