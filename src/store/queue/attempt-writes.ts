import { type Kysely, sql } from 'kysely'
import type { LogLine, Step, StepName } from '../../contract/runs.ts'
import { insertSteps } from '../runs.ts'
import type { Schema } from '../schema.ts'
import { fenceOf, superseded, UNHURRIED, whileHeld } from './fence.ts'
import type { AttemptKey } from './heartbeat.ts'

/** What a step of an attempt's run is to be. */
export interface StepMark {
  key: AttemptKey
  ordinal: number
  step: Step
}

/**
 * Moves steps of any number of attempts in one statement, which holds the fence of each: those of an attempt that does not own its run stay as they are.
 * @param waits whether to wait for runs that another transaction holds just now; without it they are left out as well
 * @returns the runs whose steps were moved
 */
export async function writeSteps(db: Kysely<Schema>, marks: readonly StepMark[], { waits }: { waits: boolean }): Promise<Set<string>> {
  const keys = [...new Map(marks.map(({ key }) => [`${key.runId}.${key.fencingToken}`, key])).values()]
  const rows = marks.map(({ key, ordinal, step }) => ({ run: key.runId, token: key.fencingToken, ordinal, ...step }))
  const moved = await sql<{ id: string }>`
    with fence as (
      select runs.id, runs.fencing_token, ${UNHURRIED} as held
      from unnest(${keys.map(({ runId }) => runId)}::text[], ${keys.map(({ fencingToken }) => fencingToken)}::int[]) as mine (id, token)
      join runs on runs.id = mine.id and runs.fencing_token = mine.token and runs.state in ('running', 'succeeded', 'partial')
      for share of runs ${sql.raw(waits ? '' : 'skip locked')}),
    moved as (
      update steps set state = mark.state, started_at = mark."startedAt", finished_at = mark."finishedAt", rows_in = mark."rowsIn",
        rows_out = mark."rowsOut", bytes = mark.bytes, note = mark.note
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as mark (run text, token int, ordinal int, state text, "startedAt" timestamptz,
        "finishedAt" timestamptz, "rowsIn" bigint, "rowsOut" bigint, bytes bigint, note text)
      join fence on fence.id = mark.run and fence.fencing_token = mark.token
      where steps.run_id = mark.run and steps.ordinal = mark.ordinal)
    select id, held from fence`.execute(db)
  return new Set(moved.rows.map(({ id }) => id))
}

/** Adds a line to the log of the attempt's run and gives its wire form. @throws AtlasError `run.superseded` */
export async function writeLog(db: Kysely<Schema>, key: AttemptKey, line: Omit<LogLine, 'id' | 'at'>): Promise<LogLine> {
  const row = await db
    .with('fence', () => fenceOf(db, key))
    .insertInto('run_log')
    .columns(['run_id', 'level', 'stream', 'step', 'message'])
    .expression((query) =>
      query
        .selectFrom('fence')
        .select([
          sql.val(key.runId).as('run_id'),
          sql.val(line.level).as('level'),
          sql.val(line.stream).as('stream'),
          sql.val(line.step).as('step'),
          sql.val(line.message).as('message'),
        ]),
    )
    .returning(['id', 'at'])
    .executeTakeFirst()
  if (row === undefined) throw superseded(key)
  return { id: row.id, at: row.at.toISOString(), ...line }
}

/** Replaces the steps of the attempt's run that it has not begun. @throws AtlasError `run.superseded` */
export async function declareSteps(
  db: Kysely<Schema>,
  key: AttemptKey,
  steps: readonly { ordinal: number; stream: string; name: StepName }[],
): Promise<void> {
  await whileHeld(db, key, async (transaction) => {
    await transaction.deleteFrom('steps').where('run_id', '=', key.runId).where('state', '=', 'waiting').execute()
    await insertSteps(transaction, key.runId, steps)
  })
}
