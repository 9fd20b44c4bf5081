import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CheckRuleInput } from '../../../src/contract/quality.ts'
import { literal } from '../../../src/core/sql.ts'
import { testNames } from './dbt-project.ts'

/** What dbt sends for each test, by its name; `{orders}` stands for the file. Written by `store-statements.ts`. */
interface Stored {
  dbt: string
  statements: Record<string, string>
}

/** The statements that dbt sends for rules over a Parquet file, as it compiled them (`statements.json`). @throws Error for a test that is not stored */
export function dbtStatements(rules: readonly CheckRuleInput[], file: string): string[] {
  const { statements } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'statements.json'), 'utf8')) as Stored
  return testNames(rules).map((name) => {
    const statement = statements[name]
    if (statement === undefined) throw new Error(`statements.json has no ${name}: run bench/peers/dbt/store-statements.ts`)
    return statement.replaceAll('{orders}', () => literal(file).text)
  })
}
