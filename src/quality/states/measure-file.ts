import type { Dimension } from '../../contract/quality.ts'
import type { Query } from '../../core/query.ts'
import type { Figure } from '../check.ts'
import { brokenOf, sharedAnswer, sharedQuery, type SharedRule } from '../scan/shared-scan.ts'
import { type AggregateState, MOST_VALUES } from './aggregate-state.ts'
import type { FileState, TablePart } from './file-state.ts'
import type { MergeableRule } from './mergeable-rule.ts'

export interface MeasuredFile {
  /** By the place of the rule; a rule that is not there cannot be told from states. */
  rules: Map<number, FileState>
  broken: Partial<Record<Dimension, number>>
}

/** Looks at one file once, and again only for columns of few distinct values that a rule counts. Throws what the query throws. */
export async function measureFile(query: Query, part: TablePart, rules: readonly MergeableRule[], prefix: string): Promise<MeasuredFile> {
  const asked = rules.map((rule): SharedRule => ({ ...rule, figures: selectsOf(rule), later: {} }))
  const [row = {}] = await query.rows(sharedQuery(part.relation, asked, prefix))
  const found = new Map<number, FileState>()
  for (const [place, rule] of rules.entries()) {
    const { eligible, failing, figures } = sharedAnswer(row, asked[place]!, prefix)
    const states = await statesOf(query, part, rule, Object.values(figures))
    if (states !== null) found.set(rule.index, { eligible, failing, figures: states })
  }
  return { rules: found, broken: brokenOf(row, prefix) }
}

function selectsOf({ aggregates }: MergeableRule): SharedRule['figures'] {
  return Object.fromEntries(aggregates.flatMap(([, { select }], place) => select.map((part, column) => [`${place}.${column}`, part])))
}

async function statesOf(query: Query, part: TablePart, rule: MergeableRule, cells: readonly Figure[]): Promise<AggregateState[] | null> {
  const states: AggregateState[] = []
  let from = 0
  for (const [, aggregate] of rule.aggregates) {
    const mine = cells.slice(from, (from += aggregate.select.length))
    if (aggregate.values !== undefined && Number(mine[0] ?? 0) > MOST_VALUES) return null
    const rows = aggregate.values === undefined ? [] : await query.rows(aggregate.values(part.relation))
    const state = aggregate.read(
      mine,
      rows.map(({ v }) => String(v)),
    )
    if (state === null) return null
    states.push(state)
  }
  return states
}
