import { type Kysely, sql } from 'kysely'

/** What rules found in single files, so that a snapshot that shares files with an earlier one is not read from the start. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quality_states (
      file_id text not null, fingerprint text not null, state jsonb not null, at timestamptz not null default now(),
      primary key (file_id, fingerprint));
    create index on quality_states (at);
  `.execute(db)
}
