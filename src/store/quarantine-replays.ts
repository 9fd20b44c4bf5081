import type { Kysely, Transaction } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run, StepName } from '../contract/runs.ts'
import { type ChosenRows, markRows } from './quarantine-marks.ts'
import type { ReplayFile } from './quarantine-tables.ts'
import { insertRow, insertSteps } from './runs.ts'
import type { Schema } from './schema.ts'

/** A run that carries mended rows back. */
export interface NewReplay {
  id: string
  definition: PipelineDefinition
  requestedBy: string
  workingFolder: string
  steps: readonly { ordinal: number; stream: string; name: StepName }[]
  /** Table name in the lake. */
  dataset: string
  stream: string
  files: ReplayFile[]
  chosen: ChosenRows
}

/**
 * Queues a replay: the run, its rows and the marks on them, all or nothing.
 * @throws AtlasError `quarantine.taken`
 */
export async function insertReplay(db: Kysely<Schema>, replay: NewReplay): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const run = await insertRow(transaction, { ...replay, trigger: 'replay' })
    await insertSteps(transaction, replay.id, replay.steps)
    await markRows(transaction, replay.chosen, { state: 'replaying', runId: replay.id, by: replay.requestedBy })
    const { dataset, stream, files } = replay
    await transaction
      .insertInto('quarantine_replays')
      .values({ run_id: replay.id, dataset, stream, files: JSON.stringify(files) })
      .execute()
    return run
  })
}

/** What a run carries back; null for a run that reads a source. */
export async function readReplay(
  db: Kysely<Schema>,
  runId: string,
): Promise<{ dataset: string; stream: string; files: ReplayFile[] } | null> {
  const row = await db
    .selectFrom('quarantine_replays')
    .select(['dataset', 'stream', 'files'])
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return row ?? null
}

/** Ends a replay inside the transaction of its run: its rows are replayed, or open again. */
export async function endReplay(db: Transaction<Schema>, runId: string, isPublished: boolean): Promise<void> {
  if (isPublished)
    await db
      .updateTable('quarantine_marks')
      .set({ state: 'replayed' })
      .where('run_id', '=', runId)
      .where('state', '=', 'replaying')
      .execute()
  await db.deleteFrom('quarantine_replays').where('run_id', '=', runId).execute()
}

/** Paths of the files of replays that have not ended. */
export async function replayPaths(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .selectFrom('quarantine_replays')
    .innerJoin('runs', 'runs.id', 'quarantine_replays.run_id')
    .select('files')
    .where('runs.state', 'in', ['queued', 'running'])
    .execute()
  return rows.flatMap((row) => row.files.map((file) => file.path))
}
