import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { allowedFunctions } from '../../../src/lake/user-sql/allowed-functions.ts'

const names = new Set<string>(Object.values(allowedFunctions).flat())

test('the reference of SQL functions is level with the allow-list and the engine', async () => {
  const script = fileURLToPath(new URL('../../../scripts/generate-sql-functions.ts', import.meta.url))
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' })
})

test('no function that takes a path, a setting or SQL is on the list, whatever the engine calls it', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(`
    select distinct function_name from duckdb_functions()
    where function_type in ('table', 'table_macro', 'pragma') and function_name not in ('range', 'generate_series', 'unnest', 'json_each', 'json_tree')
      and function_name not in (select function_name from duckdb_functions() where function_type in ('scalar', 'aggregate'))`)
  const found = reader.getRows().map(([name]) => String(name))
  expect(found).toContain('read_text')
  expect(found.filter((name) => names.has(name))).toEqual([])
})

test.each([
  'getvariable',
  'current_setting',
  'stats',
  'sleep_ms',
  'json_serialize_sql',
  'json_deserialize_sql',
  'nextval',
  'write_log',
  'pg_get_viewdef',
  'current_query',
])('%s is not on the list', (name) => {
  expect(names.has(name)).toBe(false)
})
