import type { Kysely } from 'kysely'
import type { CheckRule } from '../../contract/quality.ts'
import { nameRules } from '../../quality/name-rules.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { meaningChanges } from '../../quality/rule-meaning.ts'
import { activeRules, type ActiveRule } from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'

/**
 * All rules of a dataset: those that the pipeline declares, and those from its contract and the browser. The same rule in two homes is measured once.
 * Where two that differ share an id, neither runs: the one that stands is an error naming both homes, so that what is in Git and what was made
 * elsewhere never fight silently.
 * @param own the pipeline's
 */
export async function datasetRules(
  db: Kysely<Schema>,
  dataset: string,
  own: readonly CheckRule[],
): Promise<{ rules: DeclaredRule[]; warnings: string[] }> {
  const stored = await activeRules(db, dataset)
  const byId = new Map(stored.map((rule) => [rule.id, rule]))
  // Named before those that are turned off are left out: a rule keeps its name while others are edited.
  const names = nameRules(own)
  const mine = own.map((rule, index) => ({ ...rule, id: names[index]! })).filter((rule) => rule.enabled)
  const warnings: string[] = []
  const rules: DeclaredRule[] = mine.map((rule) => {
    const other = byId.get(rule.id)
    if (other === undefined) return { ...rule, origin: 'pipeline' }
    const problem = clash(dataset, rule, other)
    if (problem === null) return { ...rule, origin: other.origin, alsoIn: ['pipeline'] }
    warnings.push(problem)
    return { ...rule, origin: 'pipeline', problem, blocking: rule.blocking || other.blocking }
  })
  const declared = new Set(mine.map(({ id }) => id))
  return { rules: [...rules, ...stored.filter((rule) => !declared.has(rule.id)).map(toDeclared)], warnings }
}

/** Why two rules of one id cannot run; null where they are the same rule. */
function clash(dataset: string, rule: CheckRule & { id: string }, other: ActiveRule): string | null {
  const changes = meaningChanges(rule, other)
  const [first] = changes
  if (first === undefined) return null
  const home = other.origin === 'file' ? `the contract file ${other.source ?? '?'}` : 'the browser'
  const more = changes.length === 1 ? '' : `, and ${changes.length - 1} more`
  const differ = `${first.path} is ${inJson(first.from)} in the pipeline and ${inJson(first.to)} there${more}`
  return `The rule ${rule.id} of ${dataset} is declared twice, by the pipeline and by ${home}. They differ: ${differ}. Neither ran; make them the same, rename one of them or take it out.`
}

function inJson(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : JSON.stringify(value)
}

function toDeclared({ source: _, ...rule }: ActiveRule): DeclaredRule {
  return rule
}
