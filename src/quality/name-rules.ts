import type { CheckRule } from '../contract/quality.ts'

const LONGEST = 120

/**
 * The id of every rule: its own, or one made from the check and the columns that its options name, e.g. `not-null.email`. Rules that would
 * share a name are numbered in their order, so that a rule keeps its name, and with it its history, while others are edited.
 */
export function nameRules(rules: readonly CheckRule[]): string[] {
  const taken = new Set(rules.flatMap((rule) => rule.id ?? []))
  return rules.map((rule) => {
    if (rule.id !== undefined) return rule.id
    const plain = madeName(rule)
    let name = plain
    for (let next = 2; taken.has(name); next += 1) name = `${plain}.${next}`
    taken.add(name)
    return name
  })
}

function madeName({ check, options }: CheckRule): string {
  const named = [options['column'], options['columns'], options['left'], options['right']].flat().filter((part) => typeof part === 'string')
  const parts = [check, ...named].map((part) => part.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '_'))
  return parts.join('.').slice(0, LONGEST)
}
