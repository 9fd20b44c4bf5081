import { type Caller, requirePermission } from '../../access/caller.ts'
import type { MeasuredRules } from '../../contract/quality-contracts.ts'
import { measureSnapshot } from '../../pipeline/measure-snapshot.ts'
import type { MeasuringEnvironment } from '../../pipeline/measuring/prepare-measurement.ts'
import { datasetRules } from '../../pipeline/measuring/dataset-rules.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { type PinnedSnapshot, pinSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { isRaw, passRawRead } from '../raw-access.ts'
import { namedPipelineRules } from './list-rules.ts'
import { publishedDataset } from './published-dataset.ts'
import { longestWait } from './time-limit.ts'

/** What measuring needs of the platform. */
export function measuringOf({ db, lake, now, settings, folders }: Platform): MeasuringEnvironment {
  return { db, lake, now, sql: { timeoutMs: settings.sqlTimeoutMs, memoryBytes: settings.sqlMemoryBytes }, scratch: folders.scratch }
}

/**
 * The published snapshot of a dataset that a caller may measure by rules of their own. Counts by a rule answer questions about single values, so data as
 * it came needs the right to read it, and stands in the audit. On chart and navigate a rule tells no more than a query, which everybody may run.
 * @throws AtlasError `access.denied`, `dataset.not_found`
 */
export async function pinMeasurable(
  platform: Platform,
  asking: { caller: Caller; address: string },
  dataset: string,
): Promise<PinnedSnapshot> {
  if (!isRaw(dataset)) return pinSnapshot(platform.db, dataset)
  requirePermission(asking.caller, 'datasets.read_raw', `Measuring ${dataset}, which holds data as it came,`)
  const pinned = await pinSnapshot(platform.db, dataset)
  const detail = { snapshot: snapshotName(pinned.snapshotId), rules: true }
  await passRawRead(platform, asking, { action: 'dataset.raw_read', target: dataset, detail })
  return pinned
}

/**
 * Measures rules on a published snapshot; nothing is stored. What takes too long is the error of every rule.
 * @param automatic false leaves out those that run by themselves
 */
export async function measureRules(
  platform: Platform,
  pinned: PinnedSnapshot,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
  sampleRows?: number,
  automatic = true,
): Promise<MeasuredRules> {
  const dataset = await publishedDataset(platform.db, pinned)
  const options = { timeoutMs: longestWait(platform), automatic, ...(sampleRows === undefined ? {} : { sampleRows }) }
  const measuredAt = platform.now().toISOString()
  const { summary, results } = await measureSnapshot(measuringOf(platform), dataset, rules, signal, options)
  return { dataset: pinned.name, snapshotId: snapshotName(pinned.snapshotId), measuredAt, rows: pinned.rows, summary, results }
}

/** Every rule of a dataset that is turned on, with its id and origin, as a run measures them. */
export async function enabledRules({ db }: Platform, dataset: string): Promise<DeclaredRule[]> {
  const own = await namedPipelineRules(db, dataset)
  const { rules } = await datasetRules(
    db,
    dataset,
    own.map(({ rule }) => rule),
  )
  return rules
}
