import type { Policy } from '../../contract/pii.ts'
import { ruleOf } from '../../privacy/policy.ts'
import type { RunContext, StreamWork } from '../run-context.ts'
import { pinParent } from './land.ts'

/**
 * The policy with what `newColumns` says of columns that chart did not have in its published snapshot, in a table that holds personal data. It holds for such
 * a column in later runs too, until the policy names the column.
 * @param names of the columns in chart
 */
export async function guardNewColumns(context: RunContext, work: StreamWork, names: readonly string[]): Promise<Policy> {
  const { newColumns } = work.policy
  if (newColumns === undefined || work.findings.length === 0) return work.policy
  const parent = await pinParent(context, `chart.${work.table}`)
  if (parent === null) return work.policy
  const { action } = ruleOf(newColumns)
  const guarded = names.filter((name) => {
    const before = parent.columns.find((column) => column.name === name)
    // Its finding beside, a column says of itself that nothing but the policy names it.
    const isGuarded = before?.pii?.entity === null && before.pii.action === action
    return work.policy.columns[name] === undefined && (before === undefined || isGuarded)
  })
  return { ...work.policy, columns: { ...work.policy.columns, ...Object.fromEntries(guarded.map((name) => [name, newColumns])) } }
}
