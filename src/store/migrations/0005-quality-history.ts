import { type Kysely, sql } from 'kysely'

/** Every metric of every measured snapshot, what somebody called expected, and the lineage event of every finished run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quality_history (
      id bigint generated always as identity primary key, dataset_id int not null references datasets on delete cascade,
      snapshot_id bigint not null references snapshots on delete cascade, run_id text, at timestamptz not null,
      rule text not null default '', "column" text not null default '', metric text not null,
      kind text not null check (kind in ('count', 'share', 'number')), value double precision not null,
      low double precision, high double precision, verdict text not null check (verdict in ('learning', 'ok', 'alert')),
      reason text check (reason in ('above', 'below', 'drifting_up', 'drifting_down')),
      unique (snapshot_id, rule, "column", metric));
    create index on quality_history (dataset_id, rule, "column", metric, id);
    create index on quality_history (snapshot_id) where verdict = 'alert';
    create table quality_expected (
      point_id bigint primary key references quality_history on delete cascade, scope text not null check (scope in ('point', 'level')),
      why text not null, "by" text not null, at timestamptz not null default now());
    create index refused_checks on check_results (dataset_id, created_at) where snapshot_id is null;
    create table lineage_events (run_id text primary key references runs on delete cascade, event jsonb not null, at timestamptz not null default now());
  `.execute(db)
}
