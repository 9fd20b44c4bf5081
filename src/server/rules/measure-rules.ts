import { requirePermission } from '../../access/caller.ts'
import type { Caller } from '../../access/caller.ts'
import type { MeasuredRules } from '../../contract/quality-contracts.ts'
import { measureSnapshot } from '../../pipeline/measure-snapshot.ts'
import type { MeasuringEnvironment } from '../../pipeline/measuring/prepare-measurement.ts'
import type { DeclaredRule } from '../../quality/plan-rules.ts'
import { type PinnedSnapshot, pinSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { isRaw } from '../raw-access.ts'
import { listRules } from './list-rules.ts'
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

/** Every rule of a dataset that is turned on, with its id and origin. */
export async function enabledRules({ db }: Platform, dataset: string): Promise<DeclaredRule[]> {
  const rules = await listRules(db, dataset)
  return rules.filter(({ rule }) => rule.enabled).map(({ id, rule, origin }) => ({ ...rule, id, origin }))
}
