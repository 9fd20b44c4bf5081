import { type Kysely, sql } from 'kysely'

/**
 * Pipelines that stand in files, and a version of every change. A version holds no secrets, so that no rotation of keys has to know it, and it stays
 * when its pipeline is deleted. `file_marks` tell whether a secret of the file is another one now; they are keyed, and reveal none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table pipelines
      add column paused boolean not null default false,
      add column file text, add column file_commit text, add column file_version int, add column file_marks jsonb,
      add column applied_by text, add column applied_at timestamptz, add column released_at timestamptz;
    create table pipeline_versions (
      pipeline text not null, version int not null, change text not null
        check (change in ('created', 'changed', 'applied', 'taken_over', 'restored', 'removed')),
      definition jsonb not null, file text, file_commit text, made_by text not null, made_at timestamptz not null, changes jsonb not null,
      primary key (pipeline, version));
    alter table schedules add column file text;
    alter table transforms add column file text;
  `.execute(db)
}
