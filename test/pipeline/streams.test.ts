import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { sql } from '../../src/core/sql.ts'
import { keepHouse } from '../../src/pipeline/housekeeping.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'
import { tablesOf, type TableRow, type Tables } from '../support/table-connector.ts'

let database: TestDatabase
let platform: RunPlatform
let folder: string
let source: Tables
beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-streams-'))
  source = tablesOf({})
  platform = await openRunPlatform(database, folder, [source.connector])
})
afterEach(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

type StreamInput = NonNullable<PipelineInput['streams']>[number]

function run(streams: StreamInput[] = []): Promise<RunReport> {
  return platform.run({ name: 'tables', source: { connector: 'kafka' }, streams })
}

function numbers(count: number, from = 1): TableRow[] {
  return Array.from({ length: count }, (_, index) => ({ id: from + index, at: from + index, v: `v${from + index}` }))
}

const ids = (dataset: string): Promise<(string | null)[][]> => platform.rows(dataset, sql`select string_agg(id, ' ' order by id)`)
const incremental: StreamInput = { name: 'orders', mode: 'append', cursor: { column: 'at' } }

describe('several streams in one run', () => {
  it('publishes nine of ten tables when one is denied, and says so', async () => {
    source.tables = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, numbers(3)]))
    source.beforeChunk = (stream) => {
      if (stream === 't4') throw new AtlasError('source.permission_denied', 'The role reader may not read t4.')
    }
    const report = await run()
    expect(report.status).toBe('partial')
    expect(report.error).toMatchObject({ code: 'source.permission_denied', detail: 'The role reader may not read t4.' })
    expect(report.streams.filter((stream) => stream.state === 'succeeded')).toHaveLength(9)
    expect(report.streams.find((stream) => stream.name === 't4')).toMatchObject({
      state: 'failed',
      error: { code: 'source.permission_denied' },
    })
    expect(await ids('navigate.t3')).toEqual([['1 2 3']])
    await expect(platform.rows('explore.t4')).rejects.toMatchObject({ code: 'dataset.not_found' })
    const steps = await database.db.selectFrom('steps').select(['name', 'state']).where('stream', '=', 't4').orderBy('ordinal').execute()
    expect(steps.map((step) => step.state)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped'])
  })

  it('fails when every stream failed, with the first reason', async () => {
    source.tables = { a: numbers(1), b: numbers(1) }
    source.beforeChunk = (stream) => {
      throw new AtlasError('source.permission_denied', `No right to read ${stream}.`)
    }
    expect(await run()).toMatchObject({ status: 'failed', error: { code: 'source.permission_denied' }, datasets: [] })
  })

  it('goes on without a table that was dropped, and says so', async () => {
    source.tables = { a: numbers(2), b: numbers(2) }
    const streams: StreamInput[] = [{ name: 'a' }, { name: 'b' }]
    await run(streams)
    source.tables = { a: numbers(3) }
    const report = await run(streams)
    expect(report).toMatchObject({ status: 'partial', error: { code: 'source.stream_not_found', detail: expect.stringContaining('"b"') } })
    expect([await ids('chart.a'), await ids('chart.b')]).toEqual([[['1 2 3']], [['1 2']]])
    const steps = await database.db
      .selectFrom('steps')
      .select(['state'])
      .where('run_id', '=', report.runId)
      .where('stream', '=', 'b')
      .orderBy('ordinal')
      .execute()
    expect(steps.map((step) => step.state)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped'])
  })

  it('keeps what readers have of a stream that fails now', async () => {
    source.tables = { a: numbers(2), b: numbers(2) }
    await run()
    source.tables = { a: numbers(3), b: numbers(3) }
    source.beforeChunk = (stream, chunk) => {
      if (stream === 'b' && chunk === 1) throw new AtlasError('source.unreachable', 'The source went away.')
    }
    expect(await run()).toMatchObject({ status: 'partial' })
    expect([await ids('chart.a'), await ids('chart.b')]).toEqual([[['1 2 3']], [['1 2']]])
  })

  it('does not build a transform over a stream that gave nothing, and says so', async () => {
    source.tables = { a: numbers(2), b: numbers(2) }
    source.beforeChunk = (stream) => {
      if (stream === 'b') throw new AtlasError('source.unreachable', 'The source went away.')
    }
    const transforms = [{ name: 'both', sql: 'select a.id from chart.a join chart.b using (id)' }]
    const report = await platform.run({ name: 'tables', source: { connector: 'kafka' }, transforms })
    expect(report).toMatchObject({ status: 'partial', warnings: [expect.stringContaining('navigate.both was not built anew: chart.b')] })
  })

  it('reads as many side by side as the connector allows', async () => {
    source.tables = { a: numbers(1), b: numbers(1), c: numbers(1) }
    const both = Promise.withResolvers<void>()
    let now = 0
    let most = 0
    source.beforeChunk = async (stream) => {
      now += 1
      most = Math.max(most, now)
      if (now === 2) both.resolve()
      if (stream !== 'c') await both.promise
      now -= 1
    }
    expect(await run()).toMatchObject({ status: 'succeeded', sourceRows: 3 })
    expect(most).toBe(2)
  })

  it('audits who read what, and how much', async () => {
    source.tables = { a: numbers(3) }
    const { runId } = await run()
    const rows = await database.db.selectFrom('audit').select(['actor', 'target', 'detail']).where('action', '=', 'source.read').execute()
    expect(rows).toEqual([
      { actor: 'test', target: 'tables', detail: { connector: 'kafka', stream: 'a', mode: 'replace', rows: 3, bytes: 3, runId } },
    ])
  })
})

describe("the source's own count", () => {
  it('blocks what arrived when it is another number than the source counts', async () => {
    source.tables = { orders: numbers(4) }
    source.says = { counted: { rows: 5, read: 4, tolerance: 0 } }
    expect(await run()).toMatchObject({ status: 'failed', error: { code: 'source.incomplete', detail: expect.stringContaining('5 rows') } })
    await expect(platform.rows('explore.orders')).rejects.toMatchObject({ code: 'dataset.not_found' })
    source.says = { counted: { rows: 4, read: 4, tolerance: 0 } }
    expect(await run()).toMatchObject({ status: 'succeeded', streams: [{ counted: 4, rows: 4 }] })
  })
})

describe('incremental streams', () => {
  it('case 1, case 2: keep ties once each, with a key and without', async () => {
    source.tables = { orders: [...numbers(2), { id: 3, at: 3, v: 'c' }, { id: 4, at: 3, v: 'd' }, { id: 4, at: 3, v: 'd' }] }
    await run([incremental])
    source.tables['orders']?.push({ id: 5, at: 3, v: 'e' }, { id: 4, at: 3, v: 'd' }, { id: 6, at: 4, v: 'f' })
    expect(await run([incremental])).toMatchObject({ status: 'succeeded', sourceRows: 3, publishedRows: 3 })
    expect(await ids('chart.orders')).toEqual([['1 2 3 4 4 4 5 6']])
  })

  it('case 7: add nothing when nothing changed, rows without a cursor included', async () => {
    source.tables = { orders: [...numbers(2), { id: 9, at: null, v: 'x' }] }
    await run([incremental])
    const before = await database.db.selectFrom('stream_states').select('state').execute()
    expect(await run([incremental])).toMatchObject({ status: 'succeeded', sourceRows: 0, publishedRows: 0 })
    expect(await ids('explore.orders')).toEqual([['1 2 9']])
    expect(await database.db.selectFrom('stream_states').select('state').execute()).toEqual(before)
  })

  it('merge by the key that the source declares: explore keeps every version, chart the newest', async () => {
    source.tables = { orders: numbers(3) }
    await run([{ ...incremental, mode: 'merge' }])
    source.tables['orders'] = [...numbers(2), { id: 3, at: 7, v: 'changed' }]
    expect(await run([{ ...incremental, mode: 'merge' }])).toMatchObject({ status: 'succeeded', sourceRows: 1, publishedRows: 1 })
    expect(await platform.rows('chart.orders', sql`select string_agg(id || v, ' ' order by id)`)).toEqual([['1v1 2v2 3changed']])
    expect(await ids('explore.orders')).toEqual([['1 2 3 3']])
    const files = await database.db.selectFrom('files').select('id').execute()
    expect(await run([{ ...incremental, mode: 'merge' }])).toMatchObject({
      status: 'succeeded',
      sourceRows: 0,
      publishedRows: 0,
      deduplicatedRows: 0,
    })
    expect(await database.db.selectFrom('files').select('id').execute()).toEqual(files)
    expect(await platform.rows('chart.orders', sql`select count(*)`)).toEqual([['3']])
  })

  it('merge a row that went to another value and back under one cursor value', async () => {
    const rule: StreamInput = { ...incremental, mode: 'merge' }
    for (const v of ['a', 'b', 'a']) {
      source.tables = { orders: [{ id: 1, at: 1, v }] }
      expect(await run([rule])).toMatchObject({ status: 'succeeded', sourceRows: 1 })
      expect(await run([rule])).toMatchObject({ status: 'succeeded', sourceRows: 0 })
      expect(await platform.rows('chart.orders', sql`select v`)).toEqual([[v]])
    }
  })

  it('refuse to merge what has no key', async () => {
    source.tables = { orders: numbers(1) }
    const rule: StreamInput = { name: 'orders', mode: 'merge', cursor: { column: 'at' }, keys: ['nothing'] }
    expect(await run([rule])).toMatchObject({ status: 'failed', error: { code: 'pipeline.unknown_column' } })
  })

  it('full_append adds the whole stream each time', async () => {
    source.tables = { orders: numbers(2) }
    await run([{ name: 'orders', mode: 'full_append' }])
    await run([{ name: 'orders', mode: 'full_append' }])
    expect(await ids('chart.orders')).toEqual([['1 1 2 2']])
  })

  it('case 19: begin anew after a replace', async () => {
    source.tables = { orders: numbers(2) }
    await run([incremental])
    await run([{ name: 'orders', mode: 'replace' }])
    source.tables['orders'] = numbers(3)
    await run([incremental])
    expect(await ids('chart.orders')).toEqual([['1 2 3']])
  })

  it('add to the rows of another pipeline, and leave them as they are', async () => {
    source.tables = { orders: numbers(2) }
    await platform.run({ name: 'another', source: { connector: 'kafka' }, streams: [incremental] })
    source.tables = { orders: numbers(1, 50) }
    const report = await run([incremental])
    expect(report.warnings).toEqual([expect.stringContaining('explore.orders was filled by another; this run adds to its rows')])
    expect(await ids('chart.orders')).toEqual([['1 2 50']])
  })

  it('case 63: publish what came before the source allowed no more, and go on from there', async () => {
    source.tables = { orders: numbers(2) }
    source.says = { parked: { detail: 'The source allows no more requests today.', until: null } }
    expect(await run([incremental])).toMatchObject({ status: 'rate_limited', publishedRows: 2, streams: [{ state: 'rate_limited' }] })
    source.says = {}
    source.tables['orders'] = numbers(4)
    expect(await run([incremental])).toMatchObject({ status: 'succeeded', sourceRows: 2 })
    expect(await ids('chart.orders')).toEqual([['1 2 3 4']])
  })
})

describe('a full refresh that is cut off', () => {
  const cutAt = (chunk: number): void => {
    source.beforeChunk = (_, current) => {
      if (current === chunk) throw new AtlasError('source.unreachable', 'The source went away.')
    }
  }
  const goOn = (): void => {
    source.beforeChunk = () => undefined
    source.chunksRead = []
  }

  it('case 16: goes on from its last durable chunk, while readers keep the old snapshot', async () => {
    source.tables = { orders: numbers(1, 100) }
    await run()
    source.tables = { orders: numbers(20) }
    cutAt(3)
    expect(await run()).toMatchObject({ status: 'failed', error: { code: 'source.unreachable' } })
    expect(await ids('chart.orders')).toEqual([['100']])
    const { orphans } = await keepHouse({
      db: database.db,
      files: platform.lake.files,
      now: () => new Date(Date.now() + 86_400_000),
      orphanGraceMs: 0,
      retentionDays: 30,
      retentionSnapshots: 10,
      runDetailDays: 90,
    })
    expect(orphans).toEqual([])
    goOn()
    expect(await run()).toMatchObject({ status: 'succeeded', sourceRows: 20 })
    expect(source.chunksRead).toEqual([3, 4, 5, 6, 7, 8, 9].map((chunk) => `orders:${chunk}`))
    expect(await platform.rows('chart.orders', sql`select count(*), count(distinct id), sum(id)`)).toEqual([['20', '20', '210']])
    expect(await database.db.selectFrom('read_checkpoints').selectAll().execute()).toEqual([])
  })

  it('starts over when something else is asked for', async () => {
    source.tables = { orders: numbers(6) }
    cutAt(2)
    await run()
    goOn()
    await run([{ name: 'orders', where: { id__gt: 0 } }])
    expect(source.chunksRead).toEqual(['orders:0', 'orders:1', 'orders:2'])
  })

  it('is held back while the source allows no more, and nothing half is published', async () => {
    source.tables = { orders: numbers(2) }
    source.says = { parked: { detail: 'The source allows no more requests today.', until: null } }
    expect(await run()).toMatchObject({ status: 'rate_limited', error: { code: 'source.rate_limited' }, datasets: [] })
    await expect(platform.rows('explore.orders')).rejects.toMatchObject({ code: 'dataset.not_found' })
    source.says = {}
    source.chunksRead = []
    expect(await run()).toMatchObject({ status: 'succeeded', sourceRows: 2 })
    expect(source.chunksRead).toEqual([])
  })
})
