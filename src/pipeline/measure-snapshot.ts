import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Relation } from '../core/relation.ts'
import { sql } from '../core/sql.ts'
import type { LakeSession } from '../lake/lake.ts'
import { scanRelation } from '../lake/relation.ts'
import { measureQuality } from '../quality/measure.ts'
import type { DeclaredRule } from '../quality/plan-rules.ts'
import { tableParts } from './measuring/table-parts.ts'
import { type MeasuredFacts, type MeasuringEnvironment, prepareMeasurement } from './measuring/prepare-measurement.ts'

export type { MeasuringEnvironment } from './measuring/prepare-measurement.ts'

/** A dataset at the snapshot that is measured, published or about to be. */
export interface MeasuredDataset extends MeasuredFacts {
  relation: Relation
  rows: number
}

export interface MeasureOptions {
  /** Looks at so many rows, taken at random, and gives intervals; at all rows unless told. */
  sampleRows?: number
  /** False measures the given rules alone; those that run by themselves too unless told. */
  automatic?: boolean
  /** 30 minutes unless told. */
  timeoutMs?: number
}

const TIMEOUT_MS = 30 * 60_000

/**
 * Measures one snapshot by its rules. All rules see the other datasets at the same snapshots. Whatever is wrong with a rule is that rule's error;
 * when the measurement takes too long, every rule has that error.
 * @param rules as `datasetRules` gives them
 * @throws AtlasError `run.cancelled` when `signal` aborts, and what reading the lake throws
 */
export async function measureSnapshot(
  environment: MeasuringEnvironment,
  dataset: MeasuredDataset,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
  options: MeasureOptions = {},
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const timer = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, timer])
  const work = async (session: LakeSession) => {
    const { prepared, facts } = await prepareMeasurement(environment, session, dataset, rules, either)
    const parts = tableParts(environment, dataset)
    const asked = {
      ...facts,
      sampleRows: options.sampleRows ?? null,
      automatic: options.automatic ?? true,
      ...(parts === null ? {} : { parts }),
    }
    const relation = sql`(${scanRelation(dataset.relation, environment.lake.folder)})`
    return measureQuality(session, relation, dataset.columns, prepared.rules, asked)
  }
  try {
    return await environment.lake.session(work, either)
  } catch (error) {
    if (!timer.aborted || signal.aborted) throw error
    return tooLong(environment, dataset, rules, timeoutMs, signal)
  }
}

/** Nothing was measured: each rule says why, and the table gets no score. */
async function tooLong(
  environment: MeasuringEnvironment,
  dataset: MeasuredDataset,
  rules: readonly DeclaredRule[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const { message } = new AtlasError('sql.time_limit', `Measuring ${dataset.name} took longer than ${timeoutMs / 1000} s.`)
  const late = rules.map((rule) => ({ ...rule, problem: message }))
  const facts = { now: environment.now(), keys: [], sourceRows: null }
  return environment.lake.session((session) => measureQuality(session, sql`(select 1 where false)`, [], late, facts), signal)
}
