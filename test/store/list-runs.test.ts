import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countRuns, listRuns } from '../../src/store/run-queries.ts'
import type { Schema } from '../../src/store/schema.ts'
import { insertManyRuns, LIST_QUESTIONS } from '../support/many-runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const RUNS = 60_000
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await insertManyRuns(database.db, RUNS)
}, 180_000)
afterAll(() => database.drop())

/** Rows of `runs` that Postgres looked at for a question, and how often it read the table from end to end. */
async function lookedAt(question: (db: Kysely<Schema>) => Promise<unknown>): Promise<{ rows: number; wholeReads: number }> {
  return database.db.transaction().execute(async (transaction) => {
    const before = await readSoFar(transaction)
    await question(transaction)
    const after = await readSoFar(transaction)
    return { rows: after.rows - before.rows, wholeReads: after.wholeReads - before.wholeReads }
  })
}

/** By this connection, since Postgres last took its figures away. */
async function readSoFar(db: Kysely<Schema>): Promise<{ rows: number; wholeReads: number }> {
  const { rows } = await sql<{ rows: string; whole: string }>`
    select seq_tup_read + coalesce(idx_tup_fetch, 0) as rows, seq_scan as whole from pg_stat_xact_user_tables where relname = 'runs'`.execute(
    db,
  )
  return { rows: Number(rows[0]?.rows ?? 0), wholeReads: Number(rows[0]?.whole ?? 0) }
}

describe('a list of many runs', () => {
  it.each(Object.entries(LIST_QUESTIONS))('asked for %s looks at few of them, and never at all of them', async (_what, query) => {
    const looked = await lookedAt((db) => listRuns(db, { ...query, limit: 50 }))
    expect(looked.wholeReads).toBe(0)
    expect(looked.rows).toBeLessThan(RUNS / 5)
  })

  it('gives each run once, page by page, in the order in which they were queued', async () => {
    const seen: string[] = []
    for (let after: string | undefined = 'r_000000200'; after !== undefined;) {
      const page = await listRuns(database.db, { limit: 60, after })
      seen.push(...page.runs.map(({ id }) => id))
      after = page.next ?? undefined
    }
    expect(seen).toEqual(Array.from({ length: 199 }, (_, index) => `r_${String(199 - index).padStart(9, '0')}`))
  })

  it('is searched by words of errors, rare or frequent, and by names and ids', async () => {
    const ids = async (search: string) => (await listRuns(database.db, { search, limit: 500 })).runs.map(({ id }) => id)
    expect(await ids('quota exhau')).toEqual(['r_000050001', 'r_000000001'])
    const frequent = await listRuns(database.db, { search: 'did not answer', limit: 3 })
    expect(frequent.runs.map(({ id }) => id)).toEqual(['r_000059934', 'r_000059902', 'r_000059901'])
    expect(
      (await listRuns(database.db, { search: 'LINE_017', limit: 500 })).runs.every(({ pipeline }) => pipeline === 'pipeline_017'),
    ).toBe(true)
    expect(await ids('r_000000123')).toEqual(['r_000000123'])
    expect(await ids("it's & (odd | ! <-> :*")).toEqual([])
  })

  it('is counted by state, to 10,000 and no further', async () => {
    const { states, most } = await countRuns(database.db, {})
    const of = (state: string) => states.find((one) => one.state === state)?.runs
    expect([of('queued'), of('failed'), of('blocked'), of('succeeded'), most]).toEqual([20, 1_200, 600, 10_000, 10_000])
    expect((await lookedAt((db) => countRuns(db, { pipeline: 'pipeline_017' }))).rows).toBeLessThan(RUNS / 5)
  })
})
