import { formatCount } from './count.ts'

/** What a dimension's share rests on: rules that somebody declared, and those that ran by themselves. */
export interface RuleCounts {
  rules: number
  /** Declared rules that pass. */
  passing: number
  automatic: number
}

/** How the declared rules came out, e.g. `2 of 3 declared rules pass`. */
export function declaredWords({ rules, passing }: Pick<RuleCounts, 'rules' | 'passing'>): string {
  if (rules === 0) return 'no declared rule'
  return `${formatCount(passing)} of ${formatCount(rules)} declared ${rules === 1 ? 'rule passes' : 'rules pass'}`
}

/** What ran by itself: it was measured, and passes or fails nothing. */
export function automaticWords({ automatic }: Pick<RuleCounts, 'automatic'>): string {
  return `${formatCount(automatic)} measured by ${automatic === 1 ? 'itself' : 'themselves'}`
}

/** Both, e.g. `2 of 3 declared rules pass · 11 measured by themselves`. */
export function ruleCountWords(counts: RuleCounts): string {
  return counts.automatic === 0 ? declaredWords(counts) : `${declaredWords(counts)} · ${automaticWords(counts)}`
}
