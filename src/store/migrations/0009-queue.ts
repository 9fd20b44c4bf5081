import { type Kysely, sql } from 'kysely'

/**
 * Runs that many workers share: who carries out what, until when it waits, how often it failed, what it may use. An attempt without a heartbeat is
 * lost; its leases go with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table workers (
      id text primary key, role text not null check (role in ('server', 'worker', 'command')), host text not null, pid int not null,
      version text not null, home_id text not null, concurrency int not null check (concurrency >= 0),
      state text not null check (state in ('active', 'draining', 'stopped', 'lost')),
      started_at timestamptz not null default now(), heartbeat_at timestamptz not null default now(), stopped_at timestamptz);
    create index workers_alive on workers (heartbeat_at) where state in ('active', 'draining');

    alter table runs
      add column kind text not null default 'pipeline' check (kind in ('pipeline', 'transform')),
      add column priority int not null default 0 check (priority between -100 and 100),
      add column failures int not null default 0,
      add column max_attempts int not null default 3 check (max_attempts between 1 and 20),
      add column not_before timestamptz,
      add column pools text[] not null default '{}',
      add column home_id text,
      add column cause jsonb,
      add column retry_of text references runs on delete set null,
      add column gave_up_at timestamptz,
      add column settled_at timestamptz,
      add column settled_by text;
    alter table runs drop constraint runs_trigger_check, add constraint runs_trigger_check
      check (trigger in ('cli', 'api', 'upload', 'replay', 'schedule', 'event', 'dependency', 'freshness', 'backfill'));
    drop index runs_open;
    create index runs_open on runs (priority desc, queued_at, id) where state in ('queued', 'running');
    create index runs_gave_up on runs (gave_up_at desc) where gave_up_at is not null and settled_at is null;

    alter table attempts
      add column worker_id text references workers on delete set null,
      add column heartbeat_at timestamptz,
      add column error jsonb,
      add column steps jsonb;
    create index attempts_open on attempts (heartbeat_at) where finished_at is null;

    create table pools (name text primary key, size int not null check (size between 1 and 10000), description text not null default '');
    create table leases (
      pool text not null references pools on delete cascade, slot int not null, run_id text not null, fencing_token int not null,
      taken_at timestamptz not null default now(), primary key (pool, slot),
      foreign key (run_id, fencing_token) references attempts on delete cascade);
    create index leases_of_attempt on leases (run_id, fencing_token);
  `.execute(db)
}
