import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** Now by the clock of the database: the one clock that several machines share. */
export async function databaseNow(db: Kysely<Schema>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]!.now
}
