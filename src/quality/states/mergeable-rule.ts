import { createHash } from 'node:crypto'
import type { Dimension } from '../../contract/quality.ts'
import { raw, type Sql } from '../../core/sql.ts'
import { filterAggregate } from '../scan/filter-aggregate.ts'
import type { Candidate } from '../scan/measured.ts'
import type { RowTest } from '../scan/row-flags.ts'
import { rowTest } from '../scan/shared-scan.ts'
import { mergeable, type MergeableAggregate } from './aggregate-state.ts'

/** A rule whose outcome on a table can be told from its outcomes on the table's files. */
export interface MergeableRule extends Candidate {
  test: RowTest | null
  /** By the names of the figures. */
  aggregates: [string, MergeableAggregate][]
  /** Changes with everything that its states depend on, but for the file. */
  fingerprint: string
}

/** Counted anew when the way of counting changes. */
const VERSION = 1

/** The rule as one that merges; null for every other. Rules that look at other tables do not: what they find is not the file's alone. */
export function mergeableRule(candidate: Candidate): MergeableRule | null {
  const { plan, where } = candidate.rule
  if (plan.kind !== 'row' && plan.kind !== 'measure') return null
  if (plan.kind === 'measure' && plan.prepare !== undefined) return null
  const figures =
    plan.kind === 'row' ? (plan.figures ?? {}) : { ...plan.figures({}), ...(where === null ? {} : { [CHOSEN]: raw('count(*)') }) }
  const test = rowTest(candidate)
  const aggregates: [string, MergeableAggregate][] = []
  const texts = [where, test?.eligible, test?.failing].map((part) => part?.text ?? '')
  for (const [name, figure] of Object.entries(figures)) {
    const aggregate = chosen(figure, where)
    if (aggregate === null) return null
    aggregates.push([name, aggregate])
    texts.push(name, ...aggregate.select.map(({ text }) => text))
  }
  if (texts.some(looksElsewhere)) return null
  return { ...candidate, test, aggregates, fingerprint: fingerprintOf(texts) }
}

/** Looks at other tables, or at the clock: `cast('today' as date)` is another day tomorrow. */
function looksElsewhere(text: string): boolean {
  const bare = text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '')
  return (
    /\b(?:select|from|now|today|current_\w+|get_current_\w+|transaction_timestamp)\b/i.test(bare) ||
    /'\s*(?:now|today|tomorrow|yesterday)\s*'/i.test(text)
  )
}

/** Figure of a rule with a condition: the rows that it chooses. */
export const CHOSEN = 'atlas chosen'

function chosen(asked: Sql, where: Sql | null): MergeableAggregate | null {
  // What is merged is floating point in any case.
  const figure = raw(asked.text.replace(/::double$/i, ''))
  if (where === null) return mergeable(figure)
  try {
    const text = filterAggregate(figure, where).text
    // `filterAggregate` puts brackets around.
    return mergeable(raw(text.slice(1, -1)))
  } catch {
    return null
  }
}

/** Of everything that breaks a dimension together. */
export function dimensionFingerprint(dimension: Dimension, rules: readonly MergeableRule[]): string {
  return fingerprintOf([dimension, ...rules.map(({ fingerprint }) => fingerprint)])
}

export function fingerprintOf(texts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, ...texts]))
    .digest('hex')
    .slice(0, 32)
}
