import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { commitDrafts } from '../../src/store/commit-snapshots.ts'
import { loadQualityStates, saveQualityStates, sweepQualityStates } from '../../src/store/quality-states.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const state = (file: string, fingerprint: string, failing = 0) => ({ file, fingerprint, state: { eligible: 9, failing, figures: [] } })

/** A published file of nine rows. */
async function publishFile(id: string): Promise<void> {
  const column = { fieldId: 1, name: 'n', type: 'INTEGER', source: 'n', pii: null }
  const file = { id, fieldIds: [1], path: `${id}.parquet`, rows: 9, sizeBytes: 100, sha256: '0'.repeat(64), origin: null }
  const rest = { quarantined: 0, quality: null, checks: [], findings: null, inputs: [], state: null }
  await commitDrafts(database.db, [
    {
      dataset: `chart.${id}`,
      parentId: null,
      operation: 'replace',
      columns: [column],
      lastFieldId: 1,
      files: [{ new: file }],
      rows: 9,
      ...rest,
    },
  ])
}

describe('states of files', () => {
  it('are found again by file and fingerprint, and the first one that was kept stays', async () => {
    await saveQualityStates(database.db, [state('f1', 'a', 1), state('f1', 'b', 2), state('f2', 'a', 3)])
    await saveQualityStates(database.db, [state('f1', 'a', 99), state('f2', 'b', 4)])
    const found = await loadQualityStates(database.db, ['f1', 'f2'], ['a'])
    expect(found.toSorted((one, other) => one.file.localeCompare(other.file))).toEqual([state('f1', 'a', 1), state('f2', 'a', 3)])
    expect(await loadQualityStates(database.db, [], ['a'])).toEqual([])
  })

  it('more than one statement can hold are kept all the same', async () => {
    const many = Array.from({ length: 12_000 }, (_, index) => state('many', String(index)))
    await saveQualityStates(database.db, many)
    expect(await loadQualityStates(database.db, ['many'], ['0', '5000', '11999'])).toHaveLength(3)
  })

  it('go with their file, and those of a file that was never published after a week', async () => {
    await Promise.all(['here', 'gone'].map(publishFile))
    await saveQualityStates(
      database.db,
      ['here', 'gone', 'new', 'stranded'].map((file) => state(file, 'sweep')),
    )
    await sql`update files set deleted_at = now() where id = 'gone'`.execute(database.db)
    await sql`update quality_states set at = now() - interval '8 days' where file_id in ('stranded', 'here')`.execute(database.db)
    expect(await sweepQualityStates(database.db)).toBe(2)
    const left = await loadQualityStates(database.db, ['here', 'gone', 'new', 'stranded'], ['sweep'])
    expect(left.map(({ file }) => file).toSorted()).toEqual(['here', 'new'])
  })
})
