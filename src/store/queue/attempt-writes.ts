import { type Kysely, type Selectable, sql } from 'kysely'
import type { LogLine, Step, StepName } from '../../contract/runs.ts'
import type { StepsTable } from '../run-tables.ts'
import { setSteps, toStep } from '../runs.ts'
import type { Schema } from '../schema.ts'
import { fenceOf, superseded, whileHeld } from './fence.ts'
import type { AttemptKey } from './heartbeat.ts'

export type StepChange = Partial<
  Pick<Selectable<StepsTable>, 'state' | 'started_at' | 'finished_at' | 'rows_in' | 'rows_out' | 'bytes' | 'note'>
>

/** Moves one step of the attempt's run and gives its wire form. @throws AtlasError `run.superseded` */
export async function writeStep(db: Kysely<Schema>, key: AttemptKey, ordinal: number, change: StepChange): Promise<Step> {
  const row = await db
    .with('fence', () => fenceOf(db, key))
    .updateTable('steps')
    .set(change)
    .where('run_id', '=', key.runId)
    .where('ordinal', '=', ordinal)
    .where(({ exists, selectFrom }) => exists(selectFrom('fence').select('held')))
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw superseded(key)
  return toStep(row)
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
  await whileHeld(db, key, (transaction) => setSteps(transaction, key.runId, steps))
}
