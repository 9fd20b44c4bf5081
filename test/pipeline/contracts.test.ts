import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunReport } from '../../src/contract/runs.ts'
import { raw, sql } from '../../src/core/sql.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'

type Action = 'evolve' | 'freeze' | 'discard_row' | 'discard_value' | 'quarantine'
type Change = 'newTable' | 'newColumn' | 'typeClash' | 'nullability'

interface Outcome {
  status: 'succeeded' | 'failed'
  /** Rows of explore afterwards, in the order of `id`; null when it was never published. */
  explore: (string | null)[][] | null
  quarantined?: number
  /** What the schema change is recorded as; null where nothing is. */
  recorded: { kind: string; breaking: boolean } | null
}

const FIRST = `select * from (values (1::bigint, 10::bigint, 'x'), (2, 20, 'y')) t(id, v, n)`
const LATER: Record<Exclude<Change, 'newTable'>, string> = {
  newColumn: `select * from (values (3::bigint, 30::bigint, 'z', 'new'), (4, 40, 'w', null)) t(id, v, n, extra)`,
  typeClash: `select * from (values (3::bigint, '30', 'z'), (4, 'abc', 'w')) t(id, v, n)`,
  nullability: `select * from (values (3::bigint, 30::bigint, 'z'), (4, 40, null)) t(id, v, n)`,
}

const before = [
  ['1', '10', 'x'],
  ['2', '20', 'y'],
]
const added = { kind: 'added', breaking: false }
const retyped = { kind: 'retyped', breaking: true }
const emptied = { kind: 'nullability', breaking: true }
const newTable = { kind: 'new_table', breaking: false }

const matrix: Record<Change, Record<Action, Outcome>> = {
  newTable: {
    evolve: { status: 'succeeded', explore: before, recorded: null },
    freeze: { status: 'failed', explore: null, recorded: newTable },
    discard_row: { status: 'succeeded', explore: null, recorded: newTable },
    discard_value: { status: 'succeeded', explore: null, recorded: newTable },
    quarantine: { status: 'succeeded', explore: null, quarantined: 2, recorded: newTable },
  },
  newColumn: {
    evolve: {
      status: 'succeeded',
      explore: [...before.map((row) => [...row, null]), ['3', '30', 'z', 'new'], ['4', '40', 'w', null]],
      recorded: added,
    },
    freeze: { status: 'failed', explore: before, recorded: { kind: 'added', breaking: true } },
    discard_row: { status: 'succeeded', explore: [...before, ['4', '40', 'w']], recorded: added },
    discard_value: { status: 'succeeded', explore: [...before, ['3', '30', 'z'], ['4', '40', 'w']], recorded: added },
    quarantine: { status: 'succeeded', explore: [...before, ['4', '40', 'w']], quarantined: 1, recorded: added },
  },
  typeClash: {
    evolve: { status: 'succeeded', explore: [...before, ['3', '30', 'z'], ['4', 'abc', 'w']], recorded: retyped },
    freeze: { status: 'failed', explore: before, recorded: retyped },
    discard_row: { status: 'succeeded', explore: [...before, ['3', '30', 'z']], recorded: retyped },
    discard_value: { status: 'succeeded', explore: [...before, ['3', '30', 'z'], ['4', null, 'w']], recorded: retyped },
    quarantine: { status: 'succeeded', explore: [...before, ['3', '30', 'z']], quarantined: 1, recorded: retyped },
  },
  nullability: {
    evolve: { status: 'succeeded', explore: [...before, ['3', '30', 'z'], ['4', '40', null]], recorded: null },
    freeze: { status: 'failed', explore: before, recorded: emptied },
    discard_row: { status: 'succeeded', explore: [...before, ['3', '30', 'z']], recorded: emptied },
    discard_value: { status: 'succeeded', explore: [...before, ['3', '30', 'z'], ['4', '40', null]], recorded: emptied },
    quarantine: { status: 'succeeded', explore: [...before, ['3', '30', 'z']], quarantined: 1, recorded: emptied },
  },
}

let database: TestDatabase
let platform: RunPlatform
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-contracts-'))
  platform = await openRunPlatform(database, folder)
})
afterAll(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function writeParquet(name: string, file: string, select: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true })
  await platform.lake.session((session) => session.run(sql`copy (${raw(select)}) to ${path.join(folder, name, file)} (format parquet)`))
}

function read(name: string, contract: Record<string, Action>): Promise<RunReport> {
  const streams = [{ name, mode: 'append' as const, contract }]
  return platform.run({ name, source: { connector: 'files', settings: { path: path.join(folder, name) } }, streams })
}

const cells = Object.entries(matrix).flatMap(([change, actions]) =>
  Object.entries(actions).map(([action, outcome]) => ({ change: change as Change, action: action as Action, outcome })),
)

describe('case I: the contract of a stream', () => {
  it.each(cells)('$change × $action', async ({ change, action, outcome }) => {
    const name = `c_${change}_${action}`.toLowerCase()
    await writeParquet(name, 'a.parquet', FIRST)
    let report: RunReport
    if (change === 'newTable') report = await read(name, { newTable: action })
    else {
      expect(await read(name, {})).toMatchObject({ status: 'succeeded' })
      await writeParquet(name, 'b.parquet', LATER[change])
      report = await read(name, { [change]: action })
    }
    expect(report.error).toEqual(outcome.status === 'failed' ? expect.objectContaining({ code: 'schema.frozen' }) : null)
    expect(report.status).toBe(outcome.status)
    expect(report.quarantinedRows).toBe(outcome.quarantined ?? 0)
    if (outcome.explore === null) {
      await expect(platform.rows(`explore.${name}`)).rejects.toMatchObject({ code: 'dataset.not_found' })
      return
    }
    const found = await platform.rows(`explore.${name}`)
    expect(found.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(outcome.explore)
  })

  it.each(cells)('$change × $action is recorded as what it was', async ({ change, action, outcome }) => {
    const changes = await database.db
      .selectFrom('schema_changes')
      .select(['kind', 'breaking'])
      .where('pipeline', '=', `c_${change}_${action}`.toLowerCase())
      .execute()
    expect(changes).toEqual(outcome.recorded === null ? [] : [outcome.recorded])
  })

  it('reads rows of a frozen stream again once its contract allows them', async () => {
    await writeParquet('thawed', 'a.parquet', FIRST)
    await read('thawed', {})
    await writeParquet('thawed', 'b.parquet', LATER.newColumn)
    expect(await read('thawed', { newColumn: 'freeze' })).toMatchObject({ status: 'failed', publishedRows: 0 })
    expect(await read('thawed', {})).toMatchObject({ status: 'succeeded', sourceRows: 2 })
    expect(await platform.rows('explore.thawed', sql`select count(*), count(extra)`)).toEqual([['4', '1']])
  })

  it('records a dropped column as breaking, and keeps it in what is added to', async () => {
    await writeParquet('dropped', 'a.parquet', FIRST)
    const all = { name: 'dropped', source: { connector: 'files' as const, settings: { path: path.join(folder, 'dropped') } } }
    await platform.run(all)
    await rm(path.join(folder, 'dropped/a.parquet'))
    await writeParquet('dropped', 'b.parquet', 'select 3::bigint as id, 30::bigint as v')
    const report = await platform.run(all)
    expect(report.warnings.join()).toMatch(/column "n" dropped/)
    const changes = await database.db.selectFrom('schema_changes').selectAll().where('pipeline', '=', 'dropped').execute()
    expect(changes).toMatchObject([{ kind: 'dropped', column: 'n', from: 'VARCHAR', to: null, breaking: true }])
  })
})
