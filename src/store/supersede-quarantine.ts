import { sql, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import { standing } from './quarantine-marks.ts'

/** What is committed: a dataset and how its snapshot came about. */
interface Committed {
  /** layer.name */
  dataset: string
  operation: 'replace' | 'append' | 'alter'
}

const REREAD = 'Its source was read in full since.'
const REBUILT = 'The dataset was built anew since.'

/**
 * Marks the open rows of earlier batches that a commit makes meaningless: of explore and chart where explore was read in full, because the source gave
 * each row again; of a navigate dataset where it was built anew. To be called before the commit's own batches are there.
 * @param runId null for what is built outside a run
 */
export async function supersedeQuarantine(db: Transaction<Schema>, runId: string | null, committed: readonly Committed[]): Promise<void> {
  const replaced = committed.filter(({ operation }) => operation === 'replace').map(({ dataset }) => dataset)
  const reread = replaced.filter((name) => name.startsWith('explore.')).flatMap((name) => [name, name.replace('explore.', 'chart.')])
  await supersede(db, runId, reread, REREAD)
  await supersede(
    db,
    runId,
    replaced.filter((name) => name.startsWith('navigate.')),
    REBUILT,
  )
}

async function supersede(db: Transaction<Schema>, runId: string | null, datasets: readonly string[], reason: string): Promise<void> {
  if (datasets.length === 0) return
  const batches = await db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .select('quarantine.id')
    .where('datasets.name', 'in', [...datasets])
    .orderBy('quarantine.id')
    .forUpdate('quarantine')
    .execute()
  const ids = batches.map(({ id }) => id)
  if (ids.length === 0) return
  await sql`insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
    select q.id, left_open.rows, (select sum(upper(part) - lower(part)) from unnest(left_open.rows) as part), 'superseded', ${runId}, ${reason}, 'Atlas'
    from quarantine q cross join lateral (
      select int8multirange(int8range(1, q.rows::int8 + 1)) - coalesce((
        select range_agg(part) from quarantine_marks m cross join lateral unnest(m.rows) as part
        where m.batch_id = q.id and ${standing}), '{}'::int8multirange) as rows) left_open
    where q.id = any(${ids}::text[]) and not isempty(left_open.rows)`.execute(db)
}
