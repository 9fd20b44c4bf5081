import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs.ts'
import { atlas, type CommandEnd, type RunningCommand, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let server: RunningCommand
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join('/tmp', 'atlas-cli-runs-'))
  server = await startServer({ home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder })
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<CommandEnd> =>
  atlas(args, { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder })
const listed = async (...args: string[]): Promise<Run[]> => JSON.parse((await run('runs', ...args, '--json')).stdout) as Run[]

it('a run that gave up is listed, told of, and done again from the terminal once its cause is mended', { timeout: 180_000 }, async () => {
  const file = path.join(folder, 'people.csv')
  await writeFile(file, 'id,name\n')
  expect((await run('run', 'people.csv')).code).toBe(1)
  const [dead] = await listed('dead')
  expect(dead).toMatchObject({ pipeline: 'people', state: 'failed', attempt: 1, maxAttempts: 1, error: { code: 'file.no_rows' } })
  const shown = (await run('runs', 'show', dead!.id)).stdout
  expect(shown).toContain(`${dead!.id}  people  failed`)
  expect(shown).toMatch(/attempt 1: .*failed at .*\(file\.no_rows\)/)
  expect((await run('runs', 'list', '--search', 'peop')).stdout).toContain('file.no_rows')
  expect(await listed('list', '--state', 'succeeded')).toEqual([])

  await writeFile(file, 'id,name\n1,Ann\n2,Bo\n')
  const again = await run('runs', 'retry', dead!.id, '--wait')
  expect(again.code, again.stderr).toBe(0)
  expect(again.stdout).toContain(`does ${dead!.id} again`)
  expect(await listed('dead')).toEqual([])
  expect((await listed('list', '--state', 'succeeded')).map(({ retryOf, publishedRows }) => [retryOf, publishedRows])).toEqual([
    [dead!.id, 2],
  ])
  const refused = await run('runs', 'settle', dead!.id, '--reason', 'Seen.')
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('[run.settled]')])
})

it('what is no time and no number is refused before anything is asked', async () => {
  expect((await run('runs', 'list', '--from', 'yesterday')).stderr).toContain('[cli.usage]')
  expect((await run('runs', 'list', '--limit', '0')).stderr).toContain('[cli.usage]')
})
