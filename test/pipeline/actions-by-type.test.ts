import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyEntry } from '../../src/contract/pii.ts'
import { id, join, literal, raw, sql } from '../../src/core/sql.ts'
import { openMemoryEngine } from '../engine/memory-engine.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'

/** Two values of each type, the edges of it among them. */
const cells: Record<string, [string, string]> = {
  small: ['(-128)::tinyint', '127::tinyint'],
  large: ['(-9223372036854775808)::bigint', '9223372036854775807::bigint'],
  unsigned: ['18446744073709551615::ubigint', '1234::ubigint'],
  amount: ['(-999.99)::decimal(5, 2)', '120.01::decimal(5, 2)'],
  longest: ["'-99999999999999999999999999999999999999'::decimal(38, 0)", "'99999999999999999999999999999999999999'::decimal(38, 0)"],
  ratio: ["'inf'::double", '1e308::double'],
  flag: ['true', 'false'],
  day: ["'-infinity'::date", "date '9999-12-31'"],
  moment: ["'infinity'::timestamp", "timestamp '1980-02-03 04:05:06.123456'"],
  instant: ["timestamptz '2980-02-03 04:05:06+02'", "timestamptz '0001-01-01 00:00:00+00'"],
  precise: ["timestamp_ns '1980-02-03 04:05:06.123456789'", "timestamp_ns '2000-01-01'"],
  hour: ["time '23:59:59'", "time '12:34:56.789'"],
  span: ['interval 300 days', 'interval 14 months'],
  key: ["'0190a5f0-0000-7000-8000-000000000001'::uuid", "'f190a5f0-0000-7000-8000-000000000002'::uuid"],
  bytes: ["'\\xAA\\x00\\xFF'::blob", "'abcdef'::blob"],
  words: ["'Søren Kjær'", "'👩‍👩‍👧 Ann\nÆgir'"],
  chosen: ["'anna'::enum('anna', 'bodil')", "'bodil'::enum('anna', 'bodil')"],
  json: [`'{"a": "søren@firma.dk", "n": 12345678901234567890}'::json`, `'[120, 230]'::json`],
  items: ["['søren@firma.dk', 'bodil']", "['carl']"],
  record: ["{'mail': 'søren@firma.dk', 'n': 51}", "{'mail': 'anna@firma.dk', 'n': 62}"],
  pairs: ["map {'key': 'søren@firma.dk'}", "map {'other': 'value'}"],
}
const names = Object.keys(cells)
const entries: [string, PolicyEntry][] = [
  ...(['redact', 'mask', 'hash', 'replace', 'pseudonymise', 'encrypt', 'fake', 'generalise'] as const).map(
    (action): [string, PolicyEntry] => [action, action],
  ),
  ['mask_last', { action: 'mask', last: 2 }],
  ...(['year', 'month', 'decade', 'age_band', 'prefix', 'bucket'] as const).map((to): [string, PolicyEntry] => [
    `to_${to}`,
    { action: 'generalise', to },
  ]),
]

let database: TestDatabase
let folder: string
let platform: RunPlatform
let source: Record<string, unknown>[]
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-actions-'))
  platform = await openRunPlatform(database, folder)
  const engine = await openMemoryEngine()
  const file = literal(path.join(folder, 'cells.parquet'))
  const row = (at: 0 | 1) => sql`select ${literal(at)} as "row", ${join(names.map((name) => sql`${raw(cells[name]![at])} as ${id(name)}`))}`
  await engine.rows(
    sql`copy (${row(0)} union all ${row(1)} union all select 2, ${join(names.map(() => sql`null`))}) to ${file} (format parquet)`,
  )
  source = await engine.rows(sql`select ${join(names.map((name) => sql`${id(name)}::varchar as ${id(name)}`))} from ${file} order by "row"`)
  engine.close()
})
afterAll(async () => {
  await platform.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('on columns of every type', () => {
  it.each(entries)('%s leaves no value as it was, and missing cells missing', async (name, entry) => {
    const report = await platform.run({
      name,
      source: { connector: 'files', settings: { path: 'cells.parquet' } },
      streams: [{ name }],
      policy: { columns: Object.fromEntries(names.map((column) => [column, entry])) },
    })
    expect(report).toMatchObject({ status: 'succeeded', error: null, publishedRows: 3 })
    const rows = await platform.rows(`chart.${name}`, raw(`select ${names.map((column) => `"${column}"::varchar`).join(', ')}`))
    const byColumn = (at: number) => Object.fromEntries(names.map((column, index) => [column, rows[at]?.[index] ?? null]))
    for (const at of [0, 1]) {
      const [after, before] = [byColumn(at), source[at]!]
      expect(names.filter((column) => after[column] === before[column] || after[column] === null)).toEqual([])
    }
    expect(byColumn(2)).toEqual(Object.fromEntries(names.map((column) => [column, null])))
  })

  it('drop leaves none of them in chart', async () => {
    const report = await platform.run({
      name: 'dropped',
      source: { connector: 'files', settings: { path: 'cells.parquet' } },
      streams: [{ name: 'dropped' }],
      policy: { columns: Object.fromEntries(names.map((column) => [column, 'drop' as const])) },
    })
    const chart = report.datasets.find((dataset) => dataset.name === 'chart.dropped')
    expect(chart?.columns.map((column) => column.name)).toEqual(['row'])
  })
})
