import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../src/store/schema.ts'

/** The newest of the runs was queued then; each is a minute older than the one before. */
export const NEWEST = new Date('2026-11-01T00:00:00Z')

/**
 * Runs as years leave them: 500 pipelines, of a hundred runs two failed, one blocked, one cancelled; every 50,000th is partial; the newest 20 wait. One in four of the
 * failed nobody settled. Every 50,000th says `quota exhausted`.
 */
export async function insertManyRuns(db: Kysely<Schema>, count: number): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) await insertRuns(db, from, Math.min(count, from + BATCH - 1), count)
  await sql`vacuum analyze runs`.execute(db)
}

/** Postgres gives up a statement that takes a minute. */
const BATCH = 50_000

async function insertRuns(db: Kysely<Schema>, from: number, to: number, count: number): Promise<void> {
  await sql`
    insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, started_at, finished_at, source_rows,
      published_rows, error, gave_up_at, settled_at, failures, max_attempts)
    select 'r_' || lpad(i::text, 9, '0'), 'pipeline_' || lpad((i % 500)::text, 3, '0'),
      jsonb_build_object('name', 'pipeline_' || (i % 500), 'streams', jsonb_build_array(jsonb_build_object('name', repeat('stream ', 40)))),
      state, case when i % 10 < 8 then 'schedule' when i % 10 = 8 then 'dependency' when i % 100 = 9 then 'upload' else 'api' end, 'ida', '/',
      queued, case when state <> 'queued' then queued + interval '1 s' end, case when state <> 'queued' then queued + interval '30 s' end,
      i, i, case when state in ('failed', 'blocked') then jsonb_build_object('code', 'source.unreachable', 'title', 'The source does not answer',
        'detail', case when i % 50000 = 1 then 'quota exhausted for today' else 'The server at 10.0.0.' || i % 255 || ' did not answer in 30 s.' end) end,
      case when state in ('failed', 'blocked') then queued end, case when state in ('failed', 'blocked') and i % 4 <> 0 then queued end, 1, 1
    from (select i, ${NEWEST}::timestamptz - (${count} - i) * interval '1 minute' as queued,
      case when i > ${count} - 20 then 'queued' when i % 50000 = 7 then 'partial' when i % 100 in (1, 34) then 'failed' when i % 100 = 2 then 'blocked'
        when i % 100 = 3 then 'cancelled' else 'succeeded' end as state
      from generate_series(${from}::int, ${to}::int) as i) made`.execute(db)
}

/** The questions that a list of runs is asked, by what they are. */
export const LIST_QUESTIONS = {
  'the newest': {},
  'one state of which there are many': { state: 'succeeded' },
  'several states': { state: 'failed,blocked' },
  'a state that hardly any run has': { state: 'partial' },
  'a state that no run has': { state: 'rate_limited' },
  'a pipeline': { pipeline: 'pipeline_017' },
  'failed runs of a pipeline': { pipeline: 'pipeline_001', state: 'failed' },
  'a trigger': { trigger: 'upload' },
  'a trigger that no run has': { trigger: 'backfill' },
  'a day long ago': { from: '2025-06-01T00:00:00Z', to: '2025-06-02T00:00:00Z' },
  'a state in a time without it': { from: '2025-06-01T00:00:00Z', to: '2025-06-02T00:00:00Z', state: 'running' },
  'what gave up and is open': { gaveUp: 'open' },
  'words of an error that most failed runs have': { search: 'did not answer' },
  'a word of an error that hardly any run has': { search: 'quota' },
  'a part of the names of many pipelines': { search: 'pipeline' },
  'a part of one name': { search: 'e_017' },
  'an id': { search: 'r_000000123' },
  'what no run has': { search: 'nowhere' },
  'a page far back': { after: 'r_000001000' },
} as const
