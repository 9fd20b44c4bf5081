import { type Kysely, sql } from 'kysely'
import type { Alert } from '../contract/alerts.ts'
import type { Schema } from './schema.ts'

const NAMED = 5

/**
 * Datasets that are built from a dataset, or from what the newest publishing run of a pipeline published; as far as published snapshots name what they
 * were built from.
 */
export async function readDownstream(
  db: Kysely<Schema>,
  of: { pipeline: string | null; dataset: string | null },
): Promise<Alert['downstream']> {
  if (of.pipeline === null && of.dataset === null) return { names: [], total: 0 }
  const { rows } = await sql<{ name: string }>`
    with recursive reached as (
      select id from datasets where name = ${of.dataset}
      union
      select s.dataset_id from snapshots s where s.run_id = (
        select r.id from runs r where r.pipeline = ${of.pipeline} and r.state in ('succeeded', 'partial')
        order by r.queued_at desc, r.id desc limit 1)
      union
      select d.id from reached
        join snapshot_inputs i on i.input_dataset_id = reached.id
        join datasets d on d.snapshot_id = i.snapshot_id)
    select name from datasets where id in (select id from reached) and name is distinct from ${of.dataset} order by layer desc, name`.execute(
    db,
  )
  return { names: rows.slice(0, NAMED).map(({ name }) => name), total: rows.length }
}
