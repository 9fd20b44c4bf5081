import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** What a rule found in one file, under a fingerprint of everything that it depends on beside the file. */
export interface QualityState {
  file: string
  fingerprint: string
  state: unknown
}

/** Rows of one statement: Postgres takes 65,535 parameters. */
const AT_ONCE = 5000
/** States of files that no snapshot names are kept as long: their run may not have published them yet. */
const ORPHANS_KEPT_DAYS = 7

/** The states that are known of these files under these fingerprints. */
export async function loadQualityStates(
  db: Kysely<Schema>,
  files: readonly string[],
  fingerprints: readonly string[],
): Promise<QualityState[]> {
  if (files.length === 0 || fingerprints.length === 0) return []
  const { rows } = await sql<QualityState>`select file_id as file, fingerprint, state from quality_states
    where file_id = any(${[...files]}::text[]) and fingerprint = any(${[...fingerprints]}::text[])`.execute(db)
  return rows
}

/** Keeps states; one that is there already is the same and stays. */
export async function saveQualityStates(db: Kysely<Schema>, states: readonly QualityState[]): Promise<void> {
  for (let from = 0; from < states.length; from += AT_ONCE) {
    const values = states
      .slice(from, from + AT_ONCE)
      .map(({ file, fingerprint, state }) => ({ file_id: file, fingerprint, state: JSON.stringify(state) }))
    await db
      .insertInto('quality_states')
      .values(values)
      .onConflict((conflict) => conflict.columns(['file_id', 'fingerprint']).doNothing())
      .execute()
  }
}

/** Forgets states of files that are destroyed, and of those that were never published. @returns how many */
export async function sweepQualityStates(db: Kysely<Schema>): Promise<number> {
  const { numAffectedRows } = await sql`delete from quality_states
    where exists (select from files where files.id = quality_states.file_id and files.deleted_at is not null)
    or (at < now() - ${ORPHANS_KEPT_DAYS} * interval '1 day' and not exists (select from files where files.id = quality_states.file_id))`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}
