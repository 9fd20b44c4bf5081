import { sql, type Transaction } from 'kysely'
import type { BackfillRow } from './backfills.ts'
import type { Schema } from './schema.ts'

/** Backfills that are going on, each for this transaction alone: others pass them over. */
export async function claimBackfills(db: Transaction<Schema>): Promise<BackfillRow[]> {
  return db
    .selectFrom('backfills')
    .selectAll()
    .where('state', '=', 'running')
    .orderBy('created_at')
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .execute()
}

/** Takes over how the runs of queued partitions ended. @returns how many are still queued or going on */
export async function settlePartitions(db: Transaction<Schema>, backfillId: string): Promise<number> {
  await sql`
    update backfill_partitions as part set state = case
        when runs.state in ('succeeded', 'partial') then 'succeeded' when runs.state = 'cancelled' then 'cancelled' else 'failed' end
    from runs where runs.id = part.run_id and part.backfill_id = ${backfillId} and part.state = 'queued'
      and runs.state not in ('queued', 'running')`.execute(db)
  const { open } = await db
    .selectFrom('backfill_partitions')
    .select(({ fn }) => fn.countAll<number>().as('open'))
    .where('backfill_id', '=', backfillId)
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow()
  return Number(open)
}

const LOOKED_AT = 200

interface Candidate {
  logical_time: Date
  ends_at: Date
  /** What other runs of its logical time are. */
  known: 'succeeded' | 'open' | null
}

/** The next partitions to run, by logical time; those that another run has brought meanwhile are noted as present and passed over. */
export async function nextPartitions(
  db: Transaction<Schema>,
  { id, pipeline, redo }: BackfillRow,
  most: number,
): Promise<{ logicalTime: Date; endsAt: Date }[]> {
  const next: { logicalTime: Date; endsAt: Date }[] = []
  let after: Date | null = null
  while (next.length < most) {
    const candidates: Candidate[] = await lookAt(db, id, pipeline, after)
    const present = redo ? [] : candidates.filter(({ known }) => known === 'succeeded')
    await notePresent(
      db,
      id,
      present.map((candidate) => candidate.logical_time),
    )
    const free = candidates.filter(({ known }) => known === null || (redo && known === 'succeeded'))
    next.push(...free.map((row) => ({ logicalTime: row.logical_time, endsAt: row.ends_at })))
    after = candidates.at(-1)?.logical_time ?? null
    if (candidates.length < LOOKED_AT) break
  }
  return next.slice(0, most)
}

/** Missing partitions after a logical time, some at a time: a backfill may have hundreds of thousands. */
async function lookAt(db: Transaction<Schema>, id: string, pipeline: string, after: Date | null): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select part.logical_time, part.ends_at, other.known
    from (select logical_time, ends_at from backfill_partitions
      where backfill_id = ${id} and state = 'missing' and logical_time > coalesce(${after}::timestamptz, '-infinity')
      order by logical_time limit ${LOOKED_AT}) as part
    cross join lateral (
      select case when bool_or(state in ('queued', 'running')) then 'open' when bool_or(state in ('succeeded', 'partial')) then 'succeeded' end as known
      from runs where runs.pipeline = ${pipeline} and runs.kind = 'pipeline' and runs.logical_time = part.logical_time) as other
    order by part.logical_time`.execute(db)
  return rows
}

async function notePresent(db: Transaction<Schema>, id: string, times: readonly Date[]): Promise<void> {
  if (times.length === 0) return
  await db
    .updateTable('backfill_partitions')
    .set({ state: 'present' })
    .where('backfill_id', '=', id)
    .where('logical_time', 'in', times)
    .execute()
}

/** The run of a partition is queued. */
export async function notePartition(db: Transaction<Schema>, backfillId: string, logicalTime: Date, runId: string): Promise<void> {
  await db
    .updateTable('backfill_partitions')
    .set({ state: 'queued', run_id: runId })
    .where('backfill_id', '=', backfillId)
    .where('logical_time', '=', logicalTime)
    .execute()
}

/** Ends a backfill of which nothing is left to run; it failed where a partition did. */
export async function endBackfill(db: Transaction<Schema>, backfillId: string, now: Date): Promise<void> {
  const left = await db
    .selectFrom('backfill_partitions')
    .select('state')
    .distinct()
    .where('backfill_id', '=', backfillId)
    .where('state', 'in', ['missing', 'queued', 'failed', 'cancelled'])
    .execute()
  const states = new Set(left.map(({ state }) => state))
  if (states.has('missing') || states.has('queued')) return
  const state = states.size > 0 ? ('failed' as const) : ('succeeded' as const)
  await db.updateTable('backfills').set({ state, finished_at: now, problem: null }).where('id', '=', backfillId).execute()
}

/** Says why a backfill does not go on; null when it does. */
export async function noteBackfillProblem(db: Transaction<Schema>, backfillId: string, problem: string | null): Promise<void> {
  await db.updateTable('backfills').set({ problem }).where('id', '=', backfillId).where('problem', 'is distinct from', problem).execute()
}
