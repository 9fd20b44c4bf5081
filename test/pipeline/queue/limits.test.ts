import path from 'node:path'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { PipelineDefinition, type PipelineInput } from '../../../src/contract/pipelines.ts'
import { sql } from '../../../src/core/sql.ts'
import { readRun } from '../../../src/store/runs.ts'
import { csvRuns } from '../../support/csv-runs.ts'
import { startHeldCsv } from '../../support/worker-processes.ts'

const runs = csvRuns()
const held = (name: string, url: string, more: Partial<PipelineInput>): PipelineInput => ({
  name,
  source: { connector: 'files', settings: { path: url } },
  ...more,
})
const start = (pipeline: PipelineInput) =>
  runs.platform.runs.start({ definition: PipelineDefinition.parse(pipeline), trigger: 'api', requestedBy: 'ann', workingFolder: '/' })
const stateOf = async (id: string) => (await readRun(runs.database.db, id)).state

describe('the limits of a pipeline', () => {
  it('stop a run that takes too long, and do not try it again', async () => {
    const source = await startHeldCsv()
    const report = await runs.platform.run(held('slow', source.url, { limits: { time: '300ms' } }))
    expect(report).toMatchObject({ status: 'failed', error: { code: 'run.time_limit', retry: false }, datasets: [] })
    const run = await readRun(runs.database.db, report.runId)
    expect(run).toMatchObject({ state: 'failed', fencing_token: 1 })
    expect(run.gave_up_at).not.toBeNull()
  })

  it('give a run a DuckDB of its own, with its own share of memory, and leave that of others as it is', async () => {
    const { lake } = runs.platform
    const own = lake.limited(64 * 2 ** 20, path.join(runs.folder, 'own'))
    const limit = (of: typeof lake) => of.session((session) => session.textRows(sql`select current_setting('memory_limit')`))
    expect(await limit(own)).toEqual([['64.0 MiB']])
    expect(await limit(lake)).toEqual([['1.0 GiB']])
    own.close()
    const file = path.join(runs.folder, 'small.csv')
    await writeFile(file, 'id\n1\n2\n')
    const report = await runs.platform.run(held('small', file, { limits: { memory: '200MB', time: '1min' } }))
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 2 })
    expect(await limit(lake)).toEqual([['1.0 GiB']])
  })
})

describe('a run of a pipeline that is at it already', () => {
  it('waits unless told otherwise', async () => {
    const source = await startHeldCsv()
    const first = await start(held('queues', source.url, {}))
    const second = await start(held('queues', source.url, {}))
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['running', 'queued'])
    source.open()
    await vi.waitFor(async () => expect(await stateOf(second.id)).toBe('succeeded'), 20_000)
  })

  it('is refused where the pipeline says skip', async () => {
    const source = await startHeldCsv()
    const first = await start(held('skips', source.url, { overlap: 'skip' }))
    await expect(start(held('skips', source.url, { overlap: 'skip' }))).rejects.toMatchObject({ code: 'run.overlap' })
    source.open()
    await vi.waitFor(async () => expect(await stateOf(first.id)).toBe('succeeded'), 20_000)
  })

  it('takes its place where the pipeline says cancel_older', async () => {
    const source = await startHeldCsv()
    const first = await start(held('replaces', source.url, { overlap: 'cancel_older' }))
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    const second = await start(held('replaces', source.url, { overlap: 'cancel_older' }))
    await vi.waitFor(async () => expect(await stateOf(first.id)).toBe('cancelled'), 20_000)
    source.open()
    await vi.waitFor(async () => expect(await stateOf(second.id)).toBe('succeeded'), 20_000)
  })

  it('goes on beside it where the pipeline says allow', async () => {
    const source = await startHeldCsv()
    const beside = held('beside', source.url, { overlap: 'allow', retries: { attempts: 2, first: '100ms' } })
    const [first, second] = [await start(beside), await start(beside)]
    await vi.waitFor(() => expect(source.waiting()).toBe(2), 20_000)
    source.open()
    // Both bring rows for one dataset: the one that comes second begins anew.
    await vi.waitFor(async () => expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['succeeded', 'succeeded']), 20_000)
  })
})

describe('a process whose places are all taken', () => {
  it('begins the next run in the place of the first that ends', async () => {
    const [ends, stays, waits] = await Promise.all(['ends', 'stays', 'waits'].map((name) => startHeldCsv(name)))
    if (ends === undefined || stays === undefined || waits === undefined) throw new Error('three sources')
    const first = await start(held('ends', ends.url, {}))
    await start(held('stays', stays.url, {}))
    await vi.waitFor(() => expect([ends.waiting(), stays.waiting()]).toEqual([1, 1]), 20_000)
    const next = await start(held('waits', waits.url, {}))
    expect(await stateOf(next.id)).toBe('queued')
    ends.open()
    await vi.waitFor(() => expect(waits.waiting()).toBe(1), 20_000)
    expect(await stateOf(first.id)).toBe('succeeded')
    stays.open()
    waits.open()
    await vi.waitFor(async () => expect(await stateOf(next.id)).toBe('succeeded'), 20_000)
  })
})
