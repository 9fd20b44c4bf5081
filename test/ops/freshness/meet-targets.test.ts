import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dispatchBuilds } from '../../../src/ops/dependencies/dispatch-builds.ts'
import { meetTargets, type TargetOptions } from '../../../src/ops/freshness/meet-targets.ts'
import { UNPLANNED } from '../../../src/pipeline/run-recorder.ts'
import { readTransformCatalog } from '../../../src/pipeline/transform-catalog.ts'
import { missedTargets } from '../../../src/store/freshness-states.ts'
import { startTestServer, type TestServer } from '../../support/platform.ts'
import { expectProblem, replyOf } from '../../support/replies.ts'

const HOUR = 3_600_000
let atlas: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp('/tmp/atlas-test-freshness-')
  await writeFile(path.join(folder, 'sales.csv'), 'id,amount\n1,20\n2,30\n')
  atlas = await startTestServer()
  const json = {
    name: 'sales',
    source: { connector: 'files', settings: { path: path.join(folder, 'sales.csv') } },
    streams: [{ name: 'sales' }],
  }
  await replyOf('PUT /pipelines/:name', atlas.as('admin')('/api/v1/pipelines/sales', { method: 'PUT', json }))
  const sql = { sql: 'select sum(amount) as total from chart.sales', runs: 'apart' }
  await replyOf('PUT /transforms/:name', atlas.as('editor')('/api/v1/transforms/revenue', { method: 'PUT', json: sql }))
})
afterAll(async () => {
  await atlas.close()
  await rm(folder, { recursive: true, force: true })
})

const options = (): TargetOptions => ({
  ...atlas.platform,
  steps: UNPLANNED,
  workingFolder: folder,
  readCatalog: () => readTransformCatalog(atlas.platform.db, folder),
  whileSealing: (work) => work(),
  onQueued: (run) => atlas.platform.runs.queued(run),
})
const dispatch = () => dispatchBuilds({ ...options(), onPublished: async () => ({ runs: [], afterwards: async () => undefined }) })
const summaries = (found: { pipeline: string; trigger: string; cause: unknown }[]) =>
  found.map(({ pipeline, trigger, cause }) => ({ pipeline, trigger, cause }))
const freshness = () => replyOf('GET /freshness', atlas.as('viewer')('/api/v1/freshness'))

/** Resolves when no run is queued or going on. */
async function ended(): Promise<void> {
  for (;;) {
    const open = await atlas.platform.db.selectFrom('runs').select('id').where('state', 'in', ['queued', 'running']).executeTakeFirst()
    if (open === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const unsubscribe = atlas.platform.events.subscribe(() => resolve())
    const timer = setTimeout(resolve, 100)
    await promise
    clearTimeout(timer)
    unsubscribe()
  }
}

describe('a freshness target of a transform', () => {
  it('brings a dataset into being that was never published: pipeline first, transform after it', async () => {
    const set = await replyOf(
      'PUT /freshness/:dataset',
      atlas.as('editor')('/api/v1/freshness/navigate.revenue', { method: 'PUT', json: { within: '2h' } }),
    )
    expect(set).toMatchObject({ dataset: 'navigate.revenue', within: '2h', state: 'unmeasured', asOf: null })
    const queued = await Promise.all([meetTargets(options()), meetTargets(options()), meetTargets(options())])
    expect(summaries(queued.flat())).toEqual([{ pipeline: 'sales', trigger: 'freshness', cause: { target: 'navigate.revenue' } }])
    await ended()
    expect(summaries(await dispatch())).toMatchObject([{ pipeline: 'revenue', trigger: 'dependency' }])
    await ended()
    expect(await freshness()).toMatchObject([{ state: 'fresh', missedSince: null }])
    expect(await meetTargets(options())).toEqual([])
  })

  it('runs the pipeline again in time, once, and is missed since when its data is too old', async () => {
    atlas.advance(1.9 * HOUR)
    const [before] = await freshness()
    atlas.advance(0.2 * HOUR)
    const [late] = await freshness()
    expect(late).toMatchObject({ state: 'missed', missedSince: new Date(Date.parse(before!.asOf!) + 2 * HOUR).toISOString() })
    expect(await missedTargets(atlas.platform.db, atlas.platform.now())).toEqual([
      {
        dataset: 'navigate.revenue',
        within: '2h',
        asOf: new Date(before!.asOf!),
        missedSince: new Date(late!.missedSince!),
        reason: 'No run has brought newer data.',
      },
    ])
    await atlas.platform.db.updateTable('pipelines').set({ paused: true }).execute()
    expect(await meetTargets(options())).toEqual([])
    expect(await freshness()).toMatchObject([{ state: 'missed', reason: 'The pipeline sales is paused.' }])
    await atlas.platform.db.updateTable('pipelines').set({ paused: false }).execute()
    expect(summaries(await meetTargets(options()))).toMatchObject([{ pipeline: 'sales' }])
    await ended()
  })

  it('stands in the graph, and is taken away', async () => {
    const graph = await replyOf('GET /graph', atlas.as('viewer')('/api/v1/graph'))
    expect(graph.nodes.map(({ id }) => id)).toEqual(['source:sales', 'explore.sales', 'chart.sales', 'navigate.revenue', 'navigate.sales'])
    expect(graph.edges.map(({ from, to, by }) => `${from} > ${to} by ${by.kind} ${by.name}`).toSorted()).toEqual([
      'chart.sales > navigate.revenue by transform revenue',
      'chart.sales > navigate.sales by pipeline sales',
      'explore.sales > chart.sales by pipeline sales',
      'source:sales > explore.sales by pipeline sales',
    ])
    const revenue = graph.nodes.find(({ id }) => id === 'navigate.revenue')
    expect(revenue).toMatchObject({
      madeBy: { kind: 'transform', name: 'revenue' },
      rows: 1,
      run: null,
      lastRun: { kind: 'transform', state: 'succeeded' },
      freshness: { within: '2h' },
    })
    const around = await replyOf('GET /graph', atlas.as('viewer')('/api/v1/graph?around=navigate.sales'))
    expect(around.nodes.map(({ id }) => id)).toEqual(['source:sales', 'explore.sales', 'chart.sales', 'navigate.sales'])
    expect((await atlas.as('editor')('/api/v1/freshness/navigate.revenue', { method: 'DELETE' })).status).toBe(204)
    await expectProblem(atlas.as('editor')('/api/v1/freshness/navigate.revenue', { method: 'DELETE' }), 404, 'freshness.not_found')
    expect(await freshness()).toEqual([])
  })

  it('is refused for what nothing makes, and for no age', async () => {
    const put = (dataset: string, within: string) => atlas.as('editor')(`/api/v1/freshness/${dataset}`, { method: 'PUT', json: { within } })
    await expectProblem(put('navigate.nothing', '2h'), 404, 'dataset.not_found')
    await expectProblem(put('navigate.revenue', 'soon'), 400, 'request.invalid')
    await expectProblem(put('navigate.revenue', '900d'), 422, 'schedule.bad_interval')
  })
})

describe('transforms that would go in a circle', () => {
  it('are refused when the last of them is saved, over all that are stored, with the whole path', async () => {
    const put = (name: string, sql: string) => atlas.as('editor')(`/api/v1/transforms/${name}`, { method: 'PUT', json: { sql } })
    await replyOf('PUT /transforms/:name', put('first', 'select * from navigate.third'))
    await replyOf('PUT /transforms/:name', put('second', 'select * from navigate.first'))
    const problem = await expectProblem(put('third', 'select * from navigate.second'), 422, 'transform.cycle')
    expect(problem.detail).toBe('Transforms go in a circle: navigate.first → navigate.second → navigate.third → navigate.first.')
    const json = {
      name: 'looping',
      source: { connector: 'files', settings: { upload: 'u_1' } },
      transforms: [{ name: 'third', sql: 'select * from navigate.second' }],
    }
    await expectProblem(atlas.as('editor')('/api/v1/pipelines/looping', { method: 'PUT', json }), 422, 'transform.cycle')
  })
})
