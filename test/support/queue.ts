import type { Kysely } from 'kysely'
import { PipelineDefinition, type PipelineInput } from '../../src/contract/pipelines.ts'
import { UNPLANNED } from '../../src/pipeline/run-recorder.ts'
import { claimRuns } from '../../src/store/queue/claim.ts'
import { registerWorker } from '../../src/store/queue/workers.ts'
import { insertRun, type NewRun } from '../../src/store/runs.ts'
import type { Schema } from '../../src/store/schema.ts'

let last = 0

/** Puts a run into the queue; its id grows with each call. */
export async function enqueue(
  db: Kysely<Schema>,
  pipeline: Partial<PipelineInput> & { name: string },
  more: Partial<NewRun> = {},
): Promise<string> {
  last += 1
  const id = `r_${String(last).padStart(6, '0')}`
  const definition = PipelineDefinition.parse({ source: { connector: 'rest_api' }, ...pipeline })
  await insertRun(db, { id, definition, trigger: 'api', requestedBy: 'test', workingFolder: '/nowhere', steps: UNPLANNED, ...more })
  return id
}

/** A worker that is known and does nothing by itself. */
export async function addWorker(db: Kysely<Schema>, id: string, more: Partial<Parameters<typeof registerWorker>[1]> = {}) {
  await registerWorker(db, { id, role: 'worker', host: 'here', pid: 1, version: '1', homeId: 'h_here', concurrency: 10, ...more })
  return {
    /** Ids of the runs that it got. */
    claim: async (wanted = 1, homeId = 'h_here', own?: string[]): Promise<string[]> =>
      (await claimRuns(db, { workerId: id, workerName: id, homeId, ...(own === undefined ? {} : { own }) }, wanted)).map((row) => row.id),
  }
}

/** Ends the newest attempt of a run as if it had succeeded. */
export async function endRun(db: Kysely<Schema>, id: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction.updateTable('runs').set({ state: 'succeeded', finished_at: new Date() }).where('id', '=', id).execute()
    await transaction.updateTable('attempts').set({ outcome: 'succeeded', finished_at: new Date() }).where('run_id', '=', id).execute()
  })
}
