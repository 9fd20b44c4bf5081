import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { closeAttempt } from '../../src/store/end-attempt.ts'
import { claimRuns } from '../../src/store/queue/claim.ts'
import { registerWorker } from '../../src/store/queue/workers.ts'
import { insertLog, insertRun } from '../../src/store/runs.ts'
import { readRunDetail } from '../../src/store/run-story.ts'
import { thinOutRuns } from '../../src/store/thin-out-runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const DAY_MS = 86_400_000
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  const place = { role: 'server', host: 'here', pid: 1, version: '1', homeId: 'h', concurrency: 1 } as const
  await registerWorker(database.db, { id: 'w', ...place })
})
afterAll(() => database.drop())

/** A run that was carried out, with a log line; it ended so many days ago. */
async function endedRun(id: string, daysAgo: number, set: Record<string, unknown> = {}): Promise<void> {
  const { db } = database
  const definition = PipelineDefinition.parse({ name: id, source: { connector: 'files' } })
  const steps = [{ ordinal: 0, stream: '', name: 'plan' as const }]
  await insertRun(db, { id, definition, trigger: 'api', requestedBy: 'test', workingFolder: '/', steps })
  await claimRuns(db, { workerId: 'w', workerName: 'test', homeId: 'h' }, 1)
  await insertLog(db, id, { level: 'info', stream: '', step: 'plan', message: 'planned' })
  const end = { runId: id, fencingToken: 1, outcome: 'succeeded', error: null } as const
  await db.transaction().execute((transaction) => closeAttempt(transaction, end))
  const at = new Date(Date.now() - daysAgo * DAY_MS)
  await db
    .updateTable('runs')
    .set({ state: 'succeeded', queued_at: at, finished_at: at, ...set })
    .where('id', '=', id)
    .execute()
}

async function left(id: string): Promise<{ state: string; steps: number; attempts: number; kept: number; lines: number }> {
  const run = await readRunDetail(database.db, id)
  const { rows } = await sql<{ lines: number }>`select count(*)::int as lines from run_log where run_id = ${id}`.execute(database.db)
  const [first] = run.attempts
  return {
    state: run.state,
    steps: run.steps.length,
    attempts: run.attempts.length,
    kept: first?.steps.length ?? -1,
    lines: rows[0]?.lines ?? -1,
  }
}

it('old runs keep themselves and their attempts, and let go of steps and log; young, open and unsettled ones keep all', async () => {
  await endedRun('r_1', 100)
  await endedRun('r_2', 100, { state: 'failed', gave_up_at: new Date() })
  await endedRun('r_3', 100, { state: 'failed', gave_up_at: new Date(), settled_at: new Date() })
  await endedRun('r_4', 100, { state: 'queued', finished_at: null, not_before: new Date(Date.now() + DAY_MS) })
  await endedRun('r_5', 80)
  const before = new Date(Date.now() - 90 * DAY_MS)
  expect(await thinOutRuns(database.db, before)).toBe(2)
  const whole = { steps: 1, attempts: 1, kept: 1, lines: 1 }
  expect(await left('r_1')).toEqual({ state: 'succeeded', steps: 0, attempts: 1, kept: 0, lines: 0 })
  expect(await left('r_2')).toEqual({ state: 'failed', ...whole })
  expect(await left('r_3')).toEqual({ state: 'failed', steps: 0, attempts: 1, kept: 0, lines: 0 })
  expect(await left('r_4')).toEqual({ state: 'queued', ...whole })
  expect(await left('r_5')).toEqual({ state: 'succeeded', ...whole })
  expect(await thinOutRuns(database.db, before)).toBe(0)
})
