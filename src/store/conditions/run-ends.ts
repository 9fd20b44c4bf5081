import { type Kysely, sql } from 'kysely'
import type { ProblemDetails } from '../../core/errors.ts'
import type { Schema } from '../schema.ts'

/** A run that ended without publishing all that it was to publish. */
export interface BadEnd {
  runId: string
  pipeline: string
  state: 'failed' | 'blocked' | 'partial'
  endedAt: Date
  error: ProblemDetails | null
}

interface Row {
  id: string
  pipeline: string
  state: BadEnd['state']
  finished_at: Date
  error: ProblemDetails | null
}

/**
 * Pipelines whose newest finished run failed, was blocked or left something out, the worst kind first and of one kind the newest; a later success
 * clears it. Pipelines are found one by one along the index, so that a million runs cost no more than a few.
 */
export async function standingBadEnds(db: Kysely<Schema>, limit = 10_000): Promise<BadEnd[]> {
  const { rows } = await sql<Row>`
    with recursive names as (
      (select pipeline from runs order by pipeline limit 1)
      union all
      select (select pipeline from runs where pipeline > names.pipeline order by pipeline limit 1) from names where names.pipeline is not null)
    select r.id, r.pipeline, r.state, r.finished_at, r.error from names cross join lateral (
      select id, pipeline, state, finished_at, error from runs
      where runs.pipeline = names.pipeline and state in ('succeeded', 'failed', 'blocked', 'partial') and finished_at is not null
      order by queued_at desc, id desc limit 1) r
    where names.pipeline is not null and r.state <> 'succeeded'
    order by r.state = 'partial', r.state desc, r.finished_at desc limit ${limit}`.execute(db)
  return rows.map(toBadEnd)
}

/** The newest runs that ended badly since a time, whatever came after them. */
export async function badEndsSince(db: Kysely<Schema>, state: BadEnd['state'], since: Date): Promise<BadEnd[]> {
  const { rows } = await sql<Row>`
    select id, pipeline, state, finished_at, error from runs
    where state in ('failed', 'blocked', 'partial') and state = ${state} and finished_at >= ${since}
    order by finished_at desc, id desc limit 10000`.execute(db)
  return rows.map(toBadEnd)
}

function toBadEnd({ id, pipeline, state, finished_at, error }: Row): BadEnd {
  return { runId: id, pipeline, state, endedAt: finished_at, error }
}
