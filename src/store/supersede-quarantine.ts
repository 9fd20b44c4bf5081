import { sql, type Transaction } from 'kysely'
import { PUBLISHED } from './quarantine-queries.ts'
import type { Schema } from './schema.ts'
import { standing } from './quarantine-marks.ts'
import { SINGULAR } from './settle-runs.ts'

/** What is committed: a dataset and how its snapshot came about. */
interface Committed {
  /** layer.name */
  dataset: string
  /** Null for the first snapshot, which replaces nothing. */
  parentId: number | null
  operation: 'replace' | 'append' | 'alter'
}

const REREAD = 'Its source was read in full since.'
const REBUILT = 'The dataset was built anew since.'
const UNPUBLISHED = 'The run that refused them published nothing; they were read once more since.'

/**
 * Marks the rows of earlier batches that a commit makes meaningless, open ones and those that wait for a replay: of explore and chart where explore was
 * read in full, because the source gave each row again; of a navigate dataset where it was built anew. To be called before the commit's own batches are
 * there.
 * @param runId null for what is built outside a run
 */
export async function supersedeQuarantine(db: Transaction<Schema>, runId: string | null, committed: readonly Committed[]): Promise<void> {
  const replaced = committed.filter(({ operation, parentId }) => operation === 'replace' && parentId !== null).map(({ dataset }) => dataset)
  const reread = replaced.filter((name) => name.startsWith('explore.')).flatMap((name) => [name, name.replace('explore.', 'chart.')])
  await supersede(db, runId, await batchesOf(db, reread), REREAD)
  const rebuilt = replaced.filter((name) => name.startsWith('navigate.'))
  await supersede(db, runId, await batchesOf(db, rebuilt), REBUILT)
}

/**
 * Marks the open rows of earlier runs of a pipeline that published nothing, in the datasets that a run has now read to the end or built: whether it publishes or is
 * blocked too, those rows were in what it read. Runs that read something of their own, such as an upload or a backfill, are taken up by a retry alone, or by
 * one for the same time.
 * @param datasets layer.name of each
 */
export async function supersedeUnpublished(db: Transaction<Schema>, runId: string, datasets: readonly string[]): Promise<void> {
  if (datasets.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select q.id from quarantine q join datasets d on d.id = q.dataset_id join runs old on old.id = q.run_id join runs done on done.id = ${runId}
    where d.name = any(${[...datasets]}::text[]) and old.state <> all(${PUBLISHED}::text[]) and old.pipeline = done.pipeline
      and old.kind = done.kind and old.queued_at < done.queued_at and (done.retry_of = old.id
        or (old.trigger <> all(${[...SINGULAR]}::text[]) and done.trigger <> all(${[...SINGULAR]}::text[]))
        or (old.trigger = done.trigger and old.logical_time = done.logical_time))
    order by q.id for update of q`.execute(db)
  await supersede(
    db,
    runId,
    rows.map(({ id }) => id),
    UNPUBLISHED,
  )
}

/** The batches of datasets, held until the transaction ends: what happens to their rows meanwhile waits. */
async function batchesOf(db: Transaction<Schema>, datasets: readonly string[]): Promise<string[]> {
  if (datasets.length === 0) return []
  const batches = await db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .select('quarantine.id')
    .where('datasets.name', 'in', [...datasets])
    .orderBy('quarantine.id')
    .forUpdate('quarantine')
    .execute()
  return batches.map(({ id }) => id)
}

async function supersede(db: Transaction<Schema>, runId: string | null, ids: readonly string[], reason: string): Promise<void> {
  if (ids.length === 0) return
  // A replay that has not published cannot any more: the snapshot that it was planned upon is gone.
  await sql`update quarantine_marks m set state = 'superseded', run_id = ${runId},
      reason = 'Its source was read in full before run ' || m.run_id || ' had carried it back.'
    where m.batch_id = any(${[...ids]}::text[]) and m.state = 'replaying' and m.run_id <> ${runId ?? ''} and ${standing}`.execute(db)
  await sql`insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
    select q.id, left_open.rows, (select sum(upper(part) - lower(part)) from unnest(left_open.rows) as part), 'superseded', ${runId}, ${reason}, 'Atlas'
    from quarantine q cross join lateral (
      select int8multirange(int8range(1, q.rows::int8 + 1)) - coalesce((
        select range_agg(part) from quarantine_marks m cross join lateral unnest(m.rows) as part
        where m.batch_id = q.id and ${standing}), '{}'::int8multirange) as rows) left_open
    where q.id = any(${[...ids]}::text[]) and not isempty(left_open.rows)`.execute(db)
}
