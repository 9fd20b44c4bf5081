import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Backfill } from '../../src/contract/backfills.ts'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { sql } from '../../src/core/sql.ts'
import { openLake } from '../../src/lake/open-lake.ts'
import { readBackfill } from '../../src/store/backfills.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { openShop } from '../connectors/postgresql/shop.ts'
import { atlas, startServer } from '../support/atlas-command.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const HOURS = 5
const PER_HOUR = 3

it(
  'a backfill whose process is killed in the middle goes on with the next start: no partition twice, none missing',
  { timeout: 180_000 },
  async () => {
    const shop = await openShop()
    onTestFinished(() => shop.drop())
    await shop.run(`create table orders as select n as id, timestamptz '2026-03-01T00:00:00Z' + (n - 1) * interval '20 minutes' as at
    from generate_series(1, ${HOURS * PER_HOUR}) n`)
    const database = await createTestDatabase()
    onTestFinished(() => database.drop())
    const folder = await temporaryFolder()
    const options = { home: path.join(folder, 'home'), databaseUrl: database.url, cwd: folder }
    const definition = PipelineDefinition.parse({
      name: 'orders',
      source: { connector: 'postgresql', settings: { ...shop.settings, tls: 'disable' } },
      streams: [{ name: 'orders', mode: 'append', cursor: { column: 'at' } }],
    })
    await database.db.transaction().execute((transaction) => savePipeline(transaction, 'p_1', definition, { by: 'test', at: new Date() }))
    const range = ['--from', '2026-03-01T00:00:00Z', '--to', `2026-03-01T0${HOURS}:00:00Z`, '--every', '1h', '--at-once', '2']
    const begun = await atlas(['backfill', 'start', 'orders', ...range, '--json'], options)
    const { id } = JSON.parse(begun.stdout) as Backfill

    const killed = await startServer(options)
    await vi.waitFor(
      async () => {
        const going = await database.db.selectFrom('runs').select('state').execute()
        const count = (state: string): number => going.filter((run) => run.state === state).length
        expect(count('succeeded')).toBeGreaterThanOrEqual(2)
        expect(count('running')).toBe(1)
      },
      { timeout: 60_000, interval: 20 },
    )
    killed.child.kill('SIGKILL')
    await killed.ended
    expect((await readBackfill(database.db, id)).counts.succeeded).toBeLessThan(HOURS)

    const server = await startServer(options)
    onTestFinished(async () => void (await server.stop()))
    await vi.waitFor(async () => expect((await readBackfill(database.db, id)).state).toBe('succeeded'), { timeout: 120_000, interval: 100 })
    expect((await readBackfill(database.db, id)).counts).toMatchObject({ total: HOURS, succeeded: HOURS })
    const runs = await database.db.selectFrom('runs').select(['logical_time', 'state']).orderBy('logical_time').execute()
    const hours = Array.from({ length: HOURS }, (_, hour) => new Date(Date.UTC(2026, 2, 1, hour)))
    expect(runs).toEqual(hours.map((at) => ({ logical_time: at, state: 'succeeded' })))
    const lake = openLake({ folder: path.join(options.home, 'lake'), scratch: path.join(folder, 'scratch'), memoryBytes: 5e8, threads: 1 })
    onTestFinished(() => lake.close())
    for (const dataset of ['explore.orders', 'chart.orders']) {
      const pinned = await pinSnapshot(database.db, dataset)
      const rows = await lake.session((session) => session.textRows(sql`select id from (${lake.scan(pinned)}) order by id::int`))
      expect(rows, dataset).toEqual(Array.from({ length: HOURS * PER_HOUR }, (_, row) => [String(row + 1)]))
    }
  },
)
