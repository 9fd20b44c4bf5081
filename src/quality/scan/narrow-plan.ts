import type { Figure } from '../check.ts'
import { isEmptyColumn } from '../to-result.ts'
import { keyBounds } from './key-bounds.ts'
import { NOTHING, type Candidate } from './measured.ts'
import type { NarrowItem } from './narrow-item.ts'
import { keyItem } from './key-item.ts'
import { figuresItem, groupItem, orderedItem, testItem } from './narrow-items.ts'
import type { Recount } from './narrow-scan.ts'
import type { SharedAnswer, SharedRule } from './shared-scan.ts'
import { faultOf } from './table-reader.ts'

export interface NarrowPlan {
  items: NarrowItem[]
  recount: Recount
  /** What to say of a rule that looks twice. */
  messages: Map<number, string | null>
  /** Why a rule has nothing to look at a second time. */
  unmeasurable: Map<number, string>
}

/**
 * What is left for the narrow scan. A rule that cannot say what it needs joins the errors.
 * @param answers of the shared scan, by the place of the rule
 */
export function narrowPlan(
  candidates: readonly Candidate[],
  shared: readonly SharedRule[],
  answers: ReadonlyMap<number, SharedAnswer>,
  errors: Map<number, string>,
  rows: number,
): NarrowPlan {
  const plan: NarrowPlan = { items: [], recount: { dimensions: new Set(), tests: [] }, messages: new Map(), unmeasurable: new Map() }
  const later = new Map(shared.map((rule) => [rule.index, rule.later]))
  for (const candidate of candidates) {
    if (errors.has(candidate.index)) continue
    try {
      const item = itemOf(candidate, later.get(candidate.index) ?? {}, answers.get(candidate.index)?.figures ?? {}, plan, rows)
      if (item !== null) plan.items.push(item)
    } catch (error) {
      errors.set(candidate.index, faultOf(error))
    }
  }
  plan.recount = recountOf(plan.items, shared, answers, errors)
  return plan
}

function itemOf(
  candidate: Candidate,
  later: SharedRule['later'],
  figures: Record<string, Figure>,
  plans: NarrowPlan,
  rows: number,
): NarrowItem | null {
  const { index, rule } = candidate
  const { plan, where, dimension } = rule
  if (plan.kind === 'key') return keyItem(candidate, plan, keyBounds(plan, figures, rows))
  if (plan.kind === 'group') return groupItem(candidate, plan)
  if (plan.kind === 'ordered') return orderedItem(candidate, plan)
  if (plan.kind === 'measure' && where !== null) return figuresItem(candidate, later)
  if (plan.kind !== 'twofold') return Object.keys(later).length === 0 ? null : figuresItem(candidate, later)
  const then = plan.second(figures)
  if ('unmeasurable' in then) {
    plans.unmeasurable.set(index, then.unmeasurable)
    return null
  }
  plans.messages.set(index, then.message)
  return testItem({ index, dimension, where, eligible: then.eligible, failing: then.failing }, rows)
}

/**
 * A dimension is counted again where a rule of it looks twice, and where a column turned out to be wholly empty: that breaks no rule by itself, so
 * the rows that break another are counted without it.
 */
function recountOf(
  items: readonly NarrowItem[],
  shared: readonly SharedRule[],
  answers: ReadonlyMap<number, SharedAnswer>,
  errors: ReadonlyMap<number, string>,
): Recount {
  const isEmpty = ({ rule, index }: Candidate): boolean => isEmptyColumn(rule, { ...NOTHING, ...answers.get(index) })
  const dimensions = new Set([
    ...items.flatMap(({ test }) => test?.dimension ?? []),
    ...shared.filter((rule) => isEmpty(rule)).map(({ rule }) => rule.dimension),
  ])
  const again = shared.filter((rule) => dimensions.has(rule.rule.dimension) && !errors.has(rule.index) && !isEmpty(rule))
  return { dimensions, tests: again.flatMap(({ test }) => test ?? []) }
}
