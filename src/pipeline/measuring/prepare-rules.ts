import { AtlasError } from '../../core/errors.ts'
import type { Query } from '../../core/query.ts'
import { sql, type Sql } from '../../core/sql.ts'
import { inTurns } from '../../quality/in-turns.ts'
import { checkOf, parseOptions } from '../../quality/index.ts'
import { nameRules } from '../../quality/name-rules.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { proveExpression } from '../prove-expression.ts'
import type { CheckedColumn } from '../../quality/check.ts'
import { queriedDatasets, type RuleQuery } from './answer-query.ts'
import { noConditions } from './no-conditions.ts'
import { assertQuarantines } from './rule-kind.ts'

/** Rules with all that must be known before they are planned. */
export interface PreparedRules {
  /** Each with its id; what cannot run has its `problem`. */
  rules: DeclaredRule[]
  /** Proved expressions, by their text. */
  expressions: Map<string, Sql>
  /** Custom queries, by the id of the rule. */
  queries: Map<string, RuleQuery>
  /** layer.name of every other dataset that a rule names. */
  datasets: Set<string>
}

/**
 * Proves the expressions of the enabled rules, parses their queries, compiles their patterns and collects the datasets they name. What is wrong
 * is the problem of its own rule.
 * @param name layer.name of the measured dataset
 * @param columns of it; null where they are not known, and nobody can tell what an expression gives
 */
export async function prepareRules(
  query: Query,
  name: string,
  declared: readonly DeclaredRule[],
  columns: readonly CheckedColumn[] | null = null,
): Promise<PreparedRules> {
  const enabled = declared.filter((rule) => rule.enabled)
  const names = nameRules(enabled)
  const prepared: PreparedRules = { rules: [], expressions: new Map(), queries: new Map(), datasets: new Set() }
  await inTurns(enabled, async (rule, index) => {
    const problem = rule.problem ?? (await problemOf(query, name, { ...rule, id: names[index]! }, prepared))
    prepared.rules.push({ ...rule, id: names[index]!, ...(problem === null ? {} : { problem }) })
  })
  const wrong = columns === null ? new Map<string, string>() : await noConditions(query, prepared.expressions, columns)
  if (wrong.size > 0) prepared.rules = prepared.rules.map((rule) => withoutCondition(rule, wrong))
  return prepared
}

/** The rule with its problem, where an expression of it gives no truth. */
function withoutCondition(rule: DeclaredRule, wrong: ReadonlyMap<string, string>): DeclaredRule {
  const texts = [...(rule.where === undefined ? [] : [rule.where]), ...(userSqlOf(rule)?.expressions ?? [])]
  const [problem] = texts.flatMap((text) => wrong.get(text) ?? [])
  return problem === undefined || rule.problem !== undefined ? rule : { ...rule, problem }
}

async function problemOf(query: Query, name: string, rule: DeclaredRule & { id: string }, prepared: PreparedRules): Promise<string | null> {
  const userSql = userSqlOf(rule)
  if (userSql === null) return null
  try {
    assertQuarantines(rule)
    for (const text of [...(rule.where === undefined ? [] : [rule.where]), ...userSql.expressions])
      if (!prepared.expressions.has(text)) prepared.expressions.set(text, await proveExpression(text))
    for (const pattern of patternsOf(rule)) await compilePattern(query, pattern)
    const datasets = [...userSql.datasets]
    if (userSql.query !== undefined) {
      const where = rule.where === undefined ? null : (prepared.expressions.get(rule.where) ?? null)
      const asked = { text: userSql.query, isMetric: rule.options['metric'] === true, where }
      datasets.push(...(await queriedDatasets(name, asked)))
      prepared.queries.set(rule.id, asked)
    }
    for (const dataset of datasets) if (dataset !== name) prepared.datasets.add(dataset)
    return null
  } catch (error) {
    if (error instanceof AtlasError) return error.message
    throw error
  }
}

/** What a rule wants proved, answered and pinned; null where its check or options make no sense, which planning says better. */
function userSqlOf(rule: DeclaredRule): { expressions: readonly string[]; query?: string; datasets: readonly string[] } | null {
  try {
    const check = checkOf(rule.check)
    const options = parseOptions(check, rule.options)
    return { expressions: [], ...check.userSql?.(options), datasets: check.datasets?.(options) ?? [] }
  } catch (error) {
    if (error instanceof AtlasError) return null
    throw error
  }
}

function patternsOf({ options }: DeclaredRule): string[] {
  return [options['pattern'], options['patterns'], options['regex']].flat().filter((text): text is string => typeof text === 'string')
}

/** In the scan a pattern that cannot be compiled would take all other rules with it, and cost each of them a scan of its own. */
async function compilePattern(query: Query, pattern: string): Promise<void> {
  try {
    await query.rows(sql`select regexp_full_match('', ${pattern})`)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new AtlasError('pipeline.invalid', `The pattern ${pattern} cannot be compiled: ${why ?? ''}.`, {
      cause: error,
      next: 'Write a regular expression in RE2 syntax, which has no look-around and no back-references.',
    })
  }
}
