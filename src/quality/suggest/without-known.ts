import type { KnownRule } from '../../contract/quality-contracts.ts'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { checkOf } from '../index.ts'
import { nameRules } from '../name-rules.ts'
import type { Suggestion } from './suggest-rules.ts'

/** Whoever declares the one has answered the question that the other asks. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = { 'not-null': ['not-blank'] }

/** A suggestion with an id that no rule of its dataset has. */
export type NamedSuggestion = Suggestion & { rule: { id: string } }

/**
 * Parts suggestions from those that a dataset has already: a rule of the same check about the same columns, whatever it is called and wherever its
 * limits lie. A rule about some rows only answers for those alone.
 * @param standing every rule of the dataset, also those that are turned off
 */
export function withoutKnown(
  suggestions: readonly Suggestion[],
  standing: readonly DatasetRule[],
): { added: NamedSuggestion[]; known: KnownRule[] } {
  const answered = suggestions.map(({ rule }) => standing.find((other) => answers(other.rule, rule)))
  const wanted = suggestions.filter((_, index) => answered[index] === undefined)
  const names = nameRules([...wanted.map(({ rule }) => rule), ...standing.map(({ id, rule }) => ({ ...rule, id }))])
  const found = answered.filter((rule) => rule !== undefined)
  return {
    added: wanted.map((suggestion, index) => ({ ...suggestion, rule: { ...suggestion.rule, id: names[index]! } })),
    known: [...new Set(found)].map(({ id: rule, origin, source }) => ({ rule, origin, source })),
  }
}

function answers(standing: CheckRule, suggested: CheckRule): boolean {
  if (standing.where !== undefined || columnsOf(standing) !== columnsOf(suggested)) return false
  const check = idOf(standing.check)
  return check === suggested.check || (ANSWERS[suggested.check] ?? []).includes(check)
}

/** The columns that a rule is about; the list of a schema is not of columns that it is about. */
function columnsOf({ options }: CheckRule): string {
  const { column, columns } = options
  const named = [column, columns].flat().filter((part) => typeof part === 'string')
  return JSON.stringify(named.toSorted())
}

function idOf(check: string): string {
  try {
    return checkOf(check).id
  } catch {
    return check
  }
}
