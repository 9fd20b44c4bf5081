import type { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { measureSnapshot } from '../../pipeline/measure-snapshot.ts'
import { pinDatasets } from '../../pipeline/measuring/pin-datasets.ts'
import { prepareRules, type PreparedRules } from '../../pipeline/measuring/prepare-rules.ts'
import { semanticType } from '../../pipeline/measuring/semantic-type.ts'
import type { CheckScope } from '../../quality/check.ts'
import { checkOf, parseOptions } from '../../quality/index.ts'
import { pinSnapshot, type PinnedSnapshot } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { measuringOf } from './measure-rules.ts'
import { publishedDataset } from './published-dataset.ts'

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
 */
export async function proveRules(platform: Platform, dataset: string, rules: readonly NamedRule[], signal: AbortSignal): Promise<Proof> {
  const problems = new Map<string, AtlasError>()
  for (const rule of rules) await keepProblem(problems, rule.id, () => parseOptions(checkOf(rule.check), rule.options))
  const wanted = rules.filter(({ id }) => !problems.has(id)).map((rule) => ({ ...rule, enabled: true }))
  const pinned = await published(platform, dataset)
  const warnings = pinned === null ? [`${dataset} has no published snapshot yet: whether its columns fit the rules was not looked at.`] : []
  await platform.lake.session(async (session) => {
    const prepared = await prepareRules(session, dataset, wanted)
    for (const { id, problem } of prepared.rules)
      if (problem !== undefined) problems.set(id!, new AtlasError('quality.rule_invalid', problem))
    const absent = await absentDatasets(platform, prepared)
    warnings.push(...absent.map((name) => `There is no dataset ${name} yet; until it is published, rules that name it cannot run.`))
    if (pinned !== null) await planAll(platform, pinned, wanted, prepared, problems)
    if (pinned !== null) await bindAll(platform, pinned, wanted, { problems, absent, signal })
  }, signal)
  return { problems, warnings }
}

async function keepProblem(problems: Map<string, AtlasError>, id: string, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    problems.set(id, error)
  }
}

async function published({ db }: Platform, dataset: string): Promise<PinnedSnapshot | null> {
  try {
    return await pinSnapshot(db, dataset)
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'dataset.not_found') return null
    throw error
  }
}

async function absentDatasets({ db }: Platform, { datasets }: PreparedRules): Promise<string[]> {
  const there = await pinDatasets(db, datasets, new Map())
  return [...datasets].filter((name) => !there.has(name)).toSorted()
}

/** Plans each rule, whose error then names its field. */
async function planAll(
  { db, lake, now }: Platform,
  pinned: PinnedSnapshot,
  rules: readonly NamedRule[],
  prepared: PreparedRules,
  problems: Map<string, AtlasError>,
): Promise<void> {
  const others = await pinDatasets(db, prepared.datasets, new Map())
  const tables = [...others].map(([name, relation]) => {
    const rows = relation.files.reduce((sum, file) => sum + file.rows, 0)
    return [name, { relation: sql`(${scanRelation(relation, lake.folder)})`, columns: relation.columns, rows }] as const
  })
  const scope: CheckScope = {
    ...{ columns: pinned.columns, now: now(), rows: pinned.rows, loadedAt: null, previous: null, semanticType },
    ...{ quarantinedRows: 0, countedRows: null, ambiguousDates: 0 },
    expressions: prepared.expressions,
    answers: new Map([...prepared.queries.keys()].map((id) => [id, { failing: 0, eligible: 0 }])),
    datasets: new Map(tables),
  }
  for (const rule of rules.filter(({ id }) => !problems.has(id))) {
    const check = checkOf(rule.check)
    await keepProblem(problems, rule.id, () => check.plan(parseOptions(check, rule.options), scope, rule.id))
  }
}

/** Measures the rules on no rows. One that names a dataset which may still come is left out. */
async function bindAll(
  platform: Platform,
  pinned: PinnedSnapshot,
  rules: readonly NamedRule[],
  { problems, absent, signal }: { problems: Map<string, AtlasError>; absent: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const wanted = rules.filter((rule) => !problems.has(rule.id) && !absent.some((name) => JSON.stringify(rule.options).includes(name)))
  if (wanted.length === 0) return
  const dataset = { ...(await publishedDataset(platform.db, pinned)), relation: { ...pinned, files: [] }, rows: 0 }
  const { results } = await measureSnapshot(measuringOf(platform), dataset, wanted, signal)
  for (const { rule, status, message } of results)
    if (status === 'error' && wanted.some(({ id }) => id === rule))
      problems.set(rule, new AtlasError('quality.rule_invalid', message ?? `The rule ${rule} cannot run.`))
}
