import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openHome } from '../../src/store/home.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

describe('the store', () => {
  it('is a Postgres of its own in the home, migrated and ready', async () => {
    const home = await openHome(await temporaryFolder())
    const store = await openStore(home, { databaseUrl: '' })
    onTestFinished(() => store.close())
    expect(store.kind).toBe('embedded')
    expect(await store.db.selectFrom('datasets').selectAll().execute()).toEqual([])
    expect(await readdir(home.root)).toContain('postgres')
  })

  it('uses the database of ATLAS_DATABASE_URL and then starts none, and leaves that one running', async () => {
    const database = await createTestDatabase({ empty: true })
    onTestFinished(() => database.drop())
    const home = await openHome(await temporaryFolder())
    const store = await openStore(home, { databaseUrl: database.url })
    expect(store.kind).toBe('external')
    expect(await store.db.selectFrom('datasets').selectAll().execute()).toEqual([])
    expect((await readdir(home.root)).filter((name) => name.startsWith('postgres'))).toEqual([])
    await store.close()
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }])
  })

  it('says store.unreachable when that database does not answer', async () => {
    const home = await openHome(await temporaryFolder())
    await expect(openStore(home, { databaseUrl: 'postgres://a:secret@127.0.0.1:9/atlas' })).rejects.toMatchObject({
      code: 'store.unreachable',
      message: expect.stringContaining('127.0.0.1:9/atlas'),
    })
  })

  it('is closed within seconds although a statement is under way, which then fails', async () => {
    const store = await openStore(await openHome(await temporaryFolder()))
    const slow = sql`select pg_sleep(60)`.execute(store.db).catch((error: unknown) => error)
    while (store.pool.totalCount === store.pool.idleCount) await new Promise(setImmediate)
    const startedMs = performance.now()
    await store.close()
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    expect(await slow).toMatchObject({ code: 'store.unreachable' })
  })

  it('says so when its own Postgres goes away, and answers store.unreachable from then on', async () => {
    const store = await openStore(await openHome(await temporaryFolder()))
    onTestFinished(() => store.close())
    const lost = new Promise<string>((resolve) => store.onLost(() => resolve('lost')))
    const { rows } = await sql<{ line: string }>`select split_part(pg_read_file('postmaster.pid'), E'\n', 1) as line`.execute(store.db)
    process.kill(Number(rows[0]?.line), 'SIGKILL')
    expect(await lost).toBe('lost')
    // Its sessions notice by themselves, a moment later.
    while (store.pool.totalCount > 0) await new Promise((resolve) => store.pool.once('remove', resolve))
    await expect(sql`select 1`.execute(store.db)).rejects.toMatchObject({ code: 'store.unreachable' })
  })
})
