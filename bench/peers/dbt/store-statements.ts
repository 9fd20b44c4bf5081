import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { writeOrders, keyRules, thirtyRules } from '../../quality-orders/orders.ts'
import { testNames, writeProject } from './dbt-project.ts'
import { testWithDbt } from './run-dbt.ts'
import { DuckDBInstance } from '@duckdb/node-api'

/** `node bench/peers/dbt/store-statements.ts DBT`: has dbt run all tests over a small file, and keeps the statements that it sent in `statements.json`. */
const [dbt] = process.argv.slice(2)
if (dbt === undefined) throw new Error('Give the path of dbt.')
const folder = mkdtempSync(path.join(tmpdir(), 'atlas-dbt-'))
try {
  const file = path.join(folder, 'orders.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(writeOrders(1000, file).text)
  const rules = [...thirtyRules, ...keyRules]
  const project = writeProject(path.join(folder, 'project'), file, 'parquet', rules)
  testWithDbt(dbt, project, 1)
  const sent = testNames(rules).map((name) => {
    const text = readFileSync(path.join(project.folder, 'target/run/orders/models/schema.yml', `${name}.sql`), 'utf8')
    return [name, text.replaceAll(`'${file}'`, '{orders}').replaceAll(/\s+/g, ' ').trim()] as const
  })
  const { stdout } = spawnSync(dbt, ['--version'], { encoding: 'utf8' })
  const version = [/installed: *(\S+)/, /duckdb: *(\S+)/].map((part) => part.exec(stdout)?.[1]).join(' with dbt-duckdb ')
  const stored = { dbt: version, statements: Object.fromEntries(sent) }
  writeFileSync(path.join(import.meta.dirname, 'statements.json'), `${JSON.stringify(stored, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
