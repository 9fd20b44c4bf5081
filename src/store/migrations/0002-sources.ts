import { type Kysely, sql } from 'kysely'

/** Saved sources, secrets that were renewed, reads that can go on, and changes of schemas. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sources (
      id text primary key, name text not null unique, connector text not null, description text not null default '', settings jsonb not null,
      streams jsonb not null, policy jsonb not null, paused boolean not null default false, secrets_set_at jsonb not null default '{}', version int not null,
      created_at timestamptz not null default now(), created_by text not null, updated_at timestamptz not null default now(), updated_by text not null);
    create table rotated_secrets (fingerprint text primary key, sealed jsonb not null, updated_at timestamptz not null default now());
    create table read_checkpoints (
      pipeline text not null, stream text not null, run_id text not null, fingerprint text not null, landed jsonb not null, mark jsonb not null,
      rows bigint not null, bytes bigint not null, updated_at timestamptz not null default now(), primary key (pipeline, stream));
    create table schema_changes (
      id bigint generated always as identity primary key, at timestamptz not null default now(), run_id text not null, pipeline text not null,
      stream text not null, dataset text not null, kind text not null, "column" text, "from" text, "to" text, action text not null,
      breaking boolean not null);
    create index schema_changes_of_pipeline on schema_changes (pipeline, id desc);
    alter table runs drop constraint runs_state_check, add constraint runs_state_check
      check (state in ('queued', 'running', 'succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled'));
    alter table steps drop constraint steps_state_check, add constraint steps_state_check
      check (state in ('waiting', 'running', 'succeeded', 'failed', 'blocked', 'cancelled', 'skipped', 'rate_limited'));
  `.execute(db)
}
