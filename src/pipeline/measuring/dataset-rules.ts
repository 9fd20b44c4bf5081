import type { Kysely } from 'kysely'
import type { CheckRule } from '../../contract/quality.ts'
import { nameRules } from '../../quality/name-rules.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { activeRules } from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'

const HOMES = { automatic: 'nobody', pipeline: 'the pipeline', file: 'a contract file', browser: 'the browser' } as const

/**
 * All rules of a dataset: those that the pipeline declares, and those from its contract and the browser. Where two share an id, neither runs: the
 * one that stands is an error naming both homes, so that what is in Git and what was made elsewhere never fight silently.
 * @param own the pipeline's
 */
export async function datasetRules(
  db: Kysely<Schema>,
  dataset: string,
  own: readonly CheckRule[],
): Promise<{ rules: DeclaredRule[]; warnings: string[] }> {
  const stored = await activeRules(db, dataset)
  const mine = own.filter((rule) => rule.enabled)
  const names = nameRules(mine)
  const warnings: string[] = []
  const rules: DeclaredRule[] = mine.map((rule, index) => {
    const id = names[index]!
    const other = stored.find((candidate) => candidate.id === id)
    if (other === undefined) return { ...rule, id, origin: 'pipeline' }
    const problem = `The rule ${id} of ${dataset} is declared twice: by ${HOMES.pipeline} and by ${HOMES[other.origin]}. Neither ran; rename one of them or take it out.`
    warnings.push(problem)
    return { ...rule, id, origin: 'pipeline', problem, blocking: rule.blocking || other.blocking }
  })
  return { rules: [...rules, ...stored.filter((rule) => !names.includes(rule.id))], warnings }
}
