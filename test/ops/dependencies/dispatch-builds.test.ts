import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type DispatchOptions, dispatchBuilds } from '../../../src/ops/dependencies/dispatch-builds.ts'
import { startDispatcher } from '../../../src/ops/dependencies/dispatcher.ts'
import { readTransformCatalog } from '../../../src/pipeline/transform-catalog.ts'
import { hasWork } from '../../../src/store/publications.ts'
import { deleteTransform, saveTransform } from '../../../src/store/transforms.ts'
import { openTestPlatform, type TestPlatform } from '../../support/platform.ts'
import { publish } from '../../support/publish.ts'

let atlas: TestPlatform
beforeAll(async () => {
  atlas = await openTestPlatform()
})
afterAll(() => atlas.close())

const options = (): DispatchOptions => {
  const { db, now, random, runs } = atlas.platform
  return {
    db,
    now,
    random,
    workingFolder: '/nowhere',
    readCatalog: () => readTransformCatalog(db, '/nowhere'),
    whileSealing: (work) => work(),
    onPublished: async () => ({ runs: [], afterwards: async () => undefined }),
    onQueued: (run) => runs.queued(run),
  }
}

/** Publishes that many rows. */
const numbers = (dataset: string, rows: number) =>
  publish(atlas.platform, dataset, { columns: { n: 'BIGINT' }, select: `select range::bigint as n from range(${rows})` })

async function transform(name: string, sql: string, runs?: 'never'): Promise<void> {
  await saveTransform(atlas.platform.db, { name, sql, description: '', runs }, new Date())
  onTestFinished(() => deleteTransform(atlas.platform.db, name))
}

const ended = async (): Promise<boolean> =>
  !(await hasWork(atlas.platform.db)) &&
  (await atlas.platform.db.selectFrom('runs').select('id').where('state', 'in', ['queued', 'running']).executeTakeFirst()) === undefined

/** Lets the dispatcher work until nothing is left to do and what is told of it holds too; a run that ends wakes it. */
async function settle(isTrueToo: () => Promise<boolean> = async () => true): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const isOver = async (): Promise<boolean> => (await ended()) && (await isTrueToo())
  const look = (): void => void isOver().then((over) => (over ? resolve() : setTimeout(look, 20)))
  const dispatcher = startDispatcher({ ...options(), events: atlas.platform.events, onError: (error) => expect.unreachable(String(error)) })
  try {
    look()
    await promise
  } finally {
    await dispatcher.stop()
  }
}

const runsOf = (...names: string[]) =>
  atlas.platform.db.selectFrom('runs').selectAll().where('pipeline', 'in', names).orderBy('queued_at').orderBy('id').execute()
const count = async (name: string) => {
  const row = await atlas.platform.db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select('snapshots.rows')
    .where('datasets.name', '=', name)
    .executeTakeFirst()
  return row?.rows ?? null
}

describe('a transform of which something it reads was published', () => {
  it('runs once, in the order of a diamond, and not again when nothing changed', async () => {
    await transform('dia_left', 'select n from chart.dia where n % 2 = 0')
    await transform('dia_right', 'select n from chart.dia where n % 2 = 1')
    await transform('dia_all', 'select n from navigate.dia_left union all select n from navigate.dia_right')
    await numbers('chart.dia', 10)
    await settle()
    const runs = await runsOf('dia_left', 'dia_right', 'dia_all')
    expect(runs.map(({ pipeline }) => pipeline).toSorted()).toEqual(['dia_all', 'dia_left', 'dia_right'])
    expect(runs.at(-1)).toMatchObject({
      pipeline: 'dia_all',
      kind: 'transform',
      trigger: 'dependency',
      state: 'succeeded',
      requested_by: 'atlas',
    })
    const [left, right, all] = ['dia_left', 'dia_right', 'dia_all'].map((name) => runs.find(({ pipeline }) => pipeline === name)!)
    expect(all!.queued_at.getTime()).toBeGreaterThanOrEqual(Math.max(left!.finished_at!.getTime(), right!.finished_at!.getTime()))
    expect(all!.cause).toEqual({ datasets: ['navigate.dia_left', 'navigate.dia_right'], upstream: expect.stringMatching(/^r_/) })
    expect(await count('navigate.dia_all')).toBe(10)
    await settle()
    expect(await runsOf('dia_left', 'dia_right', 'dia_all')).toHaveLength(3)
  })

  it('reads the newest of several changes at once, and records the snapshots that it read', async () => {
    await transform('sum_of', 'select sum(n)::bigint as total from chart.summed')
    await numbers('chart.summed', 3)
    await numbers('chart.summed', 4)
    const newest = await numbers('chart.summed', 5)
    await settle()
    const [run, ...others] = await runsOf('sum_of')
    expect(others).toEqual([])
    const steps = await atlas.platform.db
      .selectFrom('steps')
      .select(['name', 'note'])
      .where('run_id', '=', run!.id)
      .orderBy('ordinal')
      .execute()
    expect(steps.map(({ name }) => name)).toEqual(['plan', 'transform', 'check', 'publish'])
    expect(steps[1]?.note).toBe(`Built navigate.sum_of from chart.summed (${newest}).`)
    const event = await atlas.platform.db
      .selectFrom('lineage_events')
      .select('event')
      .where('run_id', '=', run!.id)
      .executeTakeFirstOrThrow()
    expect(event.event).toMatchObject({
      eventType: 'COMPLETE',
      inputs: [{ name: 'chart.summed', facets: { version: { datasetVersion: newest } } }, { name: 'navigate.sum_of' }],
      outputs: [{ name: 'navigate.sum_of' }],
    })
  })

  it('is queued once by eight processes that look at once', async () => {
    await transform('once_only', 'select count(*) as n from chart.watched')
    await numbers('chart.watched', 3)
    const queued = await Promise.all(Array.from({ length: 8 }, () => dispatchBuilds(options())))
    expect(queued.flat().map(({ pipeline }) => pipeline)).toEqual(['once_only'])
    await settle()
    expect(await runsOf('once_only')).toHaveLength(1)
  })

  it('does not run by itself when it says never, and what reads it does not either', async () => {
    await transform('on_demand', 'select n from chart.asked', 'never')
    await transform('after_demand', 'select n from navigate.on_demand')
    await numbers('chart.asked', 2)
    await settle()
    expect(await runsOf('on_demand', 'after_demand')).toEqual([])
    const built = await atlas.platform.runs.runTransform('on_demand', 'somebody')
    expect(built).toMatchObject({ dataset: 'navigate.on_demand', rows: 2 })
    await settle()
    expect((await runsOf('on_demand', 'after_demand')).map(({ pipeline, trigger }) => `${pipeline} ${trigger}`)).toEqual([
      'on_demand api',
      'after_demand dependency',
    ])
  })

  it('waits for what was never published, and says so', async () => {
    await transform('of_both', 'select a.n from chart.here a join chart.later b on a.n = b.n')
    await numbers('chart.here', 4)
    await dispatchBuilds(options())
    const held = await atlas.platform.db.selectFrom('pending_builds').selectAll().where('transform', '=', 'of_both').executeTakeFirst()
    expect(held).toMatchObject({ state: 'held', reason: 'chart.later has never been published.' })
    await numbers('chart.later', 2)
    await settle()
    expect(await count('navigate.of_both')).toBe(2)
  })
})

describe('a transform that fails', () => {
  it('keeps what reads it from being built, which says why, until it is mended', async () => {
    await transform('shaky', `select cast('x' || n as bigint) as n from chart.ground`)
    await transform('upon', 'select n from navigate.shaky')
    await transform('beside', 'select n from chart.ground')
    await numbers('chart.ground', 3)
    const waiting = () => atlas.platform.db.selectFrom('pending_builds').selectAll().where('transform', '=', 'upon').executeTakeFirst()
    await settle(async () => (await waiting()) !== undefined)
    const [failed] = await runsOf('shaky')
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'sql.failed' } })
    expect(await runsOf('upon')).toEqual([])
    expect(await count('navigate.beside')).toBe(3)
    expect(await waiting()).toMatchObject({
      state: 'held',
      held_by: failed!.id,
      reason: `navigate.shaky was not built anew: run ${failed!.id} failed: sql.failed.`,
    })
    await saveTransform(atlas.platform.db, { name: 'shaky', sql: 'select n from chart.ground', description: '' }, new Date())
    await numbers('chart.ground', 6)
    await settle()
    expect(await count('navigate.upon')).toBe(6)
    expect(await atlas.platform.db.selectFrom('pending_builds').selectAll().execute()).toEqual([])
  })
})
