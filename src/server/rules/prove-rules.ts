import type { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import { prepareMeasurement } from '../../pipeline/measuring/prepare-measurement.ts'
import { prepareRules } from '../../pipeline/measuring/prepare-rules.ts'
import { assertQuarantines } from '../../pipeline/measuring/rule-kind.ts'
import { inTurns } from '../../quality/in-turns.ts'
import { assertRule, checkOf, parseOptions } from '../../quality/index.ts'
import { measureQuality } from '../../quality/measure.ts'
import { pinSnapshot, type PinnedSnapshot } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { measuringOf } from './measure-rules.ts'
import { publishedDataset } from './published-dataset.ts'
import { withinTimeLimit } from './time-limit.ts'

export type NamedRule = CheckRule & { id: string }

export interface Proof {
  /** What is wrong with rules, by their id: they cannot be kept. */
  problems: Map<string, AtlasError>
  /** What will not work yet. */
  warnings: string[]
}

/**
 * Finds out whether rules can run on a dataset: known checks, right options, columns that are there, SQL that reads nothing but one row or
 * published datasets, patterns that compile. They are measured on the snapshot without its rows, so that DuckDB has bound all of it.
 * @throws AtlasError `sql.time_limit`
 */
export async function proveRules(platform: Platform, dataset: string, rules: readonly NamedRule[], signal: AbortSignal): Promise<Proof> {
  return withinTimeLimit(platform, `Proving the rules of ${dataset}`, signal, (either) => proveInTime(platform, dataset, rules, either))
}

async function proveInTime(platform: Platform, dataset: string, rules: readonly NamedRule[], signal: AbortSignal): Promise<Proof> {
  const proof: Proof = { problems: new Map(), warnings: [] }
  await inTurns(rules, (rule) =>
    keepProblem(proof, rule.id, () => {
      assertRule(rule)
      assertQuarantines(rule)
    }),
  )
  const wanted = rules.filter(({ id }) => !proof.problems.has(id)).map((rule) => ({ ...rule, enabled: true }))
  const pinned = await published(platform, dataset)
  if (pinned === null) proof.warnings.push(`${dataset} has no published snapshot yet: whether its columns fit the rules was not looked at.`)
  await platform.lake.session(async (session) => {
    if (pinned !== null) return proveOn(platform, session, pinned, wanted, proof, signal)
    const prepared = await prepareRules(session, dataset, wanted)
    for (const rule of prepared.rules) addProblem(proof, rule.id, rule.problem)
  }, signal)
  return proof
}

function keepProblem(proof: Proof, id: string, work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    // What a rule compares with may still come.
    if (error.code === 'dataset.not_found') proof.warnings.push(`${error.message} Until then the rule "${id}" cannot run.`)
    else proof.problems.set(id, error)
  }
}

function addProblem({ problems }: Proof, id: string | undefined, problem: string | null | undefined): void {
  if (id !== undefined && problem != null && !problems.has(id)) problems.set(id, new AtlasError('quality.rule_invalid', problem))
}

async function published({ db }: Platform, dataset: string): Promise<PinnedSnapshot | null> {
  try {
    return await pinSnapshot(db, dataset)
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'dataset.not_found') return null
    throw error
  }
}

async function proveOn(
  platform: Platform,
  session: LakeSession,
  pinned: PinnedSnapshot,
  rules: readonly NamedRule[],
  proof: Proof,
  signal: AbortSignal,
): Promise<void> {
  const relation = { ...pinned, files: [] }
  const dataset = { ...(await publishedDataset(platform.db, pinned)), relation, rows: 0 }
  const { prepared, facts, scope } = await prepareMeasurement(measuringOf(platform), session, dataset, rules, signal)
  for (const rule of prepared.rules) addProblem(proof, rule.id, rule.problem)
  const before = proof.warnings.length
  const missing = new Set<string>()
  // Planned one by one, an error names its field and the next step; measured, all that is left is told by the engine.
  await inTurns(
    rules.filter(({ id }) => !proof.problems.has(id)),
    (rule) => {
      keepProblem(proof, rule.id, () => checkOf(rule.check).plan(parseOptions(checkOf(rule.check), rule.options), scope, rule.id))
      if (proof.warnings.length > before + missing.size) missing.add(rule.id)
    },
  )
  const sound = prepared.rules.filter(({ id }) => !proof.problems.has(id!) && !missing.has(id!))
  const empty = sql`(${scanRelation(relation, platform.lake.folder)})`
  const { results } = await measureQuality(session, empty, pinned.columns, sound, { ...facts, keys: [], sourceRows: null })
  for (const { rule, origin, status, message } of results)
    if (status === 'error' && origin !== 'automatic') addProblem(proof, rule, message ?? `The rule ${rule} cannot run.`)
}
