import { type Kysely, sql } from 'kysely'

/** Who looks at alert rules and sends what they say: one process at a time, whichever of them live. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table alert_leases (
      name text primary key, holder text not null, process text not null, rank integer not null, since timestamptz not null,
      leased_until timestamptz not null, asked bigint not null default 0);
  `.execute(db)
}
