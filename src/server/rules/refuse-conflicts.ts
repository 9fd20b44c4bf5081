import type { ContractFile, RuleDifference } from '../../contract/quality-contracts.ts'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import { AtlasError } from '../../core/errors.ts'
import type { PlacedRule } from '../../quality/contract-file/expand-contract.ts'
import { placeOf } from '../../store/quality-rules.ts'

/** A contract whose rules have their ids and places. */
export interface PlacedContract extends ContractFile {
  placed: readonly PlacedRule[]
  /** JSON Pointer of the contract in the request. */
  at: string
}

/**
 * Refuses a contract of which a rule stands elsewhere under the same id and says something else: two homes of one rule never fight silently.
 * @param standing every rule of the dataset, of whatever origin
 * @param takeOver lets the contract have those that were made in the browser
 * @throws AtlasError `quality.contract_conflict` naming the file and what it meets
 */
export function refuseConflicts(
  { file, contract, placed, at }: PlacedContract,
  standing: readonly DatasetRule[],
  differences: readonly RuleDifference[],
  takeOver: boolean,
): void {
  const conflicts = differences.filter(({ difference, origin }) => difference === 'conflict' && !(takeOver && origin === 'browser'))
  const [first] = conflicts
  if (first === undefined) return
  const held = standing.find(({ id, origin }) => id === first.rule && origin === first.origin)!
  const edited = held.version === null ? '' : ` (version ${held.version}, by ${held.changedBy ?? '?'} at ${held.changedAt ?? '?'})`
  const others = conflicts.length === 1 ? '' : ` So it is with ${conflicts.length - 1} more.`
  const places = new Map(placed.map(({ rule, at: place }) => [rule.id, `${at}${place}`]))
  throw new AtlasError(
    'quality.contract_conflict',
    `The rule "${first.rule}" of ${contract.dataset} stands in ${file} and was there before, ${placeOf(held)}${edited}; they differ: ${differing(first)}.${others}`,
    {
      fields: conflicts.map((conflict) => ({
        pointer: places.get(conflict.rule) ?? at,
        detail: `the rule "${conflict.rule}" is ${placeOf({ origin: conflict.origin ?? '?', source: conflict.source })}: ${differing(conflict)}`,
      })),
      next:
        first.origin === 'browser'
          ? 'Give it another id, take that rule out, or let the file have it (atlas check apply --take-over).'
          : 'Give it another id, make the two the same, or take one of them out.',
    },
  )
}

function differing({ changes }: RuleDifference): string {
  const said = changes.slice(0, 3).map(({ path, from, to }) => `${path} is ${inJson(from)} there and ${inJson(to)} in the file`)
  return `${said.join(', ')}${changes.length > 3 ? `, and ${changes.length - 3} more` : ''}`
}

function inJson(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : JSON.stringify(value)
}
