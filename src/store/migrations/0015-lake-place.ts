import { type Kysely, sql } from 'kysely'

/** Where the files of the lake are kept, once they are not in the home: a database must not meet the files of another one, or none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lake_place (
      only_one boolean primary key default true check (only_one), lake_id text not null, place text not null,
      since timestamptz not null default now());
  `.execute(db)
}
