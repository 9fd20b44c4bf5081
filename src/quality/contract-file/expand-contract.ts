import { z } from 'zod'
import type { DatasetContract } from '../../contract/quality-contracts.ts'
import { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Check } from '../check.ts'
import { checks } from '../index.ts'
import { nameRules } from '../name-rules.ts'

/** A rule of a contract with its id. */
export interface PlacedRule {
  rule: CheckRule & { id: string }
  /** JSON Pointer of the place in the contract that it comes from. */
  at: string
}

/**
 * Every rule of a contract: one for each line of the short form of its columns, then those written out. A rule that names no owner has the
 * contract's.
 * @throws AtlasError `quality.contract_invalid` naming both places of an id that stands twice, or a rule under a column whose check takes none
 */
export function expandContract(contract: DatasetContract): PlacedRule[] {
  const placed = [...schemaRule(contract), ...Object.entries(contract.columns).flatMap(ofColumn), ...contract.rules.map(ofTable)]
  refuseDoubles(contract.dataset, placed)
  const names = nameRules(placed.map(({ rule }) => rule))
  return placed.map(({ rule, at }, index) => {
    const owner = rule.owner ?? contract.owner
    return { at, rule: { ...rule, id: names[index]!, ...(owner === undefined ? {} : { owner }) } }
  })
}

type Unnamed = { rule: CheckRule; at: string }

/** Only columns with a type are listed, so that others are no surprise. */
function schemaRule({ columns }: DatasetContract): Unnamed[] {
  const typed = Object.entries(columns).flatMap(([name, { type }]) => (type === undefined ? [] : [{ name, type }]))
  if (typed.length === 0) return []
  return [{ rule: CheckRule.parse({ check: 'schema', options: { columns: typed, added: 'allow' } }), at: '/columns' }]
}

function ofColumn([name, { required, unique, rules }]: [string, DatasetContract['columns'][string]]): Unnamed[] {
  const at = `/columns/${escapePointer(name)}`
  const short = (key: string, check: string, options: object): Unnamed => ({
    rule: CheckRule.parse({ check, options }),
    at: `${at}/${key}`,
  })
  return [
    ...(required ? [short('required', 'not-null', { column: name })] : []),
    ...(unique ? [short('unique', 'unique', { columns: [name] })] : []),
    ...rules.map((rule, index) => ({ rule: aboutColumn(rule, name, `${at}/rules/${index}`), at: `${at}/rules/${index}` })),
  ]
}

function ofTable(rule: CheckRule, index: number): Unnamed {
  return { rule, at: `/rules/${index}` }
}

/** The rule with its column filled in; a check that is not known is left for the proof of the rules, which names it better. */
function aboutColumn(rule: CheckRule, column: string, at: string): CheckRule {
  const check = checks.find(({ id, aliases }) => id === rule.check || aliases?.includes(rule.check))
  if (check === undefined || 'column' in rule.options || 'columns' in rule.options) return rule
  const options = optionNames(check)
  if (options.has('column')) return { ...rule, options: { column, ...rule.options } }
  if (options.has('columns')) return { ...rule, options: { columns: [column], ...rule.options } }
  const detail = `the check ${rule.check} is not about one column`
  throw new AtlasError('quality.contract_invalid', `The rule under the column "${column}" cannot stand there: ${detail}.`, {
    fields: [{ pointer: at, detail }],
    next: 'Put it under rules, beside columns.',
  })
}

const names = new Map<string, ReadonlySet<string>>()

/** The options that a check has. */
function optionNames(check: Check): ReadonlySet<string> {
  const known = names.get(check.id)
  if (known !== undefined) return known
  const { properties = {} } = z.toJSONSchema(check.options, { io: 'input', unrepresentable: 'any' })
  const found = new Set(Object.keys(properties))
  names.set(check.id, found)
  return found
}

function refuseDoubles(dataset: string, placed: readonly Unnamed[]): void {
  const first = new Map<string, string>()
  for (const { rule, at } of placed) {
    if (rule.id === undefined) continue
    const before = first.get(rule.id)
    if (before !== undefined)
      throw new AtlasError(
        'quality.contract_invalid',
        `The contract of ${dataset} has two rules with the id "${rule.id}": at ${before} and at ${at}.`,
        {
          fields: [{ pointer: at, detail: `the id "${rule.id}" is taken by ${before}` }],
          next: 'Give one of them another id.',
        },
      )
    first.set(rule.id, at)
  }
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}
