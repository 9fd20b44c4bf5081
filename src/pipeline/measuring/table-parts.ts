import type { Relation, RelationFile } from '../../core/relation.ts'
import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { FileState } from '../../quality/states/file-state.ts'
import type { TableParts } from '../../quality/states/scan-parts.ts'
import { loadQualityStates, saveQualityStates } from '../../store/quality-states.ts'
import type { MeasuringEnvironment } from './prepare-measurement.ts'

/** A snapshot that is measured, and the one before it. */
export interface MeasuredFiles {
  relation: Relation
  previous: Relation | null
}

/**
 * The files of a snapshot with what is known of them, for rules that can be told from files one by one. Null unless it has files of the snapshot
 * before it: where all rows are new, one look at all of them is the quickest.
 */
export function tableParts(
  { db, lake }: Pick<MeasuringEnvironment, 'db' | 'lake'>,
  { relation, previous }: MeasuredFiles,
): TableParts | null {
  const before = new Set(previous?.files.map(({ id }) => id))
  if (!relation.files.some(({ id }) => before.has(id))) return null
  const partOf = (file: RelationFile) => ({
    id: file.id,
    rows: file.rows,
    relation: sql`(${scanRelation({ ...relation, files: [file] }, lake.folder)})`,
    schema: JSON.stringify([file.generation, file.fieldIds, relation.columns]),
  })
  return {
    files: relation.files.map(partOf),
    store: {
      load: async (files, fingerprints) => {
        const states = await loadQualityStates(db, files, fingerprints)
        return states.map((one) => ({ ...one, state: one.state as FileState }))
      },
      save: (states) => saveQualityStates(db, states),
    },
  }
}
