import type { Query } from '../core/query.ts'
import type { Sql } from '../core/sql.ts'
import type { CheckedColumn } from './check.ts'
import type { PlannedRule } from './plan-rules.ts'
import { fewTexts } from './scan/few-texts.ts'
import { freePrefix } from './scan/flag-columns.ts'
import { finishRule } from './scan/finish-rule.ts'
import type { Candidate, Scan } from './scan/measured.ts'
import { narrowPlan } from './scan/narrow-plan.ts'
import { narrowQuery } from './scan/narrow-scan.ts'
import { prepareMeasures } from './scan/prepare-measures.ts'
import { runTogether } from './scan/run-together.ts'
import { brokenOf, sharedAnswer, sharedQuery, type SharedRule } from './scan/shared-scan.ts'
import { scanSample } from './scan/scan-sample.ts'
import { tableReader } from './scan/table-reader.ts'
import { type Merged, scanParts, type TableParts } from './states/scan-parts.ts'

export type { Scan } from './scan/measured.ts'

export interface ScanOptions {
  /** Looks at so many rows, taken at random, where the table has more; null for all. */
  sampleRows?: number | null
  /** Rows of the table, where they are known. */
  rows?: number | null
  /** The table's files, of which only those are looked at that are not known yet, for rules that can be told from them one by one. */
  parts?: TableParts | null
  /** False for a rule whose question changes with the clock. */
  isSteady?: (index: number) => boolean
}

/**
 * Measures all rules in at most two scans: one shared by everything that looks at each row once, one narrow for what puts rows together or looks
 * twice. A rule that fails is set aside and costs the others nothing but time.
 * @throws what the query throws when the table cannot be read, and AtlasError of what no rule is to blame for, such as `run.cancelled`
 */
export async function scanRules(
  query: Query,
  relation: Sql,
  rules: readonly PlannedRule[],
  columns: readonly CheckedColumn[],
  { sampleRows = null, rows = null, parts = null, isSteady = () => true }: ScanOptions = {},
): Promise<Scan> {
  const all = (from: Sql, asked: readonly PlannedRule[]): Promise<Scan> => scanAll(query, from, asked, columns, rows)
  const sampled = sampleRows === null ? null : await scanSample(all, query, relation, rules, sampleRows, rows)
  if (sampled !== null) return sampled
  const merged = parts === null ? null : await scanParts(query, rules, parts, freePrefix(columns), isSteady)
  if (merged === null || merged.measured.size === 0) return all(relation, rules)
  const others = rules.filter((_, index) => !merged.measured.has(index))
  return withRest(merged, rules, others.some(needsScan) ? await all(relation, others) : unscanned(others, merged.rows))
}

function needsScan({ plan }: PlannedRule): boolean {
  return !['counted', 'answered', 'unmeasurable', 'error'].includes(plan.kind)
}

/** Rules that are about no row of the table. */
function unscanned(rules: readonly PlannedRule[], rows: number): Scan {
  const plan = { items: [], recount: { dimensions: new Set<never>(), tests: [] }, messages: new Map(), unmeasurable: new Map() }
  const found = { rows, answers: new Map(), plan, row: {}, errors: new Map(), prefix: '' }
  return { rows, measured: rules.map((rule, index) => finishRule({ rule, index }, found)), broken: {}, scans: 0, scannedRows: 0 }
}

/** What was told from the files, and what the rest of the rules found in the whole table. */
function withRest(merged: Merged, rules: readonly PlannedRule[], rest: Scan): Scan {
  const others = rest.measured.values()
  const measured = rules.map((_, index) => merged.measured.get(index) ?? others.next().value!)
  const broken = { ...merged.broken, ...rest.broken }
  const scans = rest.scans + (merged.scannedRows === 0 ? 0 : 1)
  return { rows: merged.rows, measured, broken, scans, scannedRows: rest.scannedRows + merged.scannedRows }
}

/** @param knownRows of the table, where they are known */
async function scanAll(
  query: Query,
  relation: Sql,
  rules: readonly PlannedRule[],
  columns: readonly CheckedColumn[],
  knownRows: number | null,
): Promise<Scan> {
  const reader = tableReader(query, relation)
  const prefix = freePrefix(columns)
  const candidates = rules.map((rule, index): Candidate => ({ rule, index }))
  const isRisky = rules.some(({ isWritten }) => isWritten)
  const errors = new Map<number, string>()

  const rewrite = await fewTexts(query, relation, columns, rules, knownRows)
  const shared = await prepareMeasures(query, candidates, errors)
  const first = await runTogether<SharedRule>(reader, shared, (asked, from) => sharedQuery(from, asked, prefix, rewrite), isRisky)
  for (const [{ index }, fault] of first.faults) errors.set(index, fault)
  const answers = new Map(
    shared.filter(({ index }) => !errors.has(index)).map((rule) => [rule.index, sharedAnswer(first.row, rule, prefix)]),
  )
  const rows = Number(first.row[`${prefix}rows`] ?? 0)

  const plan = narrowPlan(candidates, shared, answers, errors, rows)
  const hasNarrow = plan.items.length > 0 || plan.recount.dimensions.size > 0
  const second = hasNarrow
    ? await runTogether(reader, plan.items, (asked, from) => narrowQuery(from, asked, plan.recount, prefix), isRisky)
    : null
  for (const [{ index }, fault] of second?.faults ?? []) errors.set(index, fault)

  const measured = candidates.map((candidate) => finishRule(candidate, { rows, answers, plan, row: second?.row ?? {}, errors, prefix }))
  const broken = { ...brokenOf(first.row, prefix), ...brokenOf(second?.row ?? {}, prefix) }
  return { rows, measured, broken, scans: reader.scans(), scannedRows: reader.scans() * rows }
}
