import { type Kysely, sql } from 'kysely'

/**
 * What was done with quarantined rows. Rows are ranges of numbers within their batch, from 1, so that a whole batch is one short value. The rows
 * of a replay stand in a file of their own until its run has ended.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quarantine_marks (
      id bigint generated always as identity primary key, batch_id text not null references quarantine on delete cascade,
      rows int8multirange not null, row_count bigint not null, state text not null check (state in ('replaying', 'replayed', 'discarded')),
      run_id text references runs on delete cascade, reason text, "by" text not null, at timestamptz not null default now(),
      check ((state = 'discarded') = (run_id is null)));
    create index quarantine_marks_of_batch on quarantine_marks (batch_id);
    create index quarantine_marks_of_run on quarantine_marks (run_id);
    create table quarantine_replays (
      run_id text primary key references runs on delete cascade, dataset text not null, stream text not null, files jsonb not null,
      at timestamptz not null default now());
    alter table runs add column discarded_rows bigint;
    update runs set discarded_rows = 0 where source_rows = published_rows + quarantined_rows + deduplicated_rows;
    alter table runs drop constraint runs_trigger_check, add constraint runs_trigger_check check (trigger in ('cli', 'api', 'upload', 'replay'));
    alter table snapshots add column refusing text, add column keys jsonb;
  `.execute(db)
}
