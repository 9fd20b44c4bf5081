import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLake } from '../../src/lake/open-lake.ts'
import { removeOrphans } from '../../src/lake/orphans.ts'
import { verifyFiles } from '../../src/lake/verify.ts'
import { scanRelation } from '../../src/lake/relation.ts'
import { sql } from '../../src/core/sql.ts'
import { committedPaths, recordedFiles } from '../../src/store/committed-files.ts'
import { LONG } from '../support/long-tests.ts'
import { locateHome } from '../../src/store/home.ts'
import { pinSnapshot, snapshotName } from '../../src/store/snapshots.ts'
import { startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { seeded } from '../support/seeded.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const KILLS = LONG ? 40 : 6
const ROWS = 2_000
const SEED = Number(process.env['ATLAS_TEST_SEED'] ?? Date.now() % 1_000_000)

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function addPart(folder: string, part: number): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, row) => `${part * ROWS + row},part-${part},user${row}@example.dk,${row}.50`)
  await writeFile(path.join(folder, `part-${String(part).padStart(4, '0')}.csv`), `id,part,email,amount\n${rows.join('\n')}\n`)
}

it(
  `loses no row, doubles none and shows no half snapshot when it is killed at ${KILLS} random moments (seed ${SEED})`,
  { timeout: 420_000 },
  async () => {
    const random = seeded(SEED)
    const folder = await temporaryFolder()
    const [home, input] = [path.join(folder, 'home'), path.join(folder, 'input')]
    await mkdir(input)
    const options = { home, databaseUrl: database.url }
    const command = ['run', input, '--dataset', 'events', '--mode', 'append', '--json']

    await addPart(input, 0)
    const started = performance.now()
    const first = startAtlas(command, options)
    await first.said('plan')
    const untilPlan = performance.now() - started
    const end = await first.ended
    expect(end.code, end.stderr).toBe(0)
    const afterPlan = performance.now() - started - untilPlan

    let killed = 0
    let part = 1
    while (killed < KILLS) {
      await addPart(input, part++)
      const running = startAtlas(command, options)
      // One in five dies while it starts; the others at any moment of the run itself, its commit included.
      if (random() < 0.2) await wait(random() * untilPlan)
      else {
        await running.said('plan')
        await wait(random() * afterPlan)
      }
      running.child.kill('SIGKILL')
      const { signal } = await running.ended
      if (signal === 'SIGKILL') killed += 1
    }
    const last = await startAtlas(command, options).ended
    expect(last.code, last.stderr).toBe(0)

    const lakeFolder = locateHome(home).lake
    const lake = openLake({ folder: lakeFolder, scratch: path.join(folder, 'scratch'), memoryBytes: 2 ** 30, threads: 2 })
    for (const name of ['explore.events', 'chart.events', 'navigate.events']) {
      const now = await pinSnapshot(database.db, name)
      const [counts] = await lake.session((session) =>
        session.rows(sql`select count(*)::int as n, count(distinct id)::int as ids, max(id::bigint)::int as top from (${lake.scan(now)})`),
      )
      expect(counts, name).toEqual({ n: part * ROWS, ids: part * ROWS, top: part * ROWS - 1 })

      const snapshots = await database.db
        .selectFrom('snapshots')
        .innerJoin('datasets', 'datasets.id', 'snapshots.dataset_id')
        .select('snapshots.id')
        .where('datasets.name', '=', name)
        .execute()
      for (const { id } of snapshots) {
        const pinned = await pinSnapshot(database.db, name, snapshotName(id))
        const halves = await lake.session((session) =>
          session.rows(sql`select part, count(*)::int as n from (${scanRelation(pinned, lakeFolder)}) group by part having n <> ${ROWS}`),
        )
        expect(halves, `${name} ${snapshotName(id)}`).toEqual([])
      }
    }
    expect(await verifyFiles(lake.files, await recordedFiles(database.db))).toEqual([])
    const runs = await database.db.selectFrom('runs').select('state').execute()
    expect(runs.filter((run) => run.state === 'queued' || run.state === 'running')).toEqual([])

    const named = await committedPaths(database.db)
    const removed = await removeOrphans(lake.files, { named: async () => named, olderThan: new Date(Date.now() + 1000) })
    const left = (await readdir(lakeFolder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    expect(left.length).toBe(named.size)
    expect(removed.filter((file) => named.has(file))).toEqual([])
    lake.close()
  },
)
