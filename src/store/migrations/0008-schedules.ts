import { type Kysely, sql } from 'kysely'

/**
 * Schedules, and the time that a run of one stands for. A time is dealt with in the transaction that moves `handled_until` past it and inserts its
 * run; that no time has two runs is kept by the index as well. A schedule that is deleted leaves its runs.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table schedules (
      id text primary key, pipeline text not null, timing jsonb not null,
      missed text not null check (missed in ('skip', 'once', 'all')),
      overlap text not null check (overlap in ('skip', 'queue', 'cancel_older')),
      jitter_seconds int not null check (jitter_seconds between 0 and 3600), paused boolean not null default false,
      handled_until timestamptz not null, due_at timestamptz, last_logical_time timestamptz,
      skipped_times bigint not null default 0, last_skipped_at timestamptz, last_skip_reason text,
      created_by text not null, created_at timestamptz not null, updated_at timestamptz not null);
    create index schedules_due on schedules (due_at) where not paused;
    create index schedules_of_pipeline on schedules (pipeline);
    alter table runs add column schedule_id text references schedules on delete set null, add column logical_time timestamptz;
    create unique index runs_of_schedule on runs (schedule_id, logical_time) where schedule_id is not null;
    alter table runs drop constraint runs_trigger_check,
      add constraint runs_trigger_check check (trigger in ('cli', 'api', 'upload', 'replay', 'schedule'));
  `.execute(db)
}
