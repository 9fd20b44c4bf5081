import { type Kysely, sql } from 'kysely'

/** What stewards decided about findings of personal data: once for each entity in a column of a dataset. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table pii_decisions (
      dataset text not null, "column" text not null, entity text not null,
      decision text not null check (decision in ('confirm', 'correct', 'dismiss')), corrected_entity text, reason text not null,
      "by" text not null, at timestamptz not null default now(), primary key (dataset, "column", entity),
      check ((decision = 'correct') = (corrected_entity is not null)));
  `.execute(db)
}
