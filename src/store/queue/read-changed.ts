import { type Kysely, sql } from 'kysely'
import type { LogLine, Run, Step } from '../../contract/runs.ts'
import { runColumns } from '../run-queries.ts'
import { toRun, toStep } from '../runs.ts'
import type { Schema } from '../schema.ts'

export interface ChangedRun {
  run: Run
  steps: Step[]
  /** In order; at most the newest thousand. */
  lines: LogLine[]
}

/**
 * Runs as they are stored, with their steps and their newest log lines, in three queries.
 * @param told id of the last line of each run that is known already
 */
export async function readChanged(db: Kysely<Schema>, ids: readonly string[], told: ReadonlyMap<string, number>): Promise<ChangedRun[]> {
  const runs = await db.selectFrom('runs').select(runColumns).where('id', 'in', ids).execute()
  const steps = await db.selectFrom('steps').selectAll().where('run_id', 'in', ids).orderBy('run_id').orderBy('ordinal').execute()
  const after = ids.map((id) => told.get(id) ?? 0)
  const { rows: lines } = await sql<Omit<LogLine, 'at'> & { run_id: string; at: Date }>`
    select line.* from unnest(${ids}::text[], ${after}::bigint[]) as known(run, line), lateral (
      select run_id, id, at, level, stream, step, message from run_log where run_id = known.run and id > known.line order by id desc limit 1000) line
    order by line.id`.execute(db)
  return runs.map((row) => ({
    run: toRun(row),
    steps: steps.filter((step) => step.run_id === row.id).map(toStep),
    lines: lines.filter((line) => line.run_id === row.id).map(({ run_id: _, at, ...line }) => ({ ...line, at: at.toISOString() })),
  }))
}
