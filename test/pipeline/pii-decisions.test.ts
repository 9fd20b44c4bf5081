import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PiiDecision } from '../../src/contract/pii-review.ts'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { literal, sql } from '../../src/core/sql.ts'
import { saveDecision } from '../../src/store/pii-decisions.ts'
import { reviewFindings } from '../../src/store/pii-queries.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'
import { tablesOf, type TableRow, type Tables } from '../support/table-connector.ts'

let database: TestDatabase
let platform: RunPlatform
let folder: string
let source: Tables
beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-pii-decisions-'))
  source = tablesOf({})
  platform = await openRunPlatform(database, folder, [source.connector])
})
afterEach(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Rows with the id in `value`, from 1. */
function members(count: number, value: string): TableRow[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, at: index + 1, v: value.replace('#', String(index + 1)) }))
}

async function run(transforms: PipelineInput['transforms'] = []) {
  const report = await platform.run({
    name: 'tables',
    source: { connector: 'kafka' },
    transforms,
    streams: Object.keys(source.tables).map((name) => ({ name, mode: 'append', cursor: { column: 'at' } })),
  })
  expect(report).toMatchObject({ status: 'succeeded', error: null })
}

function decide(entity: PiiDecision['entity'], decision: PiiDecision['decision'], correctedEntity: PiiDecision['correctedEntity'] = null) {
  return saveDecision(
    database.db,
    { dataset: 'chart.members', column: 'v', entity, decision, correctedEntity, reason: '', by: 'test' },
    new Date(),
  )
}

/** How many values in chart look like `like`. */
async function count(like: string): Promise<number> {
  const [[rows] = []] = await platform.rows('chart.members', sql`select count(*) filter (where v like ${literal(like)})`)
  return Number(rows)
}

async function piiOf(dataset: string) {
  const { columns } = await pinSnapshot(database.db, dataset)
  return columns.find(({ name }) => name === 'v')?.pii ?? null
}

describe('a steward’s decision holds from the next run on', () => {
  it('what was dismissed is no longer masked, in old rows and in new ones', async () => {
    source.tables = { members: members(20, 'person#@example.org') }
    await run()
    expect(await piiOf('chart.members')).toMatchObject({ entity: 'EMAIL_ADDRESS', action: 'mask' })
    expect(await count('person%@example.org')).toBe(0)
    await decide('EMAIL_ADDRESS', 'dismiss')
    source.tables = { members: members(25, 'person#@example.org') }
    await run()
    expect(await count('person%@example.org')).toBe(25)
    expect([await piiOf('chart.members'), await piiOf('explore.members')]).toEqual([null, null])
  })

  it('what was confirmed is masked though nothing is detected, in old rows and in new ones', async () => {
    source.tables = { members: members(20, 'plan #') }
    await run()
    expect(await count('plan %')).toBe(20)
    await decide('DK_CPR', 'confirm')
    source.tables = { members: members(25, 'plan #') }
    await run()
    expect(await count('plan %')).toBe(0)
    expect(await piiOf('chart.members')).toMatchObject({ entity: 'DK_CPR', action: 'hash' })
  })

  it('what was corrected is dealt with as what it is', async () => {
    source.tables = { members: members(20, 'person#@example.org') }
    await run()
    await decide('EMAIL_ADDRESS', 'correct', 'DK_CPR')
    source.tables = { members: members(25, 'person#@example.org') }
    await run()
    expect(await piiOf('chart.members')).toMatchObject({ entity: 'DK_CPR', action: 'hash' })
    expect(await count('%example%')).toBe(0)
  })

  it('what was corrected inside text is masked as what it is', async () => {
    source.tables = { members: members(20, 'write to person#@example.org today') }
    await run()
    expect(await count('write to <EMAIL_ADDRESS> today')).toBe(20)
    await decide('EMAIL_ADDRESS', 'correct', 'USERNAME')
    source.tables = { members: members(25, 'write to person#@example.org today') }
    await run()
    expect(await count('write to <USERNAME> today')).toBe(25)
  })

  it('also where the source has nothing new', async () => {
    source.tables = { members: members(20, 'person#@example.org') }
    await run()
    await decide('EMAIL_ADDRESS', 'dismiss')
    await run()
    expect(await count('person%@example.org')).toBe(20)
  })

  it('also about what a transform makes', async () => {
    source.tables = { members: members(20, 'plan #') }
    const transforms = [{ name: 'contacts', sql: `select id, 'person' || id || '@example.org' as contact from chart.members` }]
    await run(transforms)
    const found = async () => (await reviewFindings(database.db)).filter(({ dataset }) => dataset === 'navigate.contacts')
    expect(await found()).toMatchObject([
      { column: 'contact', state: 'open', decides: { dataset: 'navigate.contacts', column: 'contact' } },
    ])
    const about = { dataset: 'navigate.contacts', column: 'contact', entity: 'EMAIL_ADDRESS' } as const
    await saveDecision(database.db, { ...about, decision: 'dismiss', correctedEntity: null, reason: 'made up', by: 'test' }, new Date())
    await run(transforms)
    expect(await found()).toMatchObject([{ column: 'contact', state: 'dismissed', finding: null }])
  })

  it('is not about another dataset', async () => {
    source.tables = { members: members(20, 'plan #'), guests: members(20, 'guest#@example.org') }
    await run()
    await decide('EMAIL_ADDRESS', 'dismiss')
    await run()
    expect(await piiOf('chart.guests')).toMatchObject({ entity: 'EMAIL_ADDRESS', action: 'mask' })
  })
})
