import type { AlertBackTest, AlertRuleInput } from '../../contract/alert-rules.ts'
import type { AlertWorld } from './alert-rule.ts'
import { isAsked } from './evaluate-rules.ts'
import { alertRuleOf, parseRuleOptions } from './rules/index.ts'

const BACK_MS = 14 * 86_400_000
const SHOWN = 100

/** What a rule would have told in the last fourteen days, from what is stored. @throws AtlasError `alert.rule_invalid` */
export async function backTest(world: AlertWorld, input: AlertRuleInput): Promise<AlertBackTest> {
  const kind = alertRuleOf(input.kind)
  const options = parseRuleOptions(kind, input.options)
  const from = new Date(world.now.getTime() - BACK_MS)
  const span = { from: from.toISOString(), to: world.now.toISOString() }
  if (typeof kind.past === 'string') return { ...span, firings: null, count: null, why: kind.past }
  const past = (await kind.past(world, options, from)).filter((firing) => isAsked(input, firing))
  const firings = past.slice(0, SHOWN).map(({ at, subject }) => ({ at: at.toISOString(), subject }))
  return { ...span, firings, count: past.length, why: null }
}
