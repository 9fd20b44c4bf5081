import { type Kysely, sql, type Transaction } from 'kysely'
import type { QuarantineAct, QuarantineState } from '../contract/quarantine.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'

/** Rows of a batch from `from` to before `to`, numbered from 1. */
export interface RowRange {
  from: number
  to: number
}

/** What became of some rows of a batch. Rows of which nothing is marked are open. */
export interface QuarantineMark extends RowRange {
  batch: string
  state: Exclude<QuarantineState, 'open'>
  runId: string | null
}

/** Rows that somebody acts on, by batch. */
export type ChosenRows = ReadonlyMap<string, readonly RowRange[]>

/** What is done with rows. */
export type MarkOf = { state: 'discarded'; reason: string; by: string } | { state: 'replaying'; runId: string; by: string }

/** Said of rows that a run let in because nothing refuses them any more. No other row stands for them, as for replayed ones. */
const RELEASED = 'Nothing refuses the row any more.'

/** A mark of a run that ended without publishing means nothing: its rows are open again. */
export const standing = sql<boolean>`(m.state <> 'replaying' or exists (select 1 from runs r where r.id = m.run_id and r.state in ('queued', 'running')))`

/** The marks that stand, by batch and row. */
export async function readMarks(db: Kysely<Schema>, batches: readonly string[]): Promise<QuarantineMark[]> {
  const { rows } = await sql<{ batch: string; from: string; to: string; state: QuarantineMark['state']; run_id: string | null }>`
    select m.batch_id as batch, lower(part) as "from", upper(part) as "to", m.state, m.run_id
    from quarantine_marks m cross join lateral unnest(m.rows) as part
    where m.batch_id = any(${batches}::text[]) and ${standing} order by m.batch_id, lower(part)`.execute(db)
  return rows.map(({ batch, from, to, state, run_id }) => ({ batch, from: Number(from), to: Number(to), state, runId: run_id }))
}

/**
 * What chart is to make of refused rows that explore still has: `settled` ones take no part any more, or another row is on its way for them; `released`
 * ones were let in.
 */
export async function refusalMarks(
  db: Kysely<Schema>,
  batches: readonly string[],
): Promise<(RowRange & { batch: string; fate: 'settled' | 'released' })[]> {
  const { rows } = await sql<{ batch: string; from: string; to: string; fate: 'settled' | 'released' }>`
    select m.batch_id as batch, lower(part) as "from", upper(part) as "to",
      case m.state when 'released' then 'released' else 'settled' end as fate
    from quarantine_marks m cross join lateral unnest(m.rows) as part
    where m.batch_id = any(${batches}::text[]) and ${standing}`.execute(db)
  return rows.map(({ batch, from, to, fate }) => ({ batch, from: Number(from), to: Number(to), fate }))
}

/** Marks rows that a run publishes because nothing refuses them any more, but for those that somebody has acted on meanwhile. */
export async function markReleased(db: Transaction<Schema>, released: ChosenRows, runId: string): Promise<void> {
  const batches = [...released.keys()].toSorted()
  if (batches.length === 0) return
  await db.selectFrom('quarantine').select('id').where('id', 'in', batches).orderBy('id').forUpdate().execute()
  for (const batch of batches) {
    const rows = multirange(released.get(batch) ?? [])
    await sql`insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
      select ${batch}, left_open.rows, (select sum(upper(part) - lower(part)) from unnest(left_open.rows) as part), 'released', ${runId}, ${RELEASED}, 'Atlas'
      from (select ${rows}::int8multirange - coalesce((select range_agg(part) from quarantine_marks m cross join lateral unnest(m.rows) as part
        where m.batch_id = ${batch} and ${standing}), '{}'::int8multirange) as rows) left_open where not isempty(left_open.rows)`.execute(
      db,
    )
  }
}

/**
 * Marks rows, all or none. Two that act on one row are put in a row by their batch: the second finds the first's mark.
 * @throws AtlasError `quarantine.taken` when a row is not open any more
 */
export async function markRows(db: Transaction<Schema>, chosen: ChosenRows, mark: MarkOf): Promise<number> {
  const batches = [...chosen.keys()].toSorted()
  await db.selectFrom('quarantine').select('id').where('id', 'in', batches).orderBy('id').forUpdate().execute()
  let marked = 0
  for (const batch of batches) {
    const ranges = chosen.get(batch) ?? []
    const rows = multirange(ranges)
    await refuseTaken(db, batch, rows)
    const count = ranges.reduce((sum, range) => sum + range.to - range.from, 0)
    const [runId, reason] = mark.state === 'discarded' ? [null, mark.reason] : [mark.runId, null]
    await db
      .insertInto('quarantine_marks')
      .values({ batch_id: batch, rows, row_count: count, state: mark.state, run_id: runId, reason, by: mark.by })
      .execute()
    marked += count
  }
  return marked
}

async function refuseTaken(db: Transaction<Schema>, batch: string, rows: string): Promise<void> {
  const { rows: found } = await sql<{ state: string; by: string; at: Date; row: string }>`
    select m.state, m.by, m.at, lower(m.rows * ${rows}::int8multirange) as row from quarantine_marks m
    where m.batch_id = ${batch} and m.rows && ${rows}::int8multirange and ${standing} order by m.id limit 1`.execute(db)
  const [other] = found
  if (other === undefined) return
  throw new AtlasError(
    'quarantine.taken',
    `Row ${other.row} of ${batch} is ${other.state} by ${other.by} since ${other.at.toISOString()}. Nothing was changed.`,
  )
}

/** @returns `{[1,4),[9,10)}` */
function multirange(ranges: readonly RowRange[]): string {
  return `{${ranges.map(({ from, to }) => `[${from},${to})`).join(',')}}`
}

/** Ranges of row numbers, from numbers in any order. */
export function toRanges(rows: readonly number[]): RowRange[] {
  const ranges: RowRange[] = []
  for (const row of [...new Set(rows)].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.to === row) last.to = row + 1
    else ranges.push({ from: row, to: row + 1 })
  }
  return ranges
}

/** What was done with the rows of a dataset, newest first, at most 1000 acts. */
export async function listActs(db: Kysely<Schema>, dataset: string): Promise<QuarantineAct[]> {
  const { rows } = await sql<{
    batch: string
    state: QuarantineAct['state']
    rows: string
    by: string
    at: Date
    reason: string | null
    run_id: string | null
  }>`select m.batch_id as batch, case when ${standing} then m.state else 'open' end as state, m.row_count as rows, m.by, m.at, m.reason, m.run_id
    from quarantine_marks m join quarantine q on q.id = m.batch_id join datasets d on d.id = q.dataset_id
    where d.name = ${dataset} order by m.id desc limit 1000`.execute(db)
  return rows.map(({ run_id, at, rows: count, ...act }) => ({ ...act, rows: Number(count), at: at.toISOString(), runId: run_id }))
}

/**
 * Rows of a dataset that runs refused and that count no longer: replayed ones stand as another row by now, discarded ones were given up. Of those runs
 * alone whose files the snapshot of explore still reads: with the others their rows went.
 * @param dataset of chart
 * @param exploreFiles files that explore reads
 * @param runId of the run under way: what it carries back is settled when it ends
 */
export async function settledRows(
  db: Kysely<Schema>,
  dataset: string,
  exploreFiles: readonly { id: string }[],
  runId: string,
): Promise<number> {
  const ids = exploreFiles.map((file) => file.id)
  const { rows } = await sql<{ n: string }>`
    select coalesce(sum(m.row_count), 0) as n from quarantine_marks m
    join quarantine q on q.id = m.batch_id join datasets d on d.id = q.dataset_id
    where d.name = ${dataset} and (m.state in ('discarded', 'replayed') or m.run_id = ${runId}) and exists (
      select 1 from snapshots s join snapshot_files sf on sf.snapshot_id = s.id
      where s.run_id = q.run_id and sf.file_id = any(${ids}::text[]))`.execute(db)
  return Number(rows[0]?.n)
}
