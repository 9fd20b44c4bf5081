import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CheckRuleInput } from '../../../src/contract/quality.ts'
import { type DbtTest, dbtTests } from './dbt-tests.ts'

/** Where the rows are: in the Parquet file, as dbt-duckdb reads what lies outside, or in a table that `dbt run` made of it. */
export type DbtStorage = 'parquet' | 'table'

export interface DbtProject {
  /** Folder of the project, which has its profile too. */
  folder: string
  storage: DbtStorage
}

/** Writes a dbt project that tests one Parquet file of orders. JSON is YAML. */
export function writeProject(folder: string, file: string, storage: DbtStorage, rules: readonly CheckRuleInput[]): DbtProject {
  cpSync(path.join(import.meta.dirname, 'project'), folder, { recursive: true })
  mkdirSync(path.join(folder, 'models'), { recursive: true })
  const write = (name: string, content: unknown): void => writeFileSync(path.join(folder, name), JSON.stringify(content, null, 2))
  const output = { type: 'duckdb', path: path.join(folder, 'orders.duckdb') }
  const threads = [1, 2].map((count) => [`threads${count}`, { ...output, threads: count }])
  write('profiles.yml', { orders: { target: 'threads2', outputs: Object.fromEntries(threads) } })
  const tested = { name: 'orders', ...testsOf(rules) }
  const located = { name: 'orders', config: { meta: { external_location: file } } }
  const sources = (table: object): object => ({ version: 2, sources: [{ name: 'files', tables: [table] }] })
  if (storage === 'parquet') {
    write('models/schema.yml', sources({ ...located, ...tested }))
  } else {
    write('models/sources.yml', sources(located))
    write('models/schema.yml', { version: 2, models: [tested] })
    writeFileSync(
      path.join(folder, 'models/orders.sql'),
      "{{ config(materialized='table') }}\nselect * from {{ source('files', 'orders') }}\n",
    )
  }
  return { folder, storage }
}

/** The names of the tests of rules; the same test stands more than once, so that each has the place of its rule. */
export function testNames(rules: readonly CheckRuleInput[]): string[] {
  return namedTests(rules).map(({ name }) => name)
}

function namedTests(rules: readonly CheckRuleInput[]): (DbtTest & { name: string })[] {
  return rules.flatMap((rule, place) => dbtTests(rule).map((test) => ({ ...test, name: `${test.test}_${place + 1}` })))
}

function testsOf(rules: readonly CheckRuleInput[]): { data_tests: object[]; columns: object[] } {
  const columns = Map.groupBy(namedTests(rules), ({ column }) => column)
  const entries = (column: string | null): object[] => (columns.get(column) ?? []).map(entry)
  return {
    data_tests: entries(null),
    columns: [...columns.keys()].filter((name) => name !== null).map((name) => ({ name, data_tests: entries(name) })),
  }
}

function entry({ name, test, arguments: given, where }: DbtTest & { name: string }): object {
  return { name, test_name: test, arguments: given, ...(where === undefined ? {} : { config: { where } }) }
}
