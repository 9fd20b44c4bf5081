import type { Kysely } from 'kysely'
import { checkOf, parseOptions } from '../../quality/index.ts'
import { AtlasError } from '../../core/errors.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import type { Schema } from '../../store/schema.ts'
import type { StreamWork } from '../run-context.ts'
import { datasetRules } from './dataset-rules.ts'

/**
 * The streams in an order in which a dataset that another's quarantining rule looks into is made before it: a new order is not refused for a new
 * customer of the same run. In a circle the order stays.
 */
export async function namedFirst(db: Kysely<Schema>, streams: readonly StreamWork[]): Promise<StreamWork[]> {
  const byName = new Map(streams.map((work) => [`chart.${work.table}`, work]))
  const needs = new Map<StreamWork, StreamWork[]>()
  for (const work of streams) {
    const { rules } = await datasetRules(db, `chart.${work.table}`, work.rule.checks)
    const named = rules.filter((rule) => rule.quarantine).flatMap(datasetsOf)
    needs.set(
      work,
      named.flatMap((name) => byName.get(name) ?? []),
    )
  }
  const ordered: StreamWork[] = []
  const visit = (work: StreamWork, trail: readonly StreamWork[]): void => {
    if (ordered.includes(work) || trail.includes(work)) return
    for (const other of needs.get(work) ?? []) visit(other, [...trail, work])
    ordered.push(work)
  }
  for (const work of streams) visit(work, [])
  return ordered
}

function datasetsOf(rule: DeclaredRule): readonly string[] {
  try {
    const check = checkOf(rule.check)
    return check.datasets?.(parseOptions(check, rule.options)) ?? []
  } catch (error) {
    if (error instanceof AtlasError) return []
    throw error
  }
}
