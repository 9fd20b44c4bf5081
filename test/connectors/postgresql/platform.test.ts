import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../../src/contract/pipelines.ts'
import type { RunReport } from '../../../src/contract/runs.ts'
import { sql } from '../../../src/core/sql.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../../support/run-platform.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop
let store: TestDatabase
let platform: RunPlatform
let folder: string

beforeAll(async () => {
  shop = await openShop()
  store = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-postgres-platform-'))
  platform = await openRunPlatform(store, folder)
})
afterAll(async () => {
  await platform.close()
  await shop.drop()
  await store.drop()
  await rm(folder, { recursive: true, force: true })
})

type StreamInput = NonNullable<PipelineInput['streams']>[number]

/** Runs a pipeline over the shop, as its owner unless told. */
function run(name: string, streams: StreamInput[], more: Record<string, unknown> = {}): Promise<RunReport> {
  return platform.run({ name, source: { connector: 'postgresql', settings: { ...shop.settings, ...more } }, streams })
}

const count = (dataset: string) => platform.rows(dataset, sql`select count(*), count(distinct id)`)

describe('PostgreSQL through the whole pipeline', () => {
  it('case 4: 300,000 rows that share one cursor value are 300,000 rows after two runs, and the state stays small', async () => {
    await shop.run(`create table ties as select i::int as id, timestamp '2024-05-01' as at from generate_series(1, 300000) i`)
    const stream: StreamInput = { name: 'ties', mode: 'append', cursor: { column: 'at' } }
    expect(await run('ties', [stream])).toMatchObject({ status: 'succeeded', sourceRows: 300_000 })
    expect(await run('ties', [stream])).toMatchObject({ status: 'succeeded', sourceRows: 0 })
    expect(await count('chart.ties')).toEqual([['300000', '300000']])
    const { state } = await store.db.selectFrom('stream_states').select('state').where('pipeline', '=', 'ties').executeTakeFirstOrThrow()
    expect(JSON.stringify(state).length).toBeLessThan(64 * 1024)
  })

  it('case 5: a transaction that commits late below the watermark is delivered', async () => {
    await shop.run(`create table late (id int primary key, at timestamptz not null)`)
    const stream: StreamInput = { name: 'late', mode: 'merge', cursor: { column: 'at' } }
    const slow = await shop.session()
    await slow.run('begin')
    await slow.run('insert into late values (1, now())')
    await shop.run('insert into late values (2, clock_timestamp())')
    await run('late', [stream])
    await slow.run('commit')
    slow.release()
    await run('late', [stream])
    expect(await platform.rows('chart.late', sql`select string_agg(id, ' ' order by id)`)).toEqual([['1 2']])
  })

  it('publishes nine of ten tables when the role may not read one, and names it', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `part_${index}`)
    for (const name of names) await shop.run(`create table ${name} as select i as id from generate_series(1, 5) i`)
    const role = `reader_${shop.settings.database}`
    await shop.run(`create role ${role} login password 'only-reading'`)
    for (const name of names.filter((one) => one !== 'part_6')) await shop.run(`grant select on ${name} to ${role}`)
    try {
      const report = await run(
        'parts',
        names.map((name) => ({ name })),
        { user: role, password: 'only-reading' },
      )
      expect(report).toMatchObject({
        status: 'partial',
        error: { code: 'source.permission_denied', detail: expect.stringContaining('part_6') },
      })
      expect(report.streams.filter((stream) => stream.state === 'succeeded')).toHaveLength(9)
      expect(await count('chart.part_9')).toEqual([['5', '5']])
    } finally {
      await shop.run(`drop owned by ${role}`)
      await shop.run(`drop role ${role}`)
    }
  })

  it('keeps a column that was dropped at the source, without values in new rows, and records the change', async () => {
    await shop.run(`create table shrinks as select i as id, 'v' || i as v, i as at from generate_series(1, 3) i`)
    const stream: StreamInput = { name: 'shrinks', mode: 'append', cursor: { column: 'at' } }
    await run('shrinks', [stream])
    await shop.run(`alter table shrinks drop column v; insert into shrinks values (4, 4)`)
    const report = await run('shrinks', [stream])
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 1 })
    expect(await platform.rows('explore.shrinks', sql`select count(*), count(v), max(id)`)).toEqual([['4', '3', '4']])
    const changes = await store.db
      .selectFrom('schema_changes')
      .select(['kind', 'column', 'breaking'])
      .where('pipeline', '=', 'shrinks')
      .execute()
    expect(changes).toEqual([{ kind: 'dropped', column: 'v', breaking: true }])
  })

  it.each([
    ['a wrong password', { password: 'not-the-password' }, 'source.sign_in_failed'],
    ['an unknown host', { host: 'no-such-host.invalid' }, 'source.unreachable'],
    ['an unknown database', { database: 'no_such_database' }, 'source.bad_settings'],
  ])('fails with a code for %s, and says no secret', async (_what, settings, code) => {
    const report = await run('broken', [{ name: 'ties' }], settings)
    expect(report).toMatchObject({ status: 'failed', error: { code } })
    expect(JSON.stringify(report)).not.toContain('not-the-password')
  })
})
