import type { CheckRule } from '../contract/quality.ts'

const LONGEST = 120

/**
 * The id of every rule: its own, or one made from the check and the columns that its options name, e.g. `not-null.email`. Rules that would
 * share a name are numbered in their order, so that a rule keeps its name, and with it its history, while others are edited.
 */
export function nameRules(rules: readonly CheckRule[]): string[] {
  const taken = new Set(rules.flatMap((rule) => rule.id ?? []))
  // Where the last of each name came to: thousands of one name are not counted from the start.
  const numbers = new Map<string, number>()
  return rules.map((rule) => {
    if (rule.id !== undefined) return rule.id
    const plain = madeName(rule)
    let number = numbers.get(plain) ?? 1
    while (taken.has(numbered(plain, number))) number += 1
    numbers.set(plain, number)
    const name = numbered(plain, number)
    taken.add(name)
    return name
  })
}

function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}.${number}`
}

function madeName({ check, options }: CheckRule): string {
  const named = [options['column'], options['columns'], options['left'], options['right']].flat().filter((part) => typeof part === 'string')
  const parts = [check, ...named].map((part) => part.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '_'))
  return parts.join('.').slice(0, LONGEST)
}
