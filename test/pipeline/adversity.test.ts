import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sql } from '../../src/core/sql.ts'
import { readRun } from '../../src/store/runs.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'

let database: TestDatabase
let folder: string
let platform: RunPlatform
beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp('/tmp/atlas-adversity-')
})
afterEach(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const files = (source: string) => ({
  name: 'rows',
  source: { connector: 'files' as const, settings: { path: source } },
  streams: [{ name: 'rows' }],
})

async function parquetFiles(): Promise<string[]> {
  const names = await readdir(platform.lake.folder, { recursive: true })
  return names.filter((name) => name.endsWith('.parquet'))
}

it('carries a run out once whose database goes away in the middle: it goes on, or begins anew, as soon as that is back', async () => {
  platform = await openRunPlatform(database, folder)
  const source = path.join(folder, 'rows.csv')
  await platform.lake.session((session) =>
    session.run(sql`copy (select i as id, repeat('x', 80) as note from range(600000) t(i)) to ${source} (format csv, header)`),
  )
  const admin = await createTestDatabase()
  const name = new URL(database.url).pathname.slice(1)
  const gone = Promise.withResolvers<void>()
  const off = platform.events.subscribe((event) => {
    if (event.kind !== 'step' || event.step.name !== 'extract' || event.step.state !== 'running') return
    off()
    void admin.pool
      .query(`alter database "${name}" allow_connections false`)
      .then(() => admin.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]))
      .then(() => gone.resolve())
  })
  const { run, ended } = await platform.start({ ...files(source), retries: { attempts: 3, first: '100ms' } })
  void ended.catch(() => undefined)
  await gone.promise
  await expect.poll(() => platform.errors.length, { timeout: 20_000 }).toBeGreaterThan(0)
  await admin.pool.query(`alter database "${name}" allow_connections true`)
  await expect.poll(async () => (await readRun(database.db, run.id)).state, { timeout: 40_000 }).toBe('succeeded')
  expect(await ended).toMatchObject({ status: 'succeeded', sourceRows: 600_000, publishedRows: 600_000 })
  const attempts = await database.db.selectFrom('attempts').select('outcome').orderBy('fencing_token').execute()
  expect(attempts.map(({ outcome }) => outcome)).toEqual([...attempts.slice(1).map(() => 'lost'), 'succeeded'])
  expect(await platform.rows('explore.rows', sql`select count(*), count(distinct id)`)).toEqual([['600000', '600000']])
  await admin.drop()
})

it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'fails with a code when the disk is full, leaves nothing half-written, and works again once there is room',
  async () => {
    const disk = path.join(folder, 'disk')
    execFileSync('mkdir', [disk])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
    try {
      platform = await openRunPlatform(database, disk)
      const source = path.join(folder, 'rows.csv')
      await platform.lake.session((session) =>
        session.run(sql`copy (select i as id, md5(i::varchar) as noise from range(300000) t(i)) to ${source} (format csv, header)`),
      )
      expect(await platform.run(files(source))).toMatchObject({ status: 'failed', datasets: [], error: { code: 'lake.disk_full' } })
      expect(await parquetFiles()).toEqual([])
      await expect(pinSnapshot(database.db, 'explore.rows')).rejects.toMatchObject({ code: 'dataset.not_found' })
      await writeFile(source, 'id,noise\n1,a\n')
      expect(await platform.run(files(source))).toMatchObject({ status: 'succeeded', publishedRows: 1 })
      await platform.close()
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
)
