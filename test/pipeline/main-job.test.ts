import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { sql } from '../../src/core/sql.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'
import { mkdtemp, rm, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'

let database: TestDatabase
let platform: RunPlatform
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-main-job-'))
  platform = await openRunPlatform(database, folder)
})
afterAll(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, text: string): Promise<string> {
  const target = path.join(folder, name)
  await mkdir(path.dirname(target), { recursive: true })
  await writeFile(target, text)
  return target
}

function pipeline(
  name: string,
  source: string,
  stream: Partial<NonNullable<PipelineInput['streams']>[number]> = {},
  more: Partial<PipelineInput> = {},
): PipelineInput {
  return { name, source: { connector: 'files', settings: { path: source } }, streams: [{ name, ...stream }], ...more }
}

describe('the main job', () => {
  it('takes a CSV to explore as text, to chart typed and masked, and to navigate', async () => {
    const source = await file(
      'people.csv',
      'Kunde ID,E-mail,Beløb,Oprettet,Postnr\n1,ann@example.dk,10.50,2026-01-02,0800\n2,bo@example.dk,7.25,2026-03-04,2100\n',
    )
    const report = await platform.run(pipeline('people', source))
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 2, publishedRows: 2, quarantinedRows: 0, deduplicatedRows: 0 })
    expect(report.datasets.map((dataset) => dataset.name)).toEqual(['explore.people', 'chart.people', 'navigate.people'])
    expect(await platform.rows('explore.people')).toEqual([
      ['1', 'ann@example.dk', '10.50', '2026-01-02', '0800'],
      ['2', 'bo@example.dk', '7.25', '2026-03-04', '2100'],
    ])
    const chart = await pinSnapshot(database.db, 'chart.people')
    expect(chart.columns.map(({ name, type }) => [name, type])).toEqual([
      ['kunde_id', 'BIGINT'],
      ['e_mail', 'VARCHAR'],
      ['beloeb', 'DECIMAL(4,2)'],
      ['oprettet', 'DATE'],
      ['postnr', 'VARCHAR'],
    ])
    const shown = await platform.rows('navigate.people', sql`select e_mail, postnr`)
    expect(shown.map(([, postcode]) => postcode)).toEqual(['0800', '2100'])
    expect(JSON.stringify(shown)).not.toMatch(/ann@|bo@/)
  })

  it('keeps the decimal place in the last row of many', async () => {
    const source = await file(
      'many.csv',
      `id,amount\n${Array.from({ length: 30_000 }, (_, i) => `${i},${i === 29_999 ? '1.5' : '2'}`).join('\n')}\n`,
    )
    await platform.run(pipeline('many', source))
    expect(await platform.rows('chart.many', sql`select sum(amount)::varchar, any_value(typeof(amount))`)).toEqual([
      ['59999.5', 'DECIMAL(2,1)'],
    ])
  })

  it('quarantines a row of the wrong arity and a row that breaks a declared type, each with its line', async () => {
    const source = await file('orders.csv', 'id,day,note\n1,2026-01-01,"two\nlines"\n2,2026-01-02\n3,not a day,c\n4,2026-01-04,d\n')
    const report = await platform.run(pipeline('orders', source, { columns: { day: { type: 'date' } } }))
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 4, publishedRows: 2, quarantinedRows: 2 })
    const batches = await database.db
      .selectFrom('quarantine')
      .select(['path', 'stage'])
      .where('run_id', '=', report.runId)
      .orderBy('stage')
      .execute()
    const refused = await Promise.all(
      batches.map((batch) =>
        platform.lake.session((session) =>
          session.rows(sql`select line::int as line, column_name, file from read_parquet(${path.join(platform.lake.folder, batch.path)})`),
        ),
      ),
    )
    expect(refused.flat()).toEqual([
      { line: 4, column_name: null, file: 'orders.csv' },
      { line: 5, column_name: 'day', file: 'orders.csv' },
    ])
  })

  it('keeps the last row of each key and says how many it replaced', async () => {
    const source = await file('keys.csv', 'id,name\n1,old\n2,only\n1,new\n,a\n,b\n')
    const report = await platform.run(pipeline('keys', source, { keys: ['id'] }))
    expect(report).toMatchObject({ sourceRows: 5, publishedRows: 4, deduplicatedRows: 1, quarantinedRows: 0 })
    expect(await platform.rows('chart.keys', sql`select list_sort(list(name))`)).toEqual([['[a, b, new, only]']])
  })

  it('reads each file version once in append mode, and types over old and new rows together', async () => {
    await file('parts/1.csv', 'id,v\n1,10\n2,20\n')
    const parts = pipeline('parts', path.join(folder, 'parts'), { mode: 'append' })
    expect(await platform.run(parts)).toMatchObject({ sourceRows: 2, publishedRows: 2 })
    await file('parts/2.csv', 'id,v\n3,30\n')
    expect(await platform.run(parts)).toMatchObject({ sourceRows: 1, publishedRows: 1 })
    expect(await platform.run(parts)).toMatchObject({ status: 'succeeded', sourceRows: 0, publishedRows: 0 })
    const before = await pinSnapshot(database.db, 'chart.parts')
    await file('parts/3.csv', 'id,v\n4,4.5\n')
    expect(await platform.run(parts)).toMatchObject({ sourceRows: 1, publishedRows: 1 })
    expect(await platform.rows('chart.parts', sql`select v`)).toEqual([['10.0'], ['20.0'], ['30.0'], ['4.5']])
    expect(await platform.rows('chart.parts', sql`select v`, `s_${before.snapshotId}`)).toEqual([['10'], ['20'], ['30']])
  })

  it('publishes nothing and stays at the last good snapshot when a blocking check fails', async () => {
    const good = await file('blocked.csv', 'id,name\n1,a\n2,b\n')
    const checked = pipeline('blocked', good, { checks: [{ check: 'not-null', options: { column: 'name' }, blocking: true }] })
    await platform.run(checked)
    const before = await pinSnapshot(database.db, 'navigate.blocked')
    await writeFile(good, 'id,name\n1,a\n2,\n3,c\n')
    const report = await platform.run(checked)
    expect(report).toMatchObject({ status: 'blocked', datasets: [], publishedRows: 0, error: { code: 'run.blocked' } })
    expect((await pinSnapshot(database.db, 'navigate.blocked')).snapshotId).toBe(before.snapshotId)
    expect((await pinSnapshot(database.db, 'explore.blocked')).rows).toBe(2)
  })

  it('builds a transform over what the same run publishes', async () => {
    const source = await file('sales.csv', 'id,country,amount\n1,DK,10\n2,DK,5\n3,SE,1\n')
    const transforms = [
      {
        name: 'sales_by_country',
        description: 'Sales by country',
        sql: 'select country, sum(amount) as total from chart.sales group by all order by 1',
      },
    ]
    const report = await platform.run(pipeline('sales', source, {}, { transforms }))
    expect(report.datasets.map((dataset) => dataset.name)).toContain('navigate.sales_by_country')
    const described = await database.db
      .selectFrom('datasets')
      .select('description')
      .where('name', '=', 'navigate.sales_by_country')
      .executeTakeFirst()
    expect(described).toEqual({ description: 'Sales by country' })
    expect(await platform.rows('navigate.sales_by_country')).toEqual([
      ['DK', '15'],
      ['SE', '1'],
    ])
  })

  it('keeps sums of 64-bit integers exact in navigate, which Parquet has no type for', async () => {
    const source = await file('big_sums.csv', 'id\n9223372036854775807\n9223372036854775807\n')
    const transforms = [{ name: 'big_total', sql: 'select sum(id) as total from chart.big_sums' }]
    await platform.run(pipeline('big_sums', source, {}, { transforms }))
    expect(await platform.rows('navigate.big_total')).toEqual([['18446744073709551614']])
  })

  it('refuses a transform that reads explore, and one that goes in a circle, before anything is read', async () => {
    const source = await file('circle.csv', 'id\n1\n')
    const raw = await platform.run(pipeline('circle', source, {}, { transforms: [{ name: 'leak', sql: 'select * from explore.circle' }] }))
    expect(raw.error?.code).toBe('sql.forbidden_table')
    const circle = [
      { name: 'a', sql: 'select * from navigate.b' },
      { name: 'b', sql: 'select * from navigate.a' },
    ]
    const report = await platform.run(pipeline('circle', source, {}, { transforms: circle }))
    expect(report.error).toMatchObject({ code: 'transform.cycle' })
    expect(report.error?.detail).toContain('navigate.a → navigate.b → navigate.a')
  })

  it('reads at an earlier snapshot and at an earlier time', async () => {
    const source = await file('travel.csv', 'id\n1\n')
    await platform.run(pipeline('travel', source))
    const first = await pinSnapshot(database.db, 'chart.travel')
    await writeFile(source, 'id\n1\n2\n')
    await platform.run(pipeline('travel', source))
    expect(await platform.rows('chart.travel')).toHaveLength(2)
    expect(await platform.rows('chart.travel', sql`select *`, `s_${first.snapshotId}`)).toHaveLength(1)
    expect(await platform.rows('chart.travel', sql`select *`, first.committedAt.toISOString().replace('Z', '999Z'))).toHaveLength(1)
    await expect(platform.rows('chart.travel', sql`select *`, 's_999999')).rejects.toMatchObject({ code: 'dataset.snapshot_not_found' })
    await expect(platform.rows('chart.travel', sql`select *`, '2001-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'dataset.snapshot_not_found',
    })
  })

  it('leaves no file behind when a run fails', async () => {
    const before = await readdir(platform.lake.folder, { recursive: true })
    const source = await file('fails.csv', 'id,day\n1,2026-01-01\n')
    const report = await platform.run(
      pipeline('fails', source, {}, { transforms: [{ name: 'broken', sql: 'select nothing from chart.fails' }] }),
    )
    expect(report).toMatchObject({ status: 'failed', datasets: [] })
    const after = await readdir(platform.lake.folder, { recursive: true })
    expect(after.filter((name) => name.endsWith('.parquet'))).toEqual(before.filter((name) => name.endsWith('.parquet')))
  })

  it.each([
    ['a missing file', 'nowhere.csv', null, 'file.not_found'],
    ['an empty file', 'empty.csv', '', 'file.empty'],
    ['a header without rows', 'header.csv', 'a,b\n', 'file.no_rows'],
    [
      'bytes that are no text',
      'binary.csv',
      '\u0000\u0001\u0002\u0003PK\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000',
      'file.not_text',
    ],
  ])('fails with a code for %s and writes nothing', async (_, name, content, code) => {
    const source = content === null ? path.join(folder, name) : await file(name, content)
    const table = `bad_${name.replace(/\W/g, '_')}`
    const report = await platform.run(pipeline(table, source))
    expect(report).toMatchObject({ status: 'failed', datasets: [], error: { code } })
    await expect(pinSnapshot(database.db, `explore.${table}`)).rejects.toMatchObject({ code: 'dataset.not_found' })
  })

  it('stops a run within two seconds when it is cancelled, and publishes nothing', { retry: 2 }, async () => {
    const source = path.join(folder, 'large.csv')
    await platform.lake.session((session) =>
      session.run(
        sql`copy (select i as id, 'user' || i || '@example.dk' as email, repeat('x', 80) as note from range(1500000) t(i)) to ${source} (format csv, header)`,
      ),
    )
    const begun = Promise.withResolvers<void>()
    const off = platform.events.subscribe((event) => {
      if (event.kind === 'step' && event.step.name === 'extract' && event.step.state === 'running') begun.resolve()
    })
    const { run, ended } = await platform.start(pipeline('large', source))
    await begun.promise
    off()
    const asked = performance.now()
    await platform.runs.cancel(run.id, 'ann')
    expect(await ended).toMatchObject({ status: 'cancelled', datasets: [], error: { code: 'run.cancelled' } })
    expect(performance.now() - asked).toBeLessThan(2000)
    await expect(pinSnapshot(database.db, 'explore.large')).rejects.toMatchObject({ code: 'dataset.not_found' })
  })
})
