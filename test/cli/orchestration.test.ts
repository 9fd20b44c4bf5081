import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backfill, BackfillPlan } from '../../src/contract/backfills.ts'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { atlas, type RunningServer, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let options: { home: string; databaseUrl: string; cwd: string }
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-cli-orchestration-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
  await writeFile(path.join(folder, 'sales.csv'), 'id,amount\n1,20\n')
  const source = { connector: 'files', settings: { path: path.join(folder, 'sales.csv') } }
  const definition = PipelineDefinition.parse({ name: 'sales', source, streams: [{ name: 'sales' }] })
  await database.db.transaction().execute((transaction) => savePipeline(transaction, 'p_1', definition, { by: 'test', at: new Date() }))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atlas(args, options)
  expect(code, stderr).toBe(0)
  return stdout
}

const range = ['--from', '2026-03-01', '--to', '2026-03-04', '--every', '1d']

it('atlas backfill starts, lists and cancels without a server, and nothing runs meanwhile', async () => {
  const started = JSON.parse(await run('backfill', 'start', 'sales', ...range, '--at-once', '2', '--json')) as Backfill
  expect(started).toMatchObject({ state: 'running', concurrency: 2, counts: { total: 3, missing: 3 } })
  expect(await run('backfill', 'list')).toContain('0 of 3')
  expect(await run('backfill', 'cancel', started.id)).toBe(`Cancelled ${started.id}: 0 of 3 partitions are there.\n`)
})

/** From here on a server has the home, and the commands are its clients: opening the home for each takes seconds. */
describe('a server', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer(options)
  })
  afterAll(() => server.stop())

  it('plans a backfill without storing anything', async () => {
    const [told, json] = await Promise.all([
      run('backfill', 'plan', 'sales', ...range),
      run('backfill', 'plan', 'sales', ...range, '--json'),
    ])
    expect(told).toContain('3 partitions: 0 present, 0 going on, 0 failed, 3 missing. 3 would run.')
    expect(JSON.parse(json) as BackfillPlan).toMatchObject({
      toRun: 3,
      windows: false,
      warnings: ['sales: no cursor, so each run reads all of it, whatever its partition.'],
    })
    const listed = JSON.parse(await run('backfill', 'list', '--json')) as Backfill[]
    expect(listed.map(({ state }) => state)).toEqual(['cancelled'])
  })

  it.each([
    ['a time that is none', ['--from', 'soon', '--to', '2026-03-04'], 'cli.usage'],
    ['no partitions', ['--from', '2026-03-01', '--to', '2026-03-04'], 'backfill.no_timing'],
    ['a cron that never fires', ['--from', '2026-03-01', '--to', '2026-03-04', '--every', '0 0 30 2 *'], 'schedule.never_fires'],
    ['too many at once', [...range, '--at-once', '1000'], 'cli.usage'],
  ])('refuses a backfill with %s', async (_name, args, code) => {
    const result = await atlas(['backfill', 'plan', 'sales', ...args], options)
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain(code)
  })

  it('adds a trigger with its secret, lists it, sets it off, and deletes it', async () => {
    const said = await run('trigger', 'add', 'sales', '--http')
    const id = /^(trg_\w+): sales runs when a signed call comes\.$/m.exec(said)![1]!
    expect(said).toMatch(/Secret, shown this once: atrg_[\w-]{43}\n/)
    expect(await run('trigger', 'list')).toMatch(new RegExp(`${id} +sales +a signed call comes +waiting +0 +never +0`))
    expect(await run('trigger', 'pause', id)).toBe('sales is not run by this trigger now.\n')
    expect(await run('trigger', 'resume', id)).toBe('sales runs when a signed call comes.\n')
    expect(await run('trigger', 'fire', id)).toMatch(/^Queued r_\w+\.\n$/)
    expect(await run('trigger', 'delete', id)).toBe(`Deleted ${id}. Its runs stay.\n`)
  })

  it('refuses a trigger for no event and for two', async () => {
    for (const args of [[], ['--http', '--dataset', 'chart.a']]) {
      const { code, stderr } = await atlas(['trigger', 'add', 'sales', ...args], options)
      expect(code).not.toBe(0)
      expect(stderr).toContain('cli.usage')
    }
  })

  it('sets, lists and deletes a freshness target', async () => {
    expect(await run('freshness', 'set', 'navigate.sales', '2h')).toMatch(/^navigate\.sales is to be no older than 2h: /)
    expect(await run('freshness', 'list')).toMatch(/navigate\.sales +2h +/)
    expect(await run('freshness', 'delete', 'navigate.sales')).toBe('navigate.sales has no freshness target any more.\n')
  })
})
