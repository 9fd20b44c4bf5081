import { readFileSync } from 'node:fs'
import { type CheckResult, CheckRule, type QualitySummary } from '../../../src/contract/quality.ts'
import { raw, sql } from '../../../src/core/sql.ts'
import type { CheckedColumn, OtherTable } from '../../../src/quality/check.ts'
import { measureQuality, type QualityFacts } from '../../../src/quality/measure.ts'
import { openMemoryEngine } from '../../engine/memory-engine.ts'

/** A case of the acceptance cases. */
export interface QualityCase {
  id: string
  setup_sql: string
  expect: Record<string, number | string | boolean | null>
}

const { cases } = JSON.parse(readFileSync(new URL('../cases.json', import.meta.url), 'utf8')) as { cases: QualityCase[] }

export function caseOf(id: string): QualityCase {
  return cases.find((one) => one.id === id)!
}

export const NOW = new Date('2026-11-20T00:00:00Z')

export interface MeasuredRule extends CheckResult {
  summary: QualitySummary
}

export interface RuleBench {
  /** The result of one rule over the table `t` that the statements make, a list of them or one text. Expressions of the rule count as proved. */
  rule(setup: string | string[], rule: Partial<CheckRule> & { check: string }, facts?: Partial<QualityFacts>): Promise<MeasuredRule>
  /** A table that rules can name. */
  table(name: string): Promise<OtherTable>
  close(): void
}

/** Rules over a DuckDB of its own. Tables `t`, `u` and `before` are dropped before each rule. */
export async function openRuleBench(): Promise<RuleBench> {
  const engine = await openMemoryEngine()
  const columnsOf = async (name: string) =>
    (await engine.rows(sql`select column_name as "name", column_type as "type" from (describe ${raw(name)})`)) as unknown as CheckedColumn[]
  const table = async (name: string): Promise<OtherTable> => {
    const [counted] = await engine.rows(sql`select count(*) as n from ${raw(name)}`)
    return { relation: raw(name), columns: await columnsOf(name), rows: Number(counted?.['n']) }
  }
  const others = async (): Promise<Partial<QualityFacts>> => {
    const names = new Set((await engine.rows(sql`select table_name as "name" from duckdb_tables()`)).map((row) => row['name']))
    return {
      ...(names.has('u') ? { datasets: new Map([['chart.u', await table('u')]]) } : {}),
      ...(names.has('before') ? { previous: { ...(await table('before')), committedAt: NOW } } : {}),
    }
  }
  return {
    table,
    rule: async (setup, rule, facts = {}) => {
      for (const name of ['t', 'u', 'before']) await engine.run(sql`drop table if exists ${raw(name)}`)
      for (const statement of typeof setup === 'string' ? setup.split(';') : setup) await engine.run(raw(statement))
      const declared = CheckRule.parse(rule)
      const known = { keys: [], sourceRows: null, now: NOW, expressions: provedOf(declared), ...(await others()), ...facts }
      const { results, summary } = await measureQuality(engine, raw('t'), await columnsOf('t'), [declared], known)
      return { ...results[0]!, summary }
    },
    close: () => engine.close(),
  }
}

function provedOf({ options, where }: CheckRule) {
  const texts = [options['expression'], options['condition'], where].filter((text) => typeof text === 'string')
  return new Map(texts.map((text) => [text, raw(`(${text})`)]))
}
