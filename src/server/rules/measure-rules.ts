import { requirePermission } from '../../access/caller.ts'
import type { Caller } from '../../access/caller.ts'
import type { MeasuredRules } from '../../contract/quality-contracts.ts'
import { measureSnapshot } from '../../pipeline/measure-snapshot.ts'
import type { MeasuringEnvironment } from '../../pipeline/measuring/prepare-measurement.ts'
import { datasetRules } from '../../pipeline/measuring/dataset-rules.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { pipelineRules } from '../../store/pipeline-rules.ts'
import { type PinnedSnapshot, pinSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { isRaw } from '../raw-access.ts'
import { publishedDataset } from './published-dataset.ts'

/** What measuring needs of the platform. */
export function measuringOf({ db, lake, now, settings, folders }: Platform): MeasuringEnvironment {
  return { db, lake, now, sql: { timeoutMs: settings.sqlTimeoutMs, memoryBytes: settings.sqlMemoryBytes }, scratch: folders.scratch }
}

/**
 * The published snapshot of a dataset that a caller may measure by rules of their own. Counts by a rule answer questions about single values, so data as
 * it came needs the right to read it.
 * @throws AtlasError `dataset.not_found`, `access.denied`
 */
export async function pinMeasurable({ db }: Platform, caller: Caller, dataset: string): Promise<PinnedSnapshot> {
  if (isRaw(dataset)) requirePermission(caller, 'datasets.read_raw', `Measuring ${dataset}, which holds data as it came,`)
  return pinSnapshot(db, dataset)
}

/** Measures rules on a published snapshot; nothing is stored. */
export async function measureRules(
  platform: Platform,
  pinned: PinnedSnapshot,
  rules: readonly DeclaredRule[],
  signal: AbortSignal,
  sampleRows?: number,
): Promise<MeasuredRules> {
  const dataset = await publishedDataset(platform.db, pinned)
  const options = sampleRows === undefined ? {} : { sampleRows }
  const measuredAt = platform.now().toISOString()
  const { summary, results } = await measureSnapshot(measuringOf(platform), dataset, rules, signal, options)
  return { dataset: pinned.name, snapshotId: snapshotName(pinned.snapshotId), measuredAt, rows: pinned.rows, summary, results }
}

/** Every rule of a dataset that is turned on, with its id and origin, as a run measures them. */
export async function enabledRules({ db }: Platform, dataset: string): Promise<DeclaredRule[]> {
  const own = await pipelineRules(db, dataset)
  const { rules } = await datasetRules(
    db,
    dataset,
    own.map(({ rule }) => rule),
  )
  return rules
}
