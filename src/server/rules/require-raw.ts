import { type Caller, requirePermission } from '../../access/caller.ts'
import type { PipelineDefinition } from '../../contract/pipelines.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { checkOf, parseOptions } from '../../quality/index.ts'
import { isRaw } from '../raw-access.ts'

/** Checks that ask for no value: they look at columns, at numbers of rows, and at whether a value is there or there twice. */
const ASKS_NO_VALUE: ReadonlySet<string> = new Set([
  'row-count',
  'row-count-change',
  'row-count-match',
  'column-count',
  'column-set',
  'schema',
  'type',
  'not-null',
  'is-null',
  'unique',
  'duplicate-rows',
])

/**
 * Lets rules pass that ask nothing of data as it came, or whose author may read it: a limit, a list or an expression that rows are held against answers
 * what stands in them, and results are shown to everybody.
 * @param dataset layer.name that the rules are about
 * @throws AtlasError `access.denied` naming the rule and what it looks into
 */
export function requireRawFor(caller: Caller, dataset: string, rules: readonly CheckRule[]): void {
  for (const rule of rules) {
    const raw = [dataset, ...datasetsOf(rule)].find(isRaw)
    if (raw === undefined || asksNoValue(rule)) continue
    requirePermission(caller, 'datasets.read_raw', `The rule ${rule.id ?? rule.check}, which looks into ${raw}, data as it came,`)
  }
}

/**
 * The same for the checks that a pipeline declares: those of streams are about chart, those of transforms about navigate.
 * @throws AtlasError `access.denied`
 */
export function requireRawForPipeline(caller: Caller, { streams, transforms }: Pick<PipelineDefinition, 'streams' | 'transforms'>): void {
  for (const { name, dataset, checks } of streams) requireRawFor(caller, `chart.${dataset ?? normaliseName(name)}`, checks)
  for (const { name, checks } of transforms) requireRawFor(caller, `navigate.${name}`, checks)
}

function asksNoValue({ check, where }: CheckRule): boolean {
  return where === undefined && ASKS_NO_VALUE.has(idOf(check))
}

/** The check's own id for any of its names. */
function idOf(check: string): string {
  return orElse(() => checkOf(check).id, check)
}

/** A rule whose options make no sense names nothing; its proof says what is wrong. */
function datasetsOf({ check, options }: CheckRule): readonly string[] {
  return orElse(() => checkOf(check).datasets?.(parseOptions(checkOf(check), options)) ?? [], [])
}

function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof AtlasError) return otherwise
    throw error
  }
}
