import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunReport } from '../../src/contract/runs.ts'
import { Schedule } from '../../src/contract/schedules.ts'
import { atlas, type CommandOptions, type RunningCommand, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let server: RunningCommand
let options: CommandOptions
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-schedule-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
  await writeFile(path.join(folder, 'people.csv'), 'id,name\n1,a\n2,b\n')
  const added = await atlas(['source', 'add', 'people', '--connector', 'files', '--path', path.join(folder, 'people.csv')], options)
  expect(added.code, added.stderr).toBe(0)
  server = await startServer(options)
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('atlas schedule', () => {
  it('makes a schedule, lists it, runs it now, pauses, resumes and deletes it', async () => {
    const added = await atlas(['schedule', 'add', 'people', '30 6 * * mon-fri', '--zone', 'Europe/Copenhagen', '--json'], options)
    expect(added.code, added.stderr).toBe(0)
    const { id, next } = Schedule.parse(JSON.parse(added.stdout))
    expect(next.map(({ local }) => local.slice(11, 16))).toEqual(['06:30', '06:30', '06:30'])
    const listed = await atlas(['schedule', 'list'], options)
    expect(listed.stdout).toMatch(new RegExp(`${id}\\s+people\\s+weekdays at 06:30\\s+Europe/Copenhagen`))
    const ran = await atlas(['schedule', 'run', id, '--json'], options)
    expect(ran.code, ran.stderr).toBe(0)
    expect(RunReport.parse(JSON.parse(ran.stdout))).toMatchObject({ pipeline: 'people', status: 'succeeded', publishedRows: 2 })
    expect((await atlas(['schedule', 'pause', id], options)).stdout).toContain('people is paused')
    expect((await atlas(['schedule', 'list'], options)).stdout).toMatch(/Europe\/Copenhagen\s+paused/)
    expect((await atlas(['schedule', 'resume', id], options)).stdout).toMatch(/people runs weekdays at 06:30.*\n.*T06:30:00/)
    expect((await atlas(['schedule', 'delete', id], options)).stdout).toContain(`Deleted ${id}`)
    const gone = await atlas(['schedule', 'run', id], options)
    expect(gone.code).toBe(1)
    expect(gone.stderr).toContain('[schedule.not_found]')
  })

  it('shows the next ten times without storing anything, and marks where clocks change', async () => {
    const shown = await atlas(['schedule', 'next', '30 2 * * *', '--zone', 'America/New_York', '--json'], options)
    const { next } = JSON.parse(shown.stdout) as { next: unknown[] }
    expect(next).toHaveLength(10)
    expect(await database.db.selectFrom('schedules').select('id').where('pipeline', '=', 'nobody').execute()).toEqual([])
  })

  it.each([
    [['next', '0 0 30 2 *'], 'schedule.never_fires'],
    [['next', '30 6 * * *', '--zone', 'Mars/Olympus'], 'schedule.unknown_zone'],
    [['add', 'nobody', '@daily'], 'pipeline.not_found'],
    [['add', 'people', '@daily', '--spread', 'long'], 'cli.usage'],
  ])('refuses %j with %s', async (args, code) => {
    const { code: exit, stderr } = await atlas(['schedule', ...args], options)
    expect(exit).toBe(1)
    expect(stderr).toContain(`[${code}]`)
  })
})
