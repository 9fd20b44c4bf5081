import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { widenType } from '../core/evolve.ts'
import { commitDrafts } from './commit-snapshots.ts'
import type { Schema, SchemaColumn } from './schema.ts'
import { pinSnapshot } from './snapshots.ts'

/** A change of a dataset's columns that needs no file to be rewritten: files are read by field id. */
export type ColumnChange =
  | { change: 'add'; column: string; type: string }
  | { change: 'rename'; column: string; to: string }
  | { change: 'widen'; column: string; type: string }
  | { change: 'drop'; column: string }

/**
 * Publishes a snapshot of the same files under a new schema version. An added column reads as NULL in the rows that are there; a dropped
 * column's field id is never given to another.
 * @returns the new snapshot's id
 * @throws AtlasError `dataset.not_found`, `dataset.column_not_found`, `dataset.bad_change`, `dataset.conflict`
 */
export async function alterColumns(db: Kysely<Schema>, dataset: string, changes: readonly ColumnChange[]): Promise<number> {
  const pinned = await pinSnapshot(db, dataset)
  let lastFieldId = pinned.lastFieldId
  let columns = pinned.columns
  for (const change of changes) {
    if (change.change === 'add') lastFieldId += 1
    columns = apply(columns, change, lastFieldId, dataset)
  }
  const ids = await commitDrafts(db, [
    {
      dataset: pinned.name,
      parentId: pinned.snapshotId,
      operation: 'alter',
      columns,
      lastFieldId,
      files: pinned.files.map((file) => ({ existing: file.id })),
      rows: pinned.rows,
      quarantined: pinned.quarantined,
      keys: pinned.keys,
      ...(pinned.refusing === null ? {} : { refusing: pinned.refusing }),
      quality: null,
      checks: [],
      findings: null,
      inputs: [...pinned.inputs].map(([name, snapshotId]) => ({ dataset: name, snapshotId })),
      state: null,
    },
  ])
  return ids.get(pinned.name) ?? Number.NaN
}

function apply(columns: readonly SchemaColumn[], change: ColumnChange, fieldId: number, dataset: string): SchemaColumn[] {
  if (change.change === 'add') {
    refuseTaken(columns, change.column, dataset)
    return [...columns, { fieldId, name: change.column, type: change.type, source: null, pii: null }]
  }
  const index = columns.findIndex((column) => column.name === change.column)
  const column = columns[index]
  if (column === undefined) {
    throw new AtlasError(
      'dataset.column_not_found',
      `${dataset} has no column "${change.column}"; it has ${columns.map(({ name }) => name).join(', ')}.`,
    )
  }
  if (change.change === 'drop') return columns.toSpliced(index, 1)
  if (change.change === 'rename') {
    refuseTaken(columns, change.to, dataset)
    return columns.with(index, { ...column, name: change.to })
  }
  if (widenType(column.type, change.type) !== change.type) {
    throw new AtlasError(
      'dataset.bad_change',
      `Column "${column.name}" of ${dataset} is ${column.type}; it cannot become ${change.type} without loss.`,
    )
  }
  return columns.with(index, { ...column, type: change.type })
}

function refuseTaken(columns: readonly SchemaColumn[], name: string, dataset: string): void {
  if (columns.some((column) => column.name === name))
    throw new AtlasError('dataset.bad_change', `${dataset} has a column "${name}" already.`)
}
