import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Backfill, Partition } from '../contract/backfills.ts'
import type { Timing } from '../contract/schedules.ts'
import type { PlannedPartition, TimeState } from '../core/backfill/plan.ts'
import { AtlasError } from '../core/errors.ts'
import type { BackfillsTable } from './graph-tables.ts'
import type { Schema } from './schema.ts'

export type BackfillRow = Selectable<BackfillsTable>
export type BackfillWithCounts = BackfillRow & { counts: Backfill['counts'] }

/** What is known of a pipeline's runs by logical time (ms), from one instant up to and without another. A retry counts like its run. */
export async function readTimeStates(db: Kysely<Schema>, pipeline: string, from: Date, to: Date): Promise<Map<number, TimeState>> {
  const { rows } = await sql<{ at: string; state: TimeState }>`
    select (extract(epoch from logical_time) * 1000)::bigint::text as at,
      case when bool_or(state in ('succeeded', 'partial')) then 'succeeded' when bool_or(state in ('queued', 'running')) then 'open' else 'failed' end as state
    from runs where pipeline = ${pipeline} and kind = 'pipeline' and logical_time >= ${from} and logical_time < ${to}
    group by logical_time`.execute(db)
  return new Map(rows.map(({ at, state }) => [Number(at), state]))
}

/** Stores a backfill with all its partitions, in bulk. */
export async function insertBackfill(
  db: Transaction<Schema>,
  made: {
    id: string
    pipeline: string
    timing: Timing
    windows: boolean
    redo: boolean
    from: Date
    to: Date
    concurrency: number
    by: string
    now: Date
  },
  partitions: readonly PlannedPartition[],
): Promise<void> {
  const { id, pipeline, timing, windows, redo, from, to, concurrency, by, now } = made
  await db
    .insertInto('backfills')
    .values({
      id,
      pipeline,
      timing: JSON.stringify(timing),
      windows,
      redo,
      from_time: from,
      to_time: to,
      state: 'running',
      concurrency,
      problem: null,
      created_by: by,
      created_at: now,
    })
    .execute()
  // What another run is at already is looked at again when its turn comes.
  const states = partitions.map(({ state }) => (state === 'present' && !redo ? 'present' : 'missing'))
  // As texts of arrays: to make an array of a hundred thousand numbers safe for Postgres one by one takes longer than to store them.
  const times = (part: 'logicalTime' | 'endsAt'): string => `{${partitions.map((one) => one[part]).join(',')}}`
  await sql`
    insert into backfill_partitions (backfill_id, logical_time, ends_at, state)
    select ${id}, to_timestamp(part.at / 1000.0), to_timestamp(part.until / 1000.0), part.state
    from unnest(${times('logicalTime')}::float8[], ${times('endsAt')}::float8[], ${`{${states.join(',')}}`}::text[])
      as part (at, until, state)`.execute(db)
}

/** Backfills, the newest first. */
export async function listBackfills(db: Kysely<Schema>, pipeline: string | undefined, limit: number): Promise<BackfillWithCounts[]> {
  let query = selectBackfills(db).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (pipeline !== undefined) query = query.where('pipeline', '=', pipeline)
  return query.execute()
}

/** @throws AtlasError `backfill.not_found` */
export async function readBackfill(db: Kysely<Schema>, id: string): Promise<BackfillWithCounts> {
  const row = await selectBackfills(db).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new AtlasError('backfill.not_found', `There is no backfill ${id}.`)
  return row
}

/** Partitions by logical time. */
export async function listPartitions(
  db: Kysely<Schema>,
  id: string,
  { state, after, limit }: { state?: Partition['state'] | undefined; after?: string | undefined; limit: number },
): Promise<Partition[]> {
  let query = db.selectFrom('backfill_partitions').selectAll().where('backfill_id', '=', id).orderBy('logical_time').limit(limit)
  if (state !== undefined) query = query.where('state', '=', state)
  if (after !== undefined) query = query.where('logical_time', '>', new Date(after))
  const rows = await query.execute()
  return rows.map((row) => ({
    logicalTime: row.logical_time.toISOString(),
    endsAt: row.ends_at.toISOString(),
    state: row.state,
    runId: row.run_id,
  }))
}

/**
 * Stops a backfill: what was not begun is not.
 * @returns the runs that are queued or going on
 * @throws AtlasError `backfill.not_found`, `backfill.finished`
 */
export async function cancelBackfill(db: Kysely<Schema>, id: string, now: Date): Promise<string[]> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('backfills').select('state').where('id', '=', id).forUpdate().executeTakeFirst()
    if (row === undefined) throw new AtlasError('backfill.not_found', `There is no backfill ${id}.`)
    if (row.state !== 'running') throw new AtlasError('backfill.finished', `Backfill ${id} has finished: ${row.state}.`)
    await transaction.updateTable('backfills').set({ state: 'cancelled', finished_at: now, problem: null }).where('id', '=', id).execute()
    const open = await transaction
      .updateTable('backfill_partitions')
      .set({ state: 'cancelled' })
      .where('backfill_id', '=', id)
      .where('state', 'in', ['missing', 'queued'])
      .returning('run_id')
      .execute()
    return open.flatMap(({ run_id: runId }) => runId ?? [])
  })
}

function selectBackfills(db: Kysely<Schema>) {
  const counts = sql<Backfill['counts']>`(
    select json_build_object('total', count(*), 'present', count(*) filter (where state = 'present'), 'missing', count(*) filter (where state = 'missing'),
      'queued', count(*) filter (where state = 'queued'), 'succeeded', count(*) filter (where state = 'succeeded'),
      'failed', count(*) filter (where state = 'failed'), 'cancelled', count(*) filter (where state = 'cancelled'))
    from backfill_partitions where backfill_id = backfills.id)`
  return db.selectFrom('backfills').selectAll().select(counts.as('counts'))
}
