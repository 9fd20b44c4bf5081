import { type Kysely, sql } from 'kysely'

/** When credentials of sources end: of sealed certificates, read when they are set, and as a person says of what no system tells. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sources add column secrets_end_at timestamptz, add column credentials_end text`.execute(db)
}
