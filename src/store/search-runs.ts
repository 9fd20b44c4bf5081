import { type Expression, type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
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
  const ways = [
    sql`select id, queued_at from runs where id = ${search} and ${where}`,
    sql`select newest.id, newest.queued_at from unnest(${await pipelinesWith(db, search)}::text[]) as name cross join lateral
      (select id, queued_at from runs where runs.pipeline = name and ${where} ${newest}) newest`,
    ...(await byError(db, search, where, newest)),
  ]
  const { rows } = await sql<{ id: string }>`select id from (${sql.join(ways, sql` union `)}) found ${newest}`.execute(db)
  return rows.map(({ id }) => id)
}

/** So many runs are sorted quicker than runs are walked through until as many are found. */
const FEW = 2_000

/**
 * Which way is the quick one is known here and not to Postgres, which guesses how many errors have the beginning of a word: rare words are looked up,
 * frequent ones found by walking from the newest run that failed.
 */
async function byError(
  db: Kysely<Schema>,
  search: string,
  where: Expression<SqlBool>,
  newest: RawBuilder<unknown>,
): Promise<RawBuilder<unknown>[]> {
  const words = wordsOf(search)
  if (words === '') return []
  const has = sql`${errorWords} @@ to_tsquery('simple', ${words})`
  const { rows } = await sql<{ id: string }>`
    with found as materialized (select id from runs where error is not null and ${has}) select id from found limit ${FEW}`.execute(db)
  if (rows.length === 0) return []
  if (rows.length < FEW)
    return [sql`(select id, queued_at from runs where id = any(${rows.map(({ id }) => id)}::text[]) and ${where} ${newest})`]
  return [sql`(select id, queued_at from runs where error is not null and (${has}) is true and ${where} ${newest})`]
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
