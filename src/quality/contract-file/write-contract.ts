import { Document, isMap, isSeq } from 'yaml'
import type { DatasetContract } from '../../contract/quality-contracts.ts'
import type { CheckRule } from '../../contract/quality.ts'

/** What stands in a rule that says nothing about it. */
const unsaid: Partial<Record<keyof CheckRule, unknown>> = { severity: 'error', blocking: false, quarantine: false, limit: 0, enabled: true }

/**
 * A contract as the text of a file; what has its default is left out.
 * @param comments of rules, by their place in `contract.rules`, put above each
 * @param head put above everything
 */
export function writeContract(contract: DatasetContract, comments: readonly (string | null)[] = [], head: string | null = null): string {
  const columns = Object.entries(contract.columns).map(([name, { required, unique, rules, ...promise }]) => [
    name,
    {
      ...promise,
      ...(required ? { required } : {}),
      ...(unique ? { unique } : {}),
      ...(rules.length > 0 ? { rules: rules.map(shortRule) } : {}),
    },
  ])
  const { dataset, owner, description } = contract
  const document = new Document(
    clean({
      dataset,
      owner,
      description,
      columns: columns.length === 0 ? undefined : Object.fromEntries(columns),
      rules: contract.rules.length === 0 ? undefined : contract.rules.map(shortRule),
    }),
  )
  document.commentBefore = head === null ? null : commented(head)
  const rules: unknown = isMap(document.contents) ? document.contents.get('rules', true) : null
  if (isSeq(rules))
    rules.items.forEach((item, index) => {
      const comment = comments[index]
      if (isMap(item) && comment != null) item.commentBefore = commented(comment)
    })
  return document.toString({ lineWidth: 0 })
}

function shortRule(rule: CheckRule): object {
  const { id, check, options, ...rest } = rule
  const said = Object.entries(rest).filter(([key, value]) => value !== undefined && unsaid[key as keyof CheckRule] !== value)
  return clean({ id, check, options: Object.keys(options).length === 0 ? undefined : options, ...Object.fromEntries(said) })
}

function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
}

function clean(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
}
