import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'

/** A breaking change matters for so long, unless a person looks sooner. */
const CHANGE_DAYS = 7

export interface BreakingChange {
  pipeline: string
  stream: string
  dataset: string
  runId: string
  at: Date
  /** Columns that it is about, or `the whole stream`. */
  columns: string[]
}

/** Streams whose schema changed in a way that breaks what reads them: a column gone, a type that does not fit. One for each stream, the newest first. */
export async function breakingChanges(db: Kysely<Schema>, now: Date, limit = 10_000): Promise<BreakingChange[]> {
  const since = new Date(now.getTime() - CHANGE_DAYS * 86_400_000)
  const { rows } = await sql<Omit<BreakingChange, 'runId'> & { run_id: string }>`
    select pipeline, stream, (array_agg(dataset order by at desc))[1] as dataset, (array_agg(run_id order by at desc))[1] as run_id, max(at) as at,
      array_agg(distinct coalesce("column", 'the whole stream')) as columns
    from schema_changes where breaking and at >= ${since}
    group by pipeline, stream order by max(at) desc limit ${limit}`.execute(db)
  return rows.map(({ run_id: runId, ...row }) => ({ ...row, runId }))
}
