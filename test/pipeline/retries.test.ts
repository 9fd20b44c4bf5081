import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import type { RunDetail } from '../../src/contract/runs.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { commitRun } from '../../src/store/commit.ts'
import { readRunDetail } from '../../src/store/run-story.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'
import { tablesOf } from '../support/table-connector.ts'

const rows = Array.from({ length: 6 }, (_, id) => ({ id, at: id, v: `v${id}` }))
const source = tablesOf({ one: rows, two: rows })
const quick = { attempts: 3, first: '40ms', factor: 1, longest: '40ms' }

let database: TestDatabase
let platform: RunPlatform
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-retries-'))
  platform = await openRunPlatform(database, folder, [source.connector])
})
afterAll(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a pipeline over the table `one`, whose reads fail with each of the errors in turn before their second chunk. */
async function runWith(name: string, errors: AtlasError[], retries: typeof quick | undefined = quick): Promise<RunDetail> {
  const left = [...errors]
  source.chunksRead.length = 0
  source.beforeChunk = (_stream, chunk) => {
    const error = chunk === 0 ? undefined : left.shift()
    if (error !== undefined) throw error
  }
  const definition = { name, source: { connector: 'kafka' as const, settings: {} }, streams: [{ name: 'one', dataset: name }] }
  const { run, ended } = await platform.start({ ...definition, ...(retries === undefined ? {} : { retries }) })
  await ended
  return readRunDetail(database.db, run.id)
}

const away = () => new AtlasError('source.unreachable', 'The source does not answer.')

it('a run whose source is away for a while succeeds by itself, goes on from its checkpoint, and tells of each attempt', async () => {
  const run = await runWith('comes_back', [away(), away()])
  expect(run).toMatchObject({ state: 'succeeded', failures: 2, attempt: 3, publishedRows: 6, error: null, gaveUpAt: null, notBefore: null })
  expect(run.attempts.map(({ attempt, outcome, error }) => [attempt, outcome, error?.code])).toEqual([
    [1, 'failed', 'source.unreachable'],
    [2, 'failed', 'source.unreachable'],
    [3, 'succeeded', undefined],
  ])
  const first = run.attempts[0]?.steps.map(({ name, state }) => [name, state])
  expect(first?.slice(0, 3)).toEqual([
    ['plan', 'succeeded'],
    ['extract', 'failed'],
    ['land', 'skipped'],
  ])
  expect(run.steps.every(({ state }) => state === 'succeeded')).toBe(true)
  // The first chunk was durable before the first failure: nobody read it again.
  expect(source.chunksRead).toEqual(['one:0', 'one:1', 'one:2'])
  expect(run.outputs.map(({ dataset, rows }) => [dataset, rows])).toEqual([
    ['explore.comes_back', 6],
    ['chart.comes_back', 6],
    ['navigate.comes_back', 6],
  ])
})

it('a run that fails as often as it may gives up with its last error, and publishes nothing', async () => {
  const run = await runWith('stays_away', [away(), away(), away(), away()])
  expect(run).toMatchObject({ state: 'failed', failures: 3, attempt: 3, error: { code: 'source.unreachable' }, outputs: [] })
  expect(run.gaveUpAt).toBe(run.finishedAt)
})

it.each(['source.sign_in_failed', 'source.permission_denied', 'source.bad_settings'] as const)(
  'a run that failed with %s is not tried again: nothing gets better by waiting',
  async (code) => {
    const run = await runWith(`never_${code.slice(7)}`, [new AtlasError(code, 'No.')])
    expect(run).toMatchObject({ state: 'failed', failures: 1, attempt: 1, error: { code } })
    expect(run.gaveUpAt).not.toBeNull()
  },
)

it('a source that says when it may be asked again is asked then, and not before', async () => {
  const run = await runWith('limited', [new AtlasError('source.rate_limited', 'Too many.', { retryAfterS: 1 })])
  expect(run).toMatchObject({ state: 'succeeded', attempt: 2 })
  const [first, second] = run.attempts
  expect(first).toMatchObject({ outcome: 'rate_limited', error: { code: 'source.rate_limited', retryAfterS: 1 } })
  expect(Date.parse(second!.startedAt) - Date.parse(first!.finishedAt!)).toBeGreaterThanOrEqual(1000)
})

it('a source that allows no more for a while uses up none of the attempts, and what fails otherwise does', async () => {
  const limited = (): AtlasError => new AtlasError('source.rate_limited', 'Too many.')
  const run = await runWith('often_limited', [limited(), limited(), away(), limited(), limited(), away()])
  expect(run).toMatchObject({ state: 'succeeded', attempt: 7, failures: 2 })
  expect(run.attempts.map(({ outcome }) => outcome)).toEqual([
    'rate_limited',
    'rate_limited',
    'failed',
    'rate_limited',
    'rate_limited',
    'failed',
    'succeeded',
  ])
})

it('a run of another pipeline goes on while one waits to be tried again', async () => {
  const slow = { attempts: 2, first: '1h', factor: 1, longest: '1h' }
  source.beforeChunk = (stream) => {
    if (stream === 'one') throw away()
  }
  const of = (name: string, stream: string) => ({
    name,
    source: { connector: 'kafka' as const, settings: {} },
    streams: [{ name: stream, dataset: name }],
  })
  const { run, ended } = await platform.start({ ...of('waits', 'one'), retries: slow })
  // It is cancelled below: there is no report of it.
  void ended.catch(() => undefined)
  await expect.poll(async () => (await readRunDetail(database.db, run.id)).attempts.length, { timeout: 15_000 }).toBe(1)
  await expect.poll(async () => (await readRunDetail(database.db, run.id)).state, { timeout: 15_000 }).toBe('queued')
  expect(await platform.run(of('other', 'two'))).toMatchObject({ status: 'succeeded' })
  const waiting = await readRunDetail(database.db, run.id)
  expect(waiting.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
    ['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish'].map((name) => `${name} waiting`),
  )
  expect(waiting.waits).toEqual([{ for: 'time', until: waiting.notBefore }])
  expect(Date.parse(waiting.notBefore!) - Date.now()).toBeGreaterThan(29 * 60_000)
  expect(await platform.runs.cancel(run.id, 'test')).toMatchObject({ state: 'cancelled' })
})

it('an attempt that was sent back cannot publish any more', async () => {
  const run = await runWith('fenced', [away()])
  const late = {
    runId: run.id,
    fencingToken: 1,
    drafts: [],
    quarantine: [],
    finish: () => expect.unreachable(),
    lineage: () => expect.unreachable(),
  }
  await expect(commitRun(database.db, late)).rejects.toMatchObject({ code: 'run.superseded' })
})

it('a partial run is followed by one that reads what it could not, by itself, with the attempts that are left', async () => {
  source.beforeChunk = (stream) => {
    if (stream === 'one') throw away()
  }
  const definition = {
    name: 'parts',
    source: { connector: 'kafka' as const, settings: {} },
    retries: { ...quick, first: '500ms', longest: '500ms' },
  }
  const streams = ['one', 'two'].map((name) => ({ name, dataset: `parts_${name}` }))
  const { run, ended } = await platform.start({ ...definition, streams })
  expect(await ended).toMatchObject({ status: 'partial', error: { code: 'source.unreachable' } })
  const partial = await readRunDetail(database.db, run.id)
  expect(partial).toMatchObject({ state: 'partial', failures: 1, settledBy: 'Atlas' })
  source.beforeChunk = () => undefined
  const followUp = () => readRunDetail(database.db, partial.retriedBy!)
  expect(await followUp()).toMatchObject({ retryOf: run.id, maxAttempts: 2, requestedBy: 'test' })
  await expect.poll(async () => (await followUp()).state, { timeout: 20_000 }).toBe('succeeded')
  expect((await followUp()).report?.streams.map(({ name }) => name)).toEqual(['one'])
})

it('a partial run whose missing stream gets no better by waiting is followed by none', async () => {
  source.beforeChunk = (stream) => {
    if (stream === 'one') throw new AtlasError('source.permission_denied', 'Not this one.')
  }
  const definition = { name: 'denied', source: { connector: 'kafka' as const, settings: {} }, retries: quick }
  const { run, ended } = await platform.start({
    ...definition,
    streams: ['one', 'two'].map((name) => ({ name, dataset: `denied_${name}` })),
  })
  expect(await ended).toMatchObject({ status: 'partial' })
  const partial = await readRunDetail(database.db, run.id)
  expect(partial).toMatchObject({ retriedBy: null, settledAt: null })
  expect(partial.gaveUpAt).toBe(partial.finishedAt)
})

it.each([
  ['cli', 'failed'],
  ['api', 'queued'],
] as const)('a run from %s whose process is stopped in order is %s then', async (trigger, state) => {
  const own = await createTestDatabase()
  const held = Promise.withResolvers<void>()
  const slow = tablesOf({ one: rows })
  slow.beforeChunk = () => held.resolve()
  const stopped = await openRunPlatform(own, path.join(folder, trigger), [slow.connector])
  try {
    const definition = PipelineDefinition.parse({ name: 'stopped', source: { connector: 'kafka', settings: {} } })
    const run = await stopped.runs.start({ definition, trigger, requestedBy: 'test', workingFolder: folder })
    await held.promise
    await stopped.close()
    const left = await readRunDetail(own.db, run.id)
    expect(left).toMatchObject({ state, failures: trigger === 'cli' ? 1 : 0, publishedRows: trigger === 'cli' ? 0 : null })
    expect(left.attempts).toMatchObject([{ outcome: trigger === 'cli' ? 'failed' : 'handed_over', error: { code: 'run.interrupted' } }])
  } finally {
    await own.drop()
  }
})
