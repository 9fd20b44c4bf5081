import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { sql, type Sql } from '../../core/sql.ts'
import type { LakeFiles } from '../../lake/lake-files.ts'
import { scanRelation } from '../../lake/relation.ts'
import { parseUserSql } from '../../lake/user-sql/parse.ts'
import { runUserSql, type UserRelation } from '../../lake/user-sql/run.ts'
import type { SqlAnswer } from '../../quality/check.ts'
import type { Relation } from '../../core/relation.ts'
import type { RunEnvironment } from '../run-context.ts'
import { inOwnLines } from './own-lines.ts'

/** A custom query of a rule. */
export interface RuleQuery {
  text: string
  /** True where it answers one number, false where it answers the rows that fail. */
  isMetric: boolean
  /** Rows of the measured dataset that it is asked about: a proved expression, or null for all. */
  where: Sql | null
}

/** Where queries are answered: the confined process, its limits, and the datasets pinned for this measurement. */
export interface QueryPlace {
  sql: RunEnvironment['sql']
  scratch: string
  files: LakeFiles
  /** layer.name of the measured dataset, which queries also call `rows`. */
  name: string
  relations: ReadonlyMap<string, Relation>
  signal: AbortSignal
}

/** The text that the confined process runs: the user's query on lines of its own, so that a comment in it ends before the bracket. */
export function wrapQuery(name: string, { text, where }: Pick<RuleQuery, 'text' | 'where'>, select: Sql): string {
  const [layer, table] = name.split('.')
  const filter = where === null ? '' : ` where ${where.text}`
  return `with "rows" as (select * from ${layer}.${table}${filter}) ${select.text} from (\n${text.replace(/;\s*$/, '')}\n) as answer`
}

/** Lines of a wrapped query that stand before the user's own. */
function linesBefore(wrapped: string, { text }: Pick<RuleQuery, 'text'>): number {
  return wrapped.slice(0, wrapped.lastIndexOf(text.replace(/;\s*$/, ''))).split('\n').length - 1
}

/**
 * Datasets that a rule's query names, as `layer.name`, without the measured one.
 * @throws AtlasError `sql.*` for one that is not one SELECT over datasets
 */
export async function queriedDatasets(name: string, query: Pick<RuleQuery, 'text' | 'where'>): Promise<string[]> {
  const wrapped = wrapQuery(name, query, sql`select count(*)`)
  const { datasets } = await parseUserSql(wrapped).catch((error: unknown) => {
    throw inOwnLines(error, linesBefore(wrapped, query))
  })
  const raw = datasets.find((dataset) => dataset.startsWith('explore.') && dataset !== name)
  if (raw !== undefined)
    throw new AtlasError(
      'sql.forbidden_table',
      `It reads ${raw}; a rule's query reads chart and navigate only, where personal data is masked.`,
    )
  return datasets.filter((dataset) => dataset !== name)
}

/** Runs a rule's query in the confined process. What is wrong with it is its answer; only an abort throws. */
export async function answerQuery(place: QueryPlace, query: RuleQuery): Promise<SqlAnswer> {
  try {
    return query.isMetric ? await answerMetric(place, query) : await countFailing(place, query)
  } catch (error) {
    if (place.signal.aborted || !(error instanceof AtlasError)) throw error
    const own = inOwnLines(error, linesBefore(wrapQuery(place.name, query, sql``), query))
    return { error: own instanceof Error ? own.message : error.message }
  }
}

async function answerMetric(place: QueryPlace, query: RuleQuery): Promise<SqlAnswer> {
  const { rows, columns, truncated } = await run(place, wrapQuery(place.name, query, sql`select *`), 1)
  if (rows.length !== 1 || truncated || columns.length !== 1)
    return { error: 'The query of a metric answers exactly one row with one column.' }
  const value = rows[0]?.[0]
  const number = typeof value === 'boolean' || value === null || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? { value: number } : { error: 'The query of a metric answers a number; this one gave none.' }
}

async function countFailing(place: QueryPlace, query: RuleQuery): Promise<SqlAnswer> {
  const counted = sql`select count(*), (select count(*) from "rows")`
  const { rows } = await run(place, wrapQuery(place.name, query, counted), 1)
  return { failing: Number(rows[0]?.[0]), eligible: Number(rows[0]?.[1]) }
}

/** Runs a query of a rule over the pinned datasets. @throws AtlasError `sql.*`, `run.cancelled` */
export function run(place: QueryPlace, text: string, limit: number): ReturnType<typeof runUserSql> {
  return runUserSql({
    sql: text,
    files: place.files,
    relations: [...place.relations].map(([name, relation]) => toUserRelation(name, relation, place.files.folder)),
    ...place.sql,
    scratch: place.scratch,
    signal: place.signal,
    limit,
  })
}

/** A dataset as the confined process gets it. */
export function toUserRelation(name: string, relation: Relation, folder: string): UserRelation {
  return { name, scan: scanRelation(relation, folder), files: relation.files.map((file) => path.join(folder, file.path)) }
}
