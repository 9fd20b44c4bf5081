import { AtlasError } from '../../core/errors.ts'
import type { Query } from '../../core/query.ts'
import type { Figure } from '../check.ts'
import type { Candidate } from './measured.ts'
import { sharedRule, type SharedRule } from './shared-scan.ts'
import { endsEverything, faultOf } from './table-reader.ts'
import { toFigure } from './to-figure.ts'

/** What rules ask of the shared scan, after what they need of other tables was read. One that fails here joins the errors. */
export async function prepareMeasures(query: Query, candidates: readonly Candidate[], errors: Map<number, string>): Promise<SharedRule[]> {
  const shared: SharedRule[] = []
  for (const candidate of candidates) {
    try {
      const prepared = await prepare(query, candidate)
      const rule = sharedRule(candidate, prepared)
      if (rule !== null) shared.push(rule)
    } catch (error) {
      if (endsEverything(error) && !isRuleFault(error)) throw error
      errors.set(candidate.index, isRuleFault(error) ? (error as Error).message : faultOf(error))
    }
  }
  return shared
}

async function prepare(query: Query, { rule: { plan } }: Candidate): Promise<Record<string, Figure>> {
  if (plan.kind !== 'measure' || plan.prepare === undefined) return {}
  const [row = {}] = await query.rows(plan.prepare)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toFigure(value)]))
}

function isRuleFault(error: unknown): boolean {
  return error instanceof AtlasError && error.code === 'pipeline.invalid'
}
