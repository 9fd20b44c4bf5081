import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { raw } from '../../src/core/sql.ts'
import { revealToken } from '../../src/privacy/tokens/reveal.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'

let database: TestDatabase
let folder: string
let platform: RunPlatform
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-policy-'))
  platform = await openRunPlatform(database, folder)
})
afterAll(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function run(name: string, csv: string, policy: PipelineInput['policy'], rule: object = {}) {
  await writeFile(path.join(folder, `${name}.csv`), csv)
  return platform.run({ name, source: { connector: 'files', settings: { path: `${name}.csv` } }, streams: [{ name, ...rule }], policy })
}

describe('a policy in a run', () => {
  it('pseudonyms of one person join two tables and give the value back; a dropped column is not in chart', async () => {
    const policy = { entities: { DK_CPR: 'pseudonymise' as const }, columns: { secret: 'drop' as const } }
    const people = await run('people', 'cpr,born,secret\n070761-4285,1961-07-07,x\n010165-4321,1965-01-01,y\n', policy)
    expect(people.status).toBe('succeeded')
    await run('visits', 'person,day\n0707614285,2024-01-31\n0707614285,2024-02-01\n', policy)
    expect(await platform.rows('chart.people', raw('select columns(*)'))).toHaveLength(2)
    const tokens = (await platform.rows('chart.people', raw('select cpr'))).map(([token]) => token!)
    expect(tokens.map((token) => revealToken(platform.environment.hashKey, 'default', token))).toEqual(['0707614285', '0101654321'])
    const visits = (await platform.rows('chart.visits', raw('select person'))).map(([token]) => token)
    expect(visits).toEqual([tokens[0], tokens[0]])
    const columns = people.datasets.find(({ name }) => name === 'chart.people')!.columns
    expect(columns.map(({ name, action }) => [name, action])).toEqual([
      ['cpr', 'pseudonymise'],
      ['born', 'generalise'],
    ])
  })

  it('refuses to drop a key', async () => {
    const report = await run('keyed', 'id,email\n1,a@b.dk\n', { columns: { id: 'drop' } }, { keys: ['id'] })
    expect(report.status).toBe('failed')
    expect(JSON.stringify(report)).toContain('which is a key of its stream')
  })

  it('a changed purpose makes every token anew, also of rows that were there', async () => {
    const rule = { mode: 'append' as const }
    const hashed = (purpose?: string) => ({ columns: { name: 'hash' as const }, ...(purpose === undefined ? {} : { purpose }) })
    await run('names', 'id,name\n1,Anna\n', hashed(), rule)
    const before = await platform.rows('chart.names', raw('select name'))
    await run('names', 'id,name\n2,Anna\n', hashed('research'), rule)
    const after = await platform.rows('chart.names', raw('select name'))
    expect(after).toHaveLength(2)
    expect(after[0]).toEqual(after[1])
    expect(after[0]).not.toEqual(before[0])
  })

  it('a column that is new in a table with personal data is hidden until the policy names it', async () => {
    const policy = { newColumns: 'redact' as const }
    await run('clients', 'id,email\n1,a@b.dk\n', policy)
    for (const day of [1, 2]) {
      await run('clients', `id,email,nickname\n${day},a@b.dk,Bo\n`, policy)
      expect(await platform.rows('chart.clients', raw('select id, nickname'))).toEqual([[String(day), '<REDACTED>']])
    }
    await run('clients', 'id,email,nickname\n3,a@b.dk,Bo\n', { ...policy, columns: { nickname: 'keep' } })
    expect(await platform.rows('chart.clients', raw('select id, nickname'))).toEqual([['3', 'Bo']])
  })
})
