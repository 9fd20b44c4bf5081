import { type Expression, type Kysely, sql, type SqlBool } from 'kysely'
import { allOf } from './run-filter.ts'
import type { Schema } from './schema.ts'

/** Pipelines whose runs are looked at, when that many have the text in their names. */
const MOST_PIPELINES = 200

/** What the index `runs_error_words` holds; the two must be one expression. */
const errorWords = sql`to_tsvector('simple', regexp_replace((error ->> 'code') || ' ' || (error ->> 'detail'), '[^[:alnum:]]+', ' ', 'g'))`

/**
 * Ids of the newest runs that have a text: as their id, as a part of their pipeline's name, or as beginnings of words of their error. Each way goes along
 * an index of its own and ends at the limit, so that it is quick for a text that nearly all runs have and for one that hardly any has.
 * @param conditions on the table `runs`, which hold besides
 */
export async function searchRuns(
  db: Kysely<Schema>,
  search: string,
  conditions: readonly Expression<SqlBool>[],
  limit: number,
): Promise<string[]> {
  const where = allOf(conditions)
  const newest = sql`order by queued_at desc, id desc limit ${limit}`
  const words = wordsOf(search)
  const ways = [
    sql`select id, queued_at from runs where id = ${search} and ${where}`,
    sql`select newest.id, newest.queued_at from unnest(${await pipelinesWith(db, search)}::text[]) as name cross join lateral
      (select id, queued_at from runs where runs.pipeline = name and ${where} ${newest}) newest`,
    ...(words === ''
      ? []
      : [
          sql`(select id, queued_at from runs where error is not null and ${errorWords} @@ to_tsquery('simple', ${words}) and ${where} ${newest})`,
        ]),
  ]
  const { rows } = await sql<{ id: string }>`select id from (${sql.join(ways, sql` union `)}) found ${newest}`.execute(db)
  return rows.map(({ id }) => id)
}

/** `time:* & out:*` of `time-out`: letters and digits alone, so nothing of it is an operator. */
function wordsOf(search: string): string {
  const words = search.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map((word) => `${word}:*`).join(' & ')
}

/** Names of pipelines that have runs and the text in them. Each name is one step along an index, however many runs it has. */
async function pipelinesWith(db: Kysely<Schema>, text: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`with recursive names as (
      (select pipeline as name from runs order by pipeline limit 1)
      union all select (select pipeline from runs where pipeline > names.name order by pipeline limit 1) from names where names.name is not null)
    select name from names where position(${text.toLowerCase()} in lower(name)) > 0 limit ${MOST_PIPELINES}`.execute(db)
  return rows.map(({ name }) => name)
}
