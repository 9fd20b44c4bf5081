import { type Kysely, sql } from 'kysely'
import type { Run } from '../../contract/runs.ts'
import type { ProblemDetails } from '../../core/errors.ts'
import type { Schema } from '../schema.ts'

/** A run that ended without publishing all that it was to publish. */
export interface BadEnd {
  runId: string
  kind: Run['kind']
  pipeline: string
  /** As it is called: the pipeline, or the dataset that a transform builds. */
  name: string
  state: 'failed' | 'blocked' | 'partial'
  endedAt: Date
  error: ProblemDetails | null
}

interface Row {
  id: string
  kind: Run['kind']
  pipeline: string
  state: BadEnd['state']
  finished_at: Date
  error: ProblemDetails | null
}

/** As the index `runs_ended` has it. */
const ENDED = sql`state in ('succeeded', 'failed', 'blocked', 'partial') and finished_at is not null`

/**
 * Pipelines whose newest finished run failed, was blocked or left something out, the worst kind first and of one kind the newest; a later success
 * clears it, and so does a person who put it aside. Pipelines are found one by one along the index, so that a million runs cost no more than a few.
 */
export async function standingBadEnds(db: Kysely<Schema>, limit = 10_000): Promise<BadEnd[]> {
  const { rows } = await sql<Row>`
    with recursive names as (
      (select kind, pipeline from runs where ${ENDED} order by kind, pipeline limit 1)
      union all
      select n.kind, n.pipeline from names cross join lateral (
        select kind, pipeline from runs where (kind, pipeline) > (names.kind, names.pipeline) and ${ENDED} order by kind, pipeline limit 1) n)
    select r.id, r.kind, r.pipeline, r.state, r.finished_at, r.error from names cross join lateral (
      select id, kind, pipeline, state, finished_at, error, settled_reason from runs
      where runs.kind = names.kind and runs.pipeline = names.pipeline and ${ENDED} order by queued_at desc, id desc limit 1) r
    where r.state <> 'succeeded' and r.settled_reason is null
    order by r.state = 'partial', r.state desc, r.finished_at desc limit ${limit}`.execute(db)
  return rows.map(toBadEnd)
}

/** The newest runs that ended badly since a time, whatever came after them. */
export async function badEndsSince(db: Kysely<Schema>, state: BadEnd['state'], since: Date): Promise<BadEnd[]> {
  const { rows } = await sql<Row>`
    select id, kind, pipeline, state, finished_at, error from runs
    where state in ('failed', 'blocked', 'partial') and state = ${state} and finished_at >= ${since}
    order by finished_at desc, id desc limit 10000`.execute(db)
  return rows.map(toBadEnd)
}

function toBadEnd({ id, kind, pipeline, state, finished_at, error }: Row): BadEnd {
  const name = kind === 'transform' ? `navigate.${pipeline}` : pipeline
  return { runId: id, kind, pipeline, name, state, endedAt: finished_at, error }
}
