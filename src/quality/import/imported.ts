import type { DatasetContract, NotCarriedOver } from '../../contract/quality-contracts.ts'
import { DatasetContract as ContractSchema } from '../../contract/quality-contracts.ts'
import { CheckRule, type CheckRuleInput } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { checkOf, parseOptions } from '../index.ts'
import { ownTables } from './own-tables.ts'

/** What was read from a file of another tool. */
export interface Imported {
  contracts: DatasetContract[]
  couldNotCarryOver: NotCarriedOver[]
}

export interface ImportOptions {
  /** Layer of tables that the file names. */
  layer: 'explore' | 'chart' | 'navigate'
  /** layer.name of what the file is about, where it names nothing or another. */
  dataset?: string | undefined
}

/** A rule before it is known whether Atlas takes it. */
export type RuleDraft = CheckRuleInput

/** Collects what is read: rules that Atlas takes by dataset, and everything else with why. */
export interface Collector {
  options: ImportOptions
  /** Begins a dataset, or goes on with it. @param name as the file has it; the last part counts */
  dataset(name: string, about?: { description?: unknown; owner?: unknown }): string
  add(dataset: string, where: string, rule: RuleDraft): void
  skip(where: string, what: string, why: string): void
  finish(): Imported
}

export function createCollector(options: ImportOptions): Collector {
  const contracts = new Map<string, DatasetContract>()
  const couldNotCarryOver: NotCarriedOver[] = []
  const skip = (where: string, what: string, why: string): void => {
    couldNotCarryOver.push({ where, what, why })
  }
  return {
    options,
    skip,
    dataset: (name, about = {}) => {
      const dataset = datasetName(name, options)
      if (!contracts.has(dataset)) contracts.set(dataset, ContractSchema.parse({ dataset, ...aboutOf(about) }))
      return dataset
    },
    add: (dataset, where, draft) => {
      const rule = withOwnTables(draft, dataset)
      const problem = problemOf(rule)
      if (problem !== null) skip(where, rule.check, problem)
      else contracts.get(dataset)!.rules.push(CheckRule.parse(rule))
    },
    finish: () => ({ contracts: [...contracts.values()].map(withoutDoubles), couldNotCarryOver }),
  }
}

/** `layer.name` of a table: quotes, databases and schemas in front are dropped. */
function datasetName(name: string, { layer, dataset }: ImportOptions): string {
  if (dataset !== undefined) return dataset
  const last =
    name
      .replaceAll(/["'`[\]]/g, '')
      .split(/[./]/)
      .findLast((part) => part.trim() !== '') ?? ''
  return `${layer}.${normaliseName(last) || 'unnamed'}`
}

function aboutOf({ description, owner }: { description?: unknown; owner?: unknown }): { description?: string; owner?: string } {
  return {
    ...(typeof description === 'string' && description.trim() !== '' ? { description: description.trim().slice(0, 2000) } : {}),
    ...(typeof owner === 'string' && owner.trim() !== '' ? { owner: owner.trim().slice(0, 200) } : {}),
  }
}

function withOwnTables(draft: RuleDraft, dataset: string): RuleDraft {
  const query = draft.options?.['query']
  return typeof query === 'string' ? { ...draft, options: { ...draft.options, query: ownTables(query, dataset) } } : draft
}

/** Why Atlas does not take the rule; null where it does. */
function problemOf(draft: RuleDraft): string | null {
  const parsed = CheckRule.safeParse(draft)
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  try {
    parseOptions(checkOf(parsed.data.check), parsed.data.options)
    return null
  } catch (error) {
    if (error instanceof AtlasError) return error.message
    throw error
  }
}

/** The same rule twice is one rule; an id that stands twice stays with the first. */
function withoutDoubles(contract: DatasetContract): DatasetContract {
  const seen = new Set<string>()
  const ids = new Set<string>()
  const rules = contract.rules.flatMap((rule) => {
    const text = JSON.stringify(rule)
    if (seen.has(text)) return []
    seen.add(text)
    const { id, ...unnamed } = rule
    if (id === undefined || !ids.has(id)) {
      if (id !== undefined) ids.add(id)
      return [rule]
    }
    return [unnamed]
  })
  return { ...contract, rules }
}
