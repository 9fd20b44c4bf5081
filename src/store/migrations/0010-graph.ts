import { type Kysely, sql } from 'kysely'

/**
 * What makes pipelines and transforms run beside the clock: publications (an outbox that the commit of a snapshot writes), transforms that are to be
 * built anew, targets of freshness, event triggers and backfills. That nothing runs twice for one reason is kept by the indexes as well.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table transforms add column runs text not null default 'on_change' check (runs in ('on_change', 'apart', 'never'));

    create table publications (
      id bigint generated always as identity primary key, dataset text not null, snapshot_id bigint not null, run_id text,
      published_at timestamptz not null default now());

    create table pending_builds (
      transform text primary key, datasets text[] not null, upstream text, trigger text not null default 'dependency',
      state text not null default 'waiting' check (state in ('waiting', 'held')), reason text, held_by text,
      since timestamptz not null default now());
    create unique index runs_of_dependency on runs (pipeline)
      where kind = 'transform' and trigger in ('dependency', 'freshness') and state in ('queued', 'running') and retry_of is null;
    create index runs_of_pipeline_at on runs (pipeline, logical_time) where logical_time is not null;

    create table freshness_targets (
      dataset text primary key, within text not null, within_seconds int not null check (within_seconds between 60 and 31622400),
      origin text not null default 'api', created_by text not null, created_at timestamptz not null, updated_at timestamptz not null);

    create table event_triggers (
      id text primary key, pipeline text not null, kind text not null check (kind in ('dataset', 'file', 'http')), event jsonb not null,
      overlap text not null check (overlap in ('skip', 'queue', 'cancel_older')), paused boolean not null default false,
      settings jsonb not null default '{}', home_id text, fired bigint not null default 0, last_fired_at timestamptz, skipped bigint not null default 0,
      last_skipped_at timestamptz, last_skip_reason text, problem text,
      created_by text not null, created_at timestamptz not null, updated_at timestamptz not null);
    create index event_triggers_of_kind on event_triggers (kind) where not paused;
    create table trigger_events (
      trigger_id text not null references event_triggers on delete cascade, key text not null, at timestamptz not null,
      run_id text, primary key (trigger_id, key));
    create index trigger_events_at on trigger_events (at);
    create table trigger_files (
      trigger_id text not null references event_triggers on delete cascade, path text not null, size bigint not null,
      modified_ms bigint not null, seen_at timestamptz not null, fired boolean not null default false, primary key (trigger_id, path));

    create table backfills (
      id text primary key, pipeline text not null, timing jsonb not null, windows boolean not null, redo boolean not null,
      from_time timestamptz not null, to_time timestamptz not null,
      state text not null check (state in ('running', 'succeeded', 'failed', 'cancelled')), concurrency int not null check (concurrency between 1 and 100),
      problem text, created_by text not null, created_at timestamptz not null, finished_at timestamptz);
    create index backfills_going on backfills (created_at) where state = 'running';
    create table backfill_partitions (
      backfill_id text not null references backfills on delete cascade, logical_time timestamptz not null, ends_at timestamptz not null,
      state text not null check (state in ('present', 'missing', 'queued', 'succeeded', 'failed', 'cancelled')), run_id text,
      primary key (backfill_id, logical_time));
    create index backfill_partitions_open on backfill_partitions (backfill_id, state, logical_time) where state in ('missing', 'queued');
    create unique index runs_of_backfill on runs ((cause ->> 'backfill'), logical_time) where trigger = 'backfill' and retry_of is null;
  `.execute(db)
}
