import type { Kysely } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import type { Relation } from '../../core/relation.ts'
import type { Schema } from '../../store/schema.ts'
import { pinSnapshot } from '../../store/snapshots.ts'
import type { PendingDataset } from '../run-context.ts'

/**
 * The datasets that rules name, each at one snapshot for all rules: as this run is about to publish it, else as it is published. One that is not
 * there is left out; the rules that name it say so.
 */
export async function pinDatasets(
  db: Kysely<Schema>,
  names: Iterable<string>,
  pending: ReadonlyMap<string, Pick<PendingDataset, 'relation'>>,
): Promise<Map<string, Relation>> {
  const pinned = new Map<string, Relation>()
  for (const name of new Set(names)) {
    const relation = pending.get(name)?.relation ?? (await published(db, name))
    if (relation !== null) pinned.set(name, relation)
  }
  return pinned
}

async function published(db: Kysely<Schema>, name: string): Promise<Relation | null> {
  try {
    return await pinSnapshot(db, name)
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'dataset.not_found') return null
    throw error
  }
}

/** Rows of all files of a relation. */
export function relationRows(relation: Pick<Relation, 'files'>): number {
  return relation.files.reduce((sum, file) => sum + file.rows, 0)
}
