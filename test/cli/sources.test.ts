import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../src/contract/sources.ts'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { RunReport } from '../../src/contract/runs.ts'
import { atlas, type CommandOptions, type RunningCommand, startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let options: CommandOptions & { home: string }
/** One server for all commands, which are its clients then: opening a home for each takes seconds. */
let server: RunningCommand
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-test-cli-sources-')
  options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
  await writeFile(path.join(folder, 'people.csv'), 'id,name\n1,a\n2,b\n')
  server = startAtlas(['start', '--port', '0'], options)
  await new Promise<void>((resolve) => server.child.stdout?.on('data', (text: string) => text.includes('Sign in') && resolve()))
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: string[], env: Record<string, string> = {}) => atlas(args, { ...options, env })
async function json<T>(args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

/** As a person would pipe a secret in. */
const withInput = (args: string[], input: string) => atlas(args, { ...options, input })

const salesforce = [
  '--connector',
  'salesforce',
  '--no-test',
  '--set',
  'auth.method=access_token',
  '--set',
  'auth.instanceUrl=https://example.my.salesforce.com',
]

describe('atlas connectors', () => {
  it('lists the kinds of source with the schema of their settings', async () => {
    const kinds = await json<{ id: string; modes: string[]; settings: { properties: object } }[]>(['connectors'])
    expect(kinds.find(({ id }) => id === 'files')).toMatchObject({
      modes: expect.arrayContaining(['replace']),
      settings: { properties: { path: {} } },
    })
    expect((await run(['connectors'])).stdout).toMatch(/^connector +title +modes +reads/)
  })
})

describe('a source on the command line', () => {
  it('is added by flags, shown, tested, read, and deleted', async () => {
    const added = await run(['source', 'add', 'people', '--connector', 'files', '--path', 'people.csv', '--description', 'All of them'])
    expect(added.code, added.stderr).toBe(0)
    expect(added.stdout).toContain('atlas source sync people')
    expect(await json<Source>(['source', 'show', 'people'])).toMatchObject({
      name: 'people',
      description: 'All of them',
      state: 'never_run',
      settings: { path: path.join(folder, 'people.csv') },
    })
    expect((await run(['source', 'test', 'people'])).stdout).toMatch(/^✓ /)
    expect(await json<{ name: string }[]>(['source', 'discover', 'people'])).toMatchObject([{ name: 'people' }])
    expect(await json<{ rows: string[][] }>(['source', 'preview', 'people', 'people'])).toMatchObject({
      rows: [
        ['1', 'a'],
        ['2', 'b'],
      ],
    })
    const report = RunReport.parse(await json(['source', 'sync', 'people']))
    expect(report).toMatchObject({ status: 'succeeded', pipeline: 'people', sourceRows: 2 })
    expect(await json<Source[]>(['source', 'list'])).toMatchObject([{ name: 'people', state: 'on_time' }])
    expect(await json<object[]>(['source', 'history', 'people'])).toMatchObject([
      { runId: report.runId, state: 'succeeded', sourceRows: 2 },
    ])
    const refused = await run(['source', 'delete', 'people'])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('explore.people')
    expect(refused.stderr).toContain('[source.in_use]')
    expect((await run(['source', 'delete', 'people', '--yes'])).code).toBe(0)
    expect(await json<Source[]>(['source', 'list'])).toEqual([])
  })

  it.each([
    ['a flag of no setting', ['--paht', 'x'], /files has no setting "paht"; it has: path/],
    ['a flag without its value', ['--path'], /--path needs a value/],
    ['an argument too many', ['--path', 'people.csv', 'more'], /"more" is neither an option nor the value of one/],
    ['--set without a value', ['--set', 'path'], /--set is "path"; it must be name=value/],
    ['a reference to nothing', ['--path', '${env:ATLAS_TEST_NOT_SET}'], /ATLAS_TEST_NOT_SET is not set/],
    ['a source that cannot be read', ['--path', 'nowhere.csv'], /was not saved/],
  ])('is refused with %s', async (_, args, message) => {
    const end = await run(['source', 'add', 'wrong', '--connector', 'files', ...args])
    expect(end).toMatchObject({ code: 1, stdout: '' })
    expect(end.stderr).toMatch(message)
  })

  it('takes a file, and flags above it', async () => {
    await writeFile(
      path.join(folder, 'source.yaml'),
      'connector: files\nsettings: { path: other.csv, reading: { delimiter: "," } }\ndescription: From a file\n',
    )
    const added = await json<Source>([
      'source',
      'add',
      'filed',
      '--from',
      'source.yaml',
      '--path',
      'people.csv',
      '--reading.skip-rows',
      '0',
    ])
    expect(added).toMatchObject({
      description: 'From a file',
      settings: { path: path.join(folder, 'people.csv'), reading: { delimiter: ',', skipRows: 0 } },
    })
    const paused = await json<Source>(['source', 'change', 'filed', '--pause'])
    expect(paused).toMatchObject({ paused: true, state: 'paused', version: 2, description: 'From a file' })
    const sync = await run(['source', 'sync', 'filed', '--json'])
    expect(sync.code).toBe(1)
    expect(JSON.parse(sync.stdout)).toMatchObject({ status: 'failed', error: { code: 'source.paused' } })
    expect(await json<Source>(['source', 'change', 'filed', '--resume'])).toMatchObject({ paused: false })
  })
})

describe('a secret on the command line', () => {
  const token = '00Dxx0000001gPL!AQ8AQFake'
  const clean = (end: { stdout: string; stderr: string }) => expect(end.stdout + end.stderr).not.toContain(token)

  it('comes from standard input, from a variable or from a file, and is shown to nobody', async () => {
    const piped = await withInput(['source', 'add', 'piped', ...salesforce, '--access-token', '-'], `${token}\n`)
    expect(piped.code, piped.stderr).toBe(0)
    expect(piped.stderr).toBe('')
    const stdin = await withInput(['source', 'add', 'stdin', ...salesforce, '--auth.accessToken-stdin'], token)
    expect(stdin.code, stdin.stderr).toBe(0)
    await writeFile(path.join(folder, 'token.txt'), `${token}\n`)
    const filed = await run(['source', 'add', 'by_file', ...salesforce, '--set', 'auth.accessToken=${file:token.txt}'])
    expect(filed).toMatchObject({ code: 0, stderr: '' })
    const named = await run(['source', 'add', 'by_env', ...salesforce, '--access-token', '${env:SF_TOKEN}'], { SF_TOKEN: token })
    expect(named).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['piped', 'stdin', 'by_file', 'by_env']) {
      const shown = await run(['source', 'show', name, '--json'])
      expect(JSON.parse(shown.stdout)).toMatchObject({ settings: { auth: { method: 'access_token', accessToken: SECRET_KEPT } } })
      for (const end of [piped, stdin, filed, named, shown]) clean(end)
    }
    const { rows } = await database.pool.query<{ row: string }>('select settings::text as row from sources')
    expect(rows.map(({ row }) => row).join('')).not.toContain(token)
  })

  it('given as it is, is warned of', async () => {
    const end = await run(['source', 'add', 'open', ...salesforce, '--access-token', token])
    expect(end.code).toBe(0)
    expect(end.stderr).toMatch(/access-token was given on the command line, where others on this machine can see it/)
    clean(end)
  })

  it('is sealed anew by atlas secrets rotate, and still there', async () => {
    const { resealed } = await json<{ resealed: number }>(['secrets', 'rotate'])
    expect(resealed).toBeGreaterThan(0)
    const changed = await run(['source', 'change', 'piped', '--description', 'After it'])
    expect(changed.code, changed.stderr).toBe(0)
  })

  it('must be given again when it would be sent elsewhere', async () => {
    const end = await run(['source', 'change', 'piped', '--set', 'auth.instanceUrl=https://evil.example.org'])
    expect(end).toMatchObject({ code: 1, stdout: '' })
    expect(end.stderr).toContain('[source.secret_needed]')
  })

  it('cannot be sealed with a key that is none, which is said without showing it', async () => {
    const other = { ...options, home: path.join(folder, 'other'), env: { ATLAS_SECRET_KEY: 'c2hvcnQ=' } }
    const end = await atlas(['secrets', 'rotate'], other)
    expect(end).toMatchObject({ code: 1, stdout: '' })
    expect(end.stderr).toContain('[secret.bad_key]')
    expect(end.stderr).not.toContain('c2hvcnQ=')
  })
})
