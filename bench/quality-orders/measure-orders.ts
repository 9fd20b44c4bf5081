import { literal, sql, type Sql } from '../../src/core/sql.ts'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { CheckRule } from '../../src/contract/quality.ts'
import type { LakeSession } from '../../src/lake/lake.ts'
import { proveExpression } from '../../src/pipeline/prove-expression.ts'
import { measureQuality, type Measurement, type QualityFacts } from '../../src/quality/measure.ts'

export interface Orders {
  relation: Sql
  columns: { name: string; type: string }[]
  facts: QualityFacts
}

/** A Parquet file as it is measured, and what is known of it. @param rules all whose expressions are proved */
export async function ordersOf(session: LakeSession, file: string, rows: number, rules: readonly CheckRuleInput[]): Promise<Orders> {
  const relation = sql`(select * from read_parquet(${literal(file)}))`
  const columns = await session.rows(sql`select column_name as "name", column_type as "type" from (describe ${relation})`)
  const facts = { now: new Date(), keys: [], sourceRows: null, rows, expressions: await proved(rules) }
  return { relation, columns: columns as Orders['columns'], facts }
}

/** @throws Error where a rule could not run, or took more than two scans */
export async function measureOrders(session: LakeSession, orders: Orders, rules: readonly CheckRuleInput[]): Promise<Measurement> {
  const measured = await measureQuality(session, orders.relation, orders.columns, parseRules(rules), orders.facts)
  const broken = measured.results.filter(({ status }) => status === 'error')
  if (measured.scans > 2 || broken.length > 0) throw new Error(`${measured.scans} scans; ${JSON.stringify(broken)}`)
  return measured
}

export function parseRules(rules: readonly CheckRuleInput[]): CheckRule[] {
  return rules.map((rule) => CheckRule.parse(rule))
}

async function proved(rules: readonly CheckRuleInput[]): Promise<Map<string, Sql>> {
  const texts = rules.flatMap(({ options, where }) => [options?.['expression'], where]).filter((text) => typeof text === 'string')
  return new Map(await Promise.all(texts.map(async (text) => [text, await proveExpression(text)] as const)))
}
