import { type Kysely, sql } from 'kysely'
import { CLAIM } from './0014-claims.ts'

/**
 * A process can claim runs of its own alone: a command that opens a home for itself carries out what it was started for, and leaves what waits to those that
 * stay. Own runs are found by their ids, wherever they stand in the queue.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop function claim_runs(text, text, text, int)`.execute(db)
  await sql`${sql.raw(changed(CLAIM))}`.execute(db)
}

/** Of the function as it was: one argument more, and what it says. */
const CHANGES: readonly [string, string][] = [
  ['wanted int)', 'wanted int, own text[])'],
  [
    `      select * from (
        (select id,`,
    `      select * from (
        (select id, kind, pipeline, allows_overlap, not_before, home_id, pools from runs where state = 'queued' and id = any (own))
        union all
        (select id,`,
  ],
  ['      where (not_before is null', '      where (own is null or id = any (own)) and (not_before is null'],
]

function changed(text: string): string {
  return CHANGES.reduce((made, [from, to]) => {
    if (made.split(from).length !== 2) throw new Error(`"${from}" is not there once`)
    return made.replace(from, () => to)
  }, text)
}
