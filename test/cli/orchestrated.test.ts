import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { atlas, type RunningCommand, startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let options: { home: string; databaseUrl: string; cwd: string }
let server: RunningCommand
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-cli-orchestrated-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
  for (const name of ['inbox', 'transforms']) await mkdir(path.join(folder, name))
  await writeFile(
    path.join(folder, 'transforms/regions.sql'),
    '-- runs: apart\nselect region, sum(amount) as amount from chart.sales group by region',
  )
  await writeFile(path.join(folder, 'transforms/summary.sql'), 'select count(*) as regions, sum(amount) as amount from navigate.regions')
  await writeFile(path.join(folder, 'targets.csv'), 'region,target\nnorth,10\n')
  await store('sales', path.join(folder, 'inbox'))
  await store('targets', path.join(folder, 'targets.csv'))
  server = startAtlas(['start', '--port', '0'], options)
  await new Promise<void>((resolve) => server.child.stdout?.on('data', (text: string) => text.includes('Sign in') && resolve()))
}, 120_000)
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

function store(name: string, where: string): Promise<unknown> {
  const source = { connector: 'files', settings: { path: where } }
  const definition = PipelineDefinition.parse({ name, source, streams: [{ name, dataset: name }] })
  return database.db
    .transaction()
    .execute((transaction) => savePipeline(transaction, `p_${name}`, definition, { by: 'test', at: new Date() }))
}

const runs = () => database.db.selectFrom('runs').selectAll().orderBy('queued_at').orderBy('id').execute()

async function command(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await atlas(args, options)
  expect(code, stderr).toBe(0)
  return stdout
}

describe('a server that is left alone', () => {
  it('reads a file that arrives, builds what follows from it in order, and runs the pipeline that waits for the last of it', async () => {
    const said = await command('trigger', 'add', 'sales', '--file', path.join(folder, 'inbox'), '--stable', '1')
    await command('trigger', 'add', 'targets', '--dataset', 'navigate.summary')
    await writeFile(path.join(folder, 'inbox/day.csv'), 'region,amount\nnorth,2\nsouth,3\nnorth,4\n')
    while (!(await runs()).some(({ pipeline, finished_at: at }) => pipeline === 'targets' && at !== null)) await wait(100)
    const found = await runs()
    expect(found.map(({ kind, pipeline, trigger, state }) => `${kind} ${pipeline} ${trigger} ${state}`)).toEqual([
      'pipeline sales event succeeded',
      'transform regions dependency succeeded',
      'transform summary dependency succeeded',
      'pipeline targets event succeeded',
    ])
    const [sales, regions, summary, targets] = found
    expect(sales!.cause).toEqual({ event: /trg_\w+/.exec(said)![0], file: path.join(folder, 'inbox/day.csv') })
    expect(regions!.cause).toEqual({ datasets: ['chart.sales'], upstream: sales!.id })
    expect(summary!.cause).toEqual({ datasets: ['navigate.regions'], upstream: regions!.id })
    expect(targets!.cause).toMatchObject({ datasets: ['navigate.summary'], upstream: summary!.id })
    expect(await command('sql', 'select regions, amount from navigate.summary', '--json')).toBe('{"regions":2,"amount":9}\n')
  }, 120_000)
})
