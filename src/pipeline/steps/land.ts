import { evolveColumns } from '../../core/evolve.ts'
import type { Relation, RelationFile } from '../../core/relation.ts'
import { pinSnapshot, type PinnedSnapshot } from '../../store/snapshots.ts'
import { keepsParent } from '../landing.ts'
import { batchOrigin } from '../replay/replay-connector.ts'
import { standsFor } from '../replay/stands-for.ts'
import type { LandedFile, PendingDataset, Replay, RunContext, StreamWork } from '../run-context.ts'
import { AtlasError } from '../../core/errors.ts'

const MAX_SKIPPED_LINES = 10_000

/** Makes the explore dataset's next snapshot out of what was extracted. */
export function land(context: RunContext, work: StreamWork): { rowsIn: number; rowsOut: number; bytes: number; note?: string } {
  const { landed, parent, read } = work
  if (read === null) throw new Error('land comes after extract')
  const keeps = parent !== null && keepsParent(work)
  const columns = keeps || landed.files.length > 0 ? landed.columns : landedNothing(work)
  for (const file of landed.files) {
    file.origin = { ...keptOrigin(file.origin), text: read.text }
    if (context.replay !== null) file.origin = mendedOrigin(file, context.replay, parent)
  }
  const added = new Map(landed.files.map((file) => [file.id, { new: file }]))
  const pending = pendingRelation(columns, landed.files, keeps ? parent : null)
  const relation = context.replay === null ? pending : { ...pending, files: inTheirTime(pending.files, context.replay) }
  work.explore = {
    name: `explore.${work.table}`,
    parent,
    columns,
    relation,
    draft: {
      dataset: `explore.${work.table}`,
      parentId: parent?.snapshotId ?? null,
      operation: keeps ? 'append' : 'replace',
      columns,
      lastFieldId: landed.lastFieldId,
      rows: relation.files.reduce((sum, file) => sum + file.rows, 0),
      files: relation.files.map((file) => added.get(file.id) ?? { existing: file.id }),
      quarantined: landed.quarantine.reduce((sum, batch) => sum + batch.rows, 0),
      quality: null,
      checks: [],
      findings: null,
      inputs: [],
      // A replay takes nothing from the source, so what was read of it stays as it is.
      state: context.replay === null ? { pipeline: context.pipeline.name, stream: work.stream.name, state: read.state ?? null } : null,
    },
  }
  const rows = landed.files.reduce((sum, file) => sum + file.rows, 0)
  const bytes = landed.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return { rowsIn: read.sourceRows, rowsOut: rows, bytes, ...(rows === 0 ? { note: 'Nothing new in the source.' } : {}) }
}

/** Which rows the mended ones stand for. Where a contract refused some of them, the numbers that are left say nothing. */
function mendedOrigin({ origin, rows }: LandedFile, replay: Replay, parent: PinnedSnapshot | null): LandedFile['origin'] {
  const from = replay.files.find((file) => batchOrigin(file.batch) === origin.file)
  if (from === undefined) return origin
  if (from.rows !== rows) return { file: origin.file, firstLine: null, skippedLines: [], text: origin.text ?? null }
  const stands = standsFor(from, parent?.files ?? [])
  return stands === null ? origin : { ...origin, stands }
}

/**
 * Replayed rows that were never landed stand where they came, before what was landed after they were refused: of two rows with one key the newer one
 * stays. Ids of files and batches hold the time that they were made at.
 */
function inTheirTime(files: readonly RelationFile[], replay: Replay): RelationFile[] {
  const batchOf = new Map(replay.files.map((file) => [batchOrigin(file.batch), file.batch]))
  const replayed = files.filter((file) => file.generation === PENDING)
  const ordered = files.filter((file) => file.generation !== PENDING)
  for (const file of replayed) {
    const batch = batchOf.get(String(file.origin?.['file'])) ?? file.id
    const next = ordered.findIndex((other) => timeOf(other.id) > timeOf(batch))
    ordered.splice(next === -1 ? ordered.length : next, 0, file)
  }
  return ordered
}

function timeOf(madeId: string): string {
  return madeId.slice(2, 11)
}

/** With so many lines without a row the list is cut; line numbers are then unknown rather than wrong. */
function keptOrigin(origin: LandedFile['origin']): LandedFile['origin'] {
  return origin.skippedLines.length < MAX_SKIPPED_LINES ? origin : { ...origin, firstLine: null, skippedLines: [] }
}

/** Every row was refused: the columns are known, the dataset is empty. */
function landedNothing(work: StreamWork) {
  const incoming = (work.read?.columns ?? []).map((column) => ({ name: column.name, type: column.type, source: column.name, pii: null }))
  const evolution = evolveColumns(work.landed.columns, incoming, work.landed.lastFieldId, 'replace')
  work.landed.lastFieldId = evolution.lastFieldId
  return evolution.columns
}

const PENDING = 'pending'

/** How a dataset will read once committed. Files written now have the pending schema. */
export function pendingRelation(columns: PendingDataset['columns'], added: readonly LandedFile[], parent: PinnedSnapshot | null): Relation {
  const files: RelationFile[] = added.map((file) => ({ ...file, generation: PENDING, origin: file.origin }))
  const generations = new Map(parent?.generations ?? [])
  generations.set(PENDING, columns)
  return { columns, files: [...(parent?.files ?? []), ...files], generations }
}

/** The published snapshot of a dataset, or null when it was never published. */
export async function pinParent(context: RunContext, name: string): Promise<PinnedSnapshot | null> {
  try {
    return await pinSnapshot(context.environment.db, name)
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'dataset.not_found') return null
    throw error
  }
}
