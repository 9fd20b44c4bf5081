import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { findServer } from '../../src/server/find-server.ts'
import { atlas, startAtlas, startServer } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { describeStore, startStore, type TestStore } from '../support/seaweedfs.ts'
import { startProxy } from '../support/store-proxy.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

interface Ready {
  status: string
  parts: { part: string; ok: boolean; code: string | null; detail: string }[]
}

const SOON = { timeout: 60_000, interval: 200 }

describeStore('an object store that is away', () => {
  let store: TestStore
  let database: TestDatabase
  beforeAll(async () => {
    ;[store, database] = await Promise.all([startStore(), createTestDatabase()])
  })
  afterAll(async () => {
    await database.drop()
    await store.stop()
  })

  it('holds up no start: Atlas says so, lets runs wait, and goes on by itself when it is back', { timeout: 180_000 }, async () => {
    const folder = await temporaryFolder()
    const home = path.join(folder, 'home')
    let proxy = await startProxy(store.port)
    const port = Number(new URL(proxy.endpoint).port)
    const env = {
      ...store.env,
      ATLAS_DATABASE_URL: database.url,
      ATLAS_S3_ENDPOINT: proxy.endpoint,
      ATLAS_LAKE_URL: `s3://${await store.createBucket()}`,
    }
    await proxy.stop()
    const orders = path.join(folder, 'orders.csv')
    await writeFile(orders, 'id,amount\n1,10\n2,20\n')

    const alone = await atlas(['run', orders], { home, env })
    expect([alone.code === 0, alone.stderr]).toEqual([false, expect.stringContaining('[lake.store_unreachable]')])

    const server = await startServer({ home, env })
    onTestFinished(() => void server.child.kill('SIGKILL'))
    const { url = '' } = (await findServer(home)) ?? {}
    const lake = async (): Promise<Ready['parts'][number] | undefined> => {
      const reply = await fetch(`${url}/health/ready`)
      const { status, parts } = (await reply.json()) as Ready
      expect(reply.ok).toBe(status === 'ok')
      expect(parts.find(({ part }) => part === 'database')).toMatchObject({ ok: true, code: null })
      return parts.find(({ part }) => part === 'lake')
    }
    expect(await lake()).toMatchObject({ ok: false, code: 'lake.store_unreachable' })
    const sick = await atlas(['doctor'], { home, env })
    expect([sick.code, sick.stdout]).toEqual([1, expect.stringMatching(/✕ lake .*\[lake\.store_unreachable\]/)])

    const job = startAtlas(['run', orders, '--json'], { home, env })
    const queued = () => database.db.selectFrom('runs').select(['id', 'state', 'fencing_token']).where('state', '=', 'queued').execute()
    await expect.poll(queued, SOON).toHaveLength(1)
    const [waiting] = await queued()
    const shown = await atlas(['runs', 'show', waiting?.id ?? ''], { home, env })
    expect(shown.stdout).toContain('until the files of the lake can be reached (lake.store_unreachable)')
    expect(await queued()).toEqual([{ ...waiting, fencing_token: 0 }])

    proxy = await startProxy(store.port, port)
    expect(await job.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"succeeded"') })
    expect(await lake()).toMatchObject({ ok: true, code: null })

    // It goes away again, while Atlas runs: what is cached can be read, and what is begun waits.
    await proxy.stop()
    await expect.poll(lake, SOON).toMatchObject({ ok: false })
    const read = await atlas(['sql', 'select count(*) as n from chart.orders', '--json'], { home, env })
    expect(read.stderr).toBe('')
    const later = startAtlas(['run', orders, '--json'], { home, env })
    await expect.poll(queued, SOON).toHaveLength(1)
    proxy = await startProxy(store.port, port)
    onTestFinished(() => proxy.stop())
    expect(await later.ended).toMatchObject({ code: 0 })
    const ends = await database.db.selectFrom('runs').select(['state', 'fencing_token']).execute()
    // One attempt each: none was spent on a store that was known to be away.
    expect(ends.filter(({ state }) => state === 'succeeded')).toEqual([
      { state: 'succeeded', fencing_token: 1 },
      { state: 'succeeded', fencing_token: 1 },
    ])
  })
})
