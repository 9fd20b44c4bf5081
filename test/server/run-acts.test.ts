import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectors } from '../../src/connectors/index.ts'
import type { Run, RunDetail } from '../../src/contract/runs.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'
import { tablesOf } from '../support/table-connector.ts'

const rows = [{ id: 1, at: 1, v: 'a' }]
const source = tablesOf({ one: rows, two: rows })
let atlas: TestServer
/** Streams that the source does not give, and why. */
let refused = new Map<string, AtlasError>()
beforeAll(async () => {
  source.beforeChunk = (stream) => {
    const error = refused.get(stream)
    if (error !== undefined) throw error
  }
  atlas = await startTestServer({}, {}, [...connectors, source.connector])
})
beforeEach(() => {
  refused = new Map()
})
afterAll(() => atlas.close())

const away = new AtlasError('source.unreachable', 'The tables at 10.1.2.3 do not answer.')
const as = (role: 'admin' | 'editor' | 'viewer') => atlas.as(role)
const read = (id: string): Promise<RunDetail> => replyOf('GET /runs/:runId', as('viewer')(`/api/v1/runs/${id}`))
const act = (what: 'retry' | 'settle' | 'cancel', id: string, json: object = {}) =>
  as('editor')(`/api/v1/runs/${id}/${what}`, { method: 'POST', ...(what === 'settle' ? { json } : {}) })

async function end(run: Run): Promise<RunDetail> {
  await (await as('viewer')(`/api/v1/runs/${run.id}/events`)).text()
  return read(run.id)
}

async function store(name: string, attempts: number, streams = ['one'], first = '60s'): Promise<void> {
  const json = {
    name,
    source: { connector: 'kafka' },
    streams: streams.map((stream) => ({ name: stream, dataset: `${name}_${stream}` })),
    retries: { attempts, first },
  }
  await replyOf('PUT /pipelines/:name', as('admin')(`/api/v1/pipelines/${name}`, { method: 'PUT', json }))
}

const start = (name: string): Promise<Run> =>
  replyOf('POST /runs', as('editor')('/api/v1/runs', { method: 'POST', json: { pipelineName: name } }))
const list = (query: string) => replyOf('GET /runs', as('viewer')(`/api/v1/runs?${query}`))

async function giveUp(name: string): Promise<RunDetail> {
  refused.set('one', away)
  await store(name, 1)
  return end(await start(name))
}

describe('a run that gave up', () => {
  it('is listed with its input, its error and its attempts, and done again once its cause is mended', async () => {
    const dead = await giveUp('mended')
    expect(dead).toMatchObject({ state: 'failed', error: { code: 'source.unreachable' }, settledAt: null, retriedBy: null })
    expect((await list('gaveUp=open')).runs.map(({ id }) => id)).toContain(dead.id)
    refused.clear()
    const again = await replyOf('POST /runs/:runId/retry', act('retry', dead.id))
    expect(again).toMatchObject({ retryOf: dead.id, pipeline: 'mended', trigger: 'api', requestedBy: 'token:editor' })
    expect(await end(again)).toMatchObject({ state: 'succeeded', publishedRows: 1 })
    expect(await read(dead.id)).toMatchObject({ state: 'failed', retriedBy: again.id, settledBy: 'token:editor', settledReason: null })
    expect((await list('gaveUp=open')).runs.map(({ id }) => id)).not.toContain(dead.id)
    expect((await list('gaveUp=all')).runs.map(({ id }) => id)).toContain(dead.id)
  })

  it('is done again once: of two who ask at the same moment one is refused', async () => {
    const dead = await giveUp('twice')
    const answers = await Promise.all([act('retry', dead.id), act('retry', dead.id)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409])
    const problem = await expectProblem(act('retry', dead.id), 409, 'run.retried')
    expect(problem.detail).toContain((await read(dead.id)).retriedBy)
    expect((await list('pipeline=twice')).runs).toHaveLength(2)
  })

  it('is carried out as its pipeline is now', async () => {
    const dead = await giveUp('changed')
    await store('changed', 1, ['two'])
    const again = await end(await replyOf('POST /runs/:runId/retry', act('retry', dead.id)))
    expect(again.report?.streams.map(({ name }) => name)).toEqual(['two'])
  })

  it('can be put aside with a reason, once', async () => {
    const dead = await giveUp('aside')
    await expectProblem(act('settle', dead.id, { reason: '' }), 400, 'request.invalid')
    expect(await replyOf('POST /runs/:runId/settle', act('settle', dead.id, { reason: 'The supplier is gone.' }))).toMatchObject({
      settledBy: 'token:editor',
      settledReason: 'The supplier is gone.',
    })
    await expectProblem(act('settle', dead.id, { reason: 'Again.' }), 409, 'run.settled')
    expect((await list('gaveUp=open&pipeline=aside')).runs).toEqual([])
  })

  it('is needless once a later run of its pipeline read the same', async () => {
    const dead = await giveUp('later')
    refused.clear()
    const later = await end(await start('later'))
    expect(await read(dead.id)).toMatchObject({ settledBy: later.id, settledReason: null, retriedBy: null })
  })

  it('can be done again with others in one go, and what cannot is told', async () => {
    const [first, second] = [await giveUp('bulk_a'), await giveUp('bulk_b')]
    const json = { runIds: [first.id, second.id, 'r_none', first.id] }
    const done = await replyOf('POST /runs/retry', as('editor')('/api/v1/runs/retry', { method: 'POST', json }))
    expect(done.runs.map(({ retryOf }) => retryOf)).toEqual([first.id, second.id])
    expect(done.refused).toMatchObject([{ runId: 'r_none', problem: { code: 'run.not_found' } }])
    const settled = { runIds: [first.id], reason: 'Done.' }
    const refusedOnes = await replyOf('POST /runs/settle', as('editor')('/api/v1/runs/settle', { method: 'POST', json: settled }))
    expect(refusedOnes).toMatchObject({ runs: [], refused: [{ runId: first.id, problem: { code: 'run.settled' } }] })
  })
})

it('a run that waits to be tried again begins at once when somebody says so, and stays one run', async () => {
  refused.set('one', away)
  await store('forward', 3)
  const run = await start('forward')
  await expect.poll(async () => (await read(run.id)).attempts[0]?.outcome, { timeout: 15_000 }).toBe('failed')
  await expect.poll(async () => (await read(run.id)).waits[0]?.for, { timeout: 15_000 }).toBe('time')
  refused.clear()
  expect(await replyOf('POST /runs/:runId/retry', act('retry', run.id))).toMatchObject({ id: run.id, notBefore: null })
  expect(await end(run)).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1, retriedBy: null })
})

it('of a partial run the streams that are missing are read again, and only those', async () => {
  refused.set('one', new AtlasError('source.permission_denied', 'Not this one.'))
  await store('partly', 1, ['one', 'two'])
  const partial = await end(await start('partly'))
  expect(partial).toMatchObject({ state: 'partial' })
  refused.clear()
  const again = await end(await replyOf('POST /runs/:runId/retry', act('retry', partial.id)))
  expect(again.report?.streams.map(({ name, state }) => [name, state])).toEqual([['one', 'succeeded']])
})

it('a run that succeeded, or is going on, is not done again', async () => {
  await store('fine', 1)
  const run = await start('fine')
  await end(run)
  await expectProblem(act('retry', run.id), 409, 'run.nothing_to_retry')
  await expectProblem(act('settle', run.id, { reason: 'No.' }), 409, 'run.settled')
  await expectProblem(act('retry', 'r_none'), 404, 'run.not_found')
  await expectProblem(as('viewer')(`/api/v1/runs/${run.id}/retry`, { method: 'POST' }), 403, 'access.denied')
})

describe('lists of runs', () => {
  it('are filtered by state, trigger, time and text, and counted by state', async () => {
    const dead = await giveUp('seek_this')
    expect((await list('search=ek_th')).runs.map(({ id }) => id)).toEqual([dead.id])
    expect((await list(`search=${dead.id}`)).runs.map(({ id }) => id)).toEqual([dead.id])
    expect((await list('search=10.1.2.3&pipeline=seek_this')).runs.map(({ id }) => id)).toEqual([dead.id])
    expect((await list('search=answ&state=succeeded')).runs).toEqual([])
    expect((await list('search=%25')).runs).toEqual([])
    expect((await list(`to=${dead.queuedAt}&pipeline=seek_this`)).runs).toEqual([])
    expect((await list(`from=${dead.queuedAt}&state=failed,blocked&trigger=api`)).runs.map(({ id }) => id)).toEqual([dead.id])
    await expectProblem(as('viewer')('/api/v1/runs?state=failed,odd'), 400, 'request.invalid')
    const counts = await replyOf('GET /runs/counts', as('viewer')('/api/v1/runs/counts?pipeline=seek_this'))
    expect(counts).toEqual({ states: [{ state: 'failed', runs: 1 }], gaveUp: 1, most: 10_000 })
  })

  it('of the log show the lines that hold a text, by level and step', async () => {
    const dead = await giveUp('written')
    const log = (query: string) => replyOf('GET /runs/:runId/log', as('viewer')(`/api/v1/runs/${dead.id}/log?${query}`))
    const all = await log('')
    expect(await log('search=DO%20NOT%20answer')).toEqual(all.filter(({ message }) => message.includes('do not answer')))
    expect((await log('level=error')).map(({ level }) => level)).toEqual(['error'])
    expect(await log('level=error&search=nothing%20like%20it')).toEqual([])
    expect((await log('step=extract')).every(({ step }) => step === 'extract')).toBe(true)
  })
})
