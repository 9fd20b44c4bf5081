import type { Kysely } from 'kysely'
import type { CheckResult } from '../../contract/quality.ts'
import type { MeasuredDataset } from '../../pipeline/measure-snapshot.ts'
import { declaredKeys } from '../../store/pipeline-rules.ts'
import type { Schema } from '../../store/schema.ts'
import { type PinnedSnapshot, pinSnapshot } from '../../store/snapshots.ts'
import { AtlasError } from '../../core/errors.ts'

/**
 * A published snapshot with what its run knew of it beyond its rows, for measuring it once more. What only the run could count (rows refused,
 * dates that fit two orders) is taken from the run's own results; without them the rules about it do not run.
 */
export async function publishedDataset(db: Kysely<Schema>, pinned: PinnedSnapshot): Promise<MeasuredDataset> {
  const [keys, previous, counted] = await Promise.all([
    declaredKeys(db, pinned.name),
    parentOf(db, pinned),
    resultOf(db, pinned.snapshotId, 'type'),
  ])
  const { name, columns, rows } = pinned
  const ambiguous = counted?.figures['ambiguousDates']
  return {
    name,
    relation: pinned,
    columns,
    rows,
    keys: keys.length > 0 ? keys : pinned.keys,
    previous,
    sourceRows: counted?.eligible ?? null,
    quarantinedRows: counted?.failing ?? 0,
    countedRows: null,
    ambiguousDates: typeof ambiguous === 'number' ? ambiguous : 0,
    loadedAt: pinned.runId === null ? null : pinned.committedAt,
  }
}

/** The snapshot before; null for the first one, and where retention let go of it. */
async function parentOf(db: Kysely<Schema>, { name, parentId }: PinnedSnapshot): Promise<PinnedSnapshot | null> {
  if (parentId === null) return null
  try {
    return await pinSnapshot(db, name, `s_${parentId}`)
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'dataset.snapshot_expired') return null
    throw error
  }
}

async function resultOf(db: Kysely<Schema>, snapshotId: number, check: string): Promise<CheckResult | null> {
  const rows = await db.selectFrom('check_results').select('result').where('snapshot_id', '=', snapshotId).execute()
  return rows.map(({ result }) => result).find((result) => result.check === check) ?? null
}
