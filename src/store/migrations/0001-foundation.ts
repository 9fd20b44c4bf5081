import { type Kysely, sql } from 'kysely'

/** The first tables. Written as SQL: what Postgres runs is what is read here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id text primary key, email text not null unique, name text not null, password_hash text,
      role text not null check (role in ('admin', 'editor', 'viewer')),
      created_at timestamptz not null default now(), disabled_at timestamptz);
    create table sessions (
      id_hash text primary key, user_id text not null references users on delete cascade, csrf_token text not null,
      created_at timestamptz not null default now(), last_seen_at timestamptz not null default now(), expires_at timestamptz not null);
    create table sign_in_links (
      token_hash text primary key, user_id text not null references users on delete cascade, expires_at timestamptz not null, used_at timestamptz);
    create table sign_in_failures (key text primary key, failures int not null, last_failed_at timestamptz not null, blocked_until timestamptz);
    create table api_tokens (
      id text primary key, name text not null, role text not null check (role in ('admin', 'editor', 'viewer')), token_hash text not null unique,
      prefix text not null, created_by text not null, created_at timestamptz not null default now(), last_used_at timestamptz,
      expires_at timestamptz, revoked_at timestamptz);
    create table audit (
      id bigint generated always as identity primary key, at timestamptz not null default now(), actor text not null, action text not null,
      target text, detail jsonb not null, address text);
    create index audit_action on audit (action, id desc);

    create table pipelines (
      id text primary key, name text not null unique, definition jsonb not null, version int not null,
      created_at timestamptz not null default now(), updated_at timestamptz not null default now());
    create table runs (
      id text primary key, pipeline text not null, definition jsonb not null,
      state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'blocked', 'cancelled')),
      trigger text not null check (trigger in ('cli', 'api', 'upload')), requested_by text not null, working_folder text not null,
      queued_at timestamptz not null default now(), started_at timestamptz, finished_at timestamptz, cancel_requested_at timestamptz,
      fencing_token int not null default 0, source_rows bigint, published_rows bigint, quarantined_rows bigint, deduplicated_rows bigint,
      quality_score double precision, pii_columns int, error jsonb, report jsonb);
    create index runs_newest on runs (queued_at desc, id desc);
    create index runs_of_pipeline on runs (pipeline, queued_at desc, id desc);
    create index runs_open on runs (queued_at) where state in ('queued', 'running');
    create table attempts (
      run_id text not null references runs on delete cascade, fencing_token int not null, worker text not null,
      started_at timestamptz not null default now(), finished_at timestamptz, outcome text, primary key (run_id, fencing_token));
    create table steps (
      run_id text not null references runs on delete cascade, ordinal int not null, stream text not null, name text not null,
      state text not null check (state in ('waiting', 'running', 'succeeded', 'failed', 'blocked', 'cancelled', 'skipped')),
      started_at timestamptz, finished_at timestamptz, rows_in bigint, rows_out bigint, bytes bigint, note text, primary key (run_id, ordinal));
    create table run_log (
      id bigint generated always as identity primary key, run_id text not null references runs on delete cascade, at timestamptz not null default now(),
      level text not null check (level in ('info', 'warn', 'error')), stream text not null, step text, message text not null);
    create index run_log_of_run on run_log (run_id, id);
    create table uploads (
      id text primary key, file_name text not null, size_bytes bigint not null, sha256 text not null, created_by text not null,
      created_at timestamptz not null default now(), deleted_at timestamptz);

    create table datasets (
      id int generated always as identity primary key, name text not null unique collate "C",
      layer text not null check (layer in ('explore', 'chart', 'navigate')), description text, snapshot_id bigint,
      last_field_id int not null default 0, created_at timestamptz not null default now());
    create table dataset_schemas (
      dataset_id int not null references datasets on delete cascade, version int not null, columns jsonb not null,
      created_at timestamptz not null default now(), primary key (dataset_id, version));
    create table snapshots (
      id bigint generated always as identity primary key, dataset_id int not null references datasets on delete cascade,
      parent_id bigint references snapshots, schema_version int not null, run_id text, operation text not null check (operation in ('replace', 'append', 'alter')),
      rows bigint not null, size_bytes bigint not null, file_count int not null, quarantined bigint not null default 0, quality jsonb,
      pii_columns int, pii_cells bigint, committed_at timestamptz not null default now(), expired_at timestamptz,
      foreign key (dataset_id, schema_version) references dataset_schemas);
    create index snapshots_of_dataset on snapshots (dataset_id, id desc);
    create index snapshots_of_run on snapshots (run_id);
    alter table datasets add foreign key (snapshot_id) references snapshots;
    create table files (
      id text primary key, path text not null unique, dataset_id int not null references datasets on delete cascade, schema_version int not null,
      field_ids jsonb not null, rows bigint not null, size_bytes bigint not null, sha256 text not null, origin jsonb,
      created_at timestamptz not null default now(), deleted_at timestamptz,
      foreign key (dataset_id, schema_version) references dataset_schemas);
    create table snapshot_files (
      snapshot_id bigint not null references snapshots on delete cascade, ordinal int not null, file_id text not null references files,
      primary key (snapshot_id, ordinal));
    create index snapshot_files_of_file on snapshot_files (file_id);
    create table snapshot_inputs (
      snapshot_id bigint not null references snapshots on delete cascade, input_dataset_id int not null references datasets on delete cascade,
      input_snapshot_id bigint not null references snapshots, primary key (snapshot_id, input_dataset_id));
    create table stream_states (
      pipeline text not null, stream text not null, state jsonb not null, snapshot_id bigint not null references snapshots,
      updated_at timestamptz not null default now(), primary key (pipeline, stream));
    create table findings (snapshot_id bigint not null references snapshots on delete cascade, ordinal int not null, finding jsonb not null, primary key (snapshot_id, ordinal));
    create table check_results (
      snapshot_id bigint references snapshots on delete cascade, run_id text, dataset_id int not null references datasets on delete cascade,
      ordinal int not null, result jsonb not null, created_at timestamptz not null default now());
    create index check_results_of_snapshot on check_results (snapshot_id, ordinal);
    create index check_results_of_run on check_results (run_id);
    create table quarantine (
      id text primary key, dataset_id int not null references datasets on delete cascade, run_id text not null,
      stage text not null check (stage in ('extract', 'standardise', 'check')), path text not null unique, rows bigint not null,
      size_bytes bigint not null, sha256 text not null, reasons jsonb not null, created_at timestamptz not null default now());
    create index quarantine_of_dataset on quarantine (dataset_id, created_at desc);
    create table profiles (snapshot_id bigint primary key references snapshots on delete cascade, profile jsonb not null, profiled_at timestamptz not null default now());
    create table transforms (
      name text primary key, sql text not null, description text not null default '', origin text not null check (origin in ('file', 'pipeline', 'api')),
      updated_at timestamptz not null default now());
  `.execute(db)
}
