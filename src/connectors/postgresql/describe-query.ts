import { AtlasError } from '../../core/errors.ts'
import { BASE_TYPE, moneyScale } from './catalog.ts'
import { type SourceColumn, wayOf } from './column-types.ts'
import type { Session } from './connect.ts'
import type { Relation } from './relation.ts'
import { sourceError } from './source-error.ts'

/** What the query is in Postgres' eyes when it is not one SELECT that only reads. */
const NOT_READING = new Set(['25006', '0A000'])
const FIRST_WORDS = /^(select|with|values|table)\b/i

/**
 * The columns of a query, which Postgres itself parses as part of one prepared statement: it takes no second statement there, no data-modifying WITH, and
 * nothing that is no SELECT. The transaction is read-only besides.
 * @throws AtlasError `source.read_only`, `source.bad_query`, `source.column_missing`
 */
export async function describeQuery(session: Session, query: string, place: string): Promise<Pick<Relation, 'from' | 'known' | 'table'>> {
  const text = query.replace(/[\s;]+$/, '')
  const start = text.replace(/^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/, '')
  if (!FIRST_WORDS.test(start.replace(/^\(+\s*/, ''))) throw notReading(place, 'it does not begin with SELECT or WITH')
  // The line feed ends a comment that would hide the bracket.
  const from = `(${text}\n) as query`
  const fields = await describeFields(session, `select * from ${from} limit 0`, text, place)
  const { rows } = await session.client.query<{ declared: string; base: string; category: string; modifier: number }>(
    `select format_type(given.type, given.modifier) as declared, b.* from unnest($1::oid[], $2::int[]) with ordinality given (type, modifier, place)
       cross join lateral (${BASE_TYPE}) b order by given.place`,
    [fields.map(({ dataTypeID }) => dataTypeID), fields.map(({ dataTypeModifier }) => dataTypeModifier)],
  )
  const scale = await moneyScale(session)
  const known = rows.map(({ declared, ...type }, index): SourceColumn => ({
    name: fields[index]?.name ?? '',
    sourceType: declared,
    nullable: true,
    base: type.base,
    ...wayOf(type, scale),
  }))
  return { from, known, table: null }
}

async function describeFields(session: Session, statement: string, query: string, place: string) {
  // The extended protocol takes one statement only; pg uses it when there are values or a name, so it is asked for here.
  const extended = { text: statement, queryMode: 'extended' as const }
  try {
    await session.client.query('savepoint before_query')
    const { fields } = await session.client.query(extended)
    return fields
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    await session.client.query('rollback to savepoint before_query').catch(() => undefined)
    if (NOT_READING.has(code ?? '')) throw notReading(place, String(message))
    if (code === '42601' && (query.includes(';') || /\b(insert|update|delete|merge|into|call|drop|copy)\b/i.test(query)))
      throw notReading(place, String(message))
    throw sourceError(error, `the query of ${place}`)
  }
}

function notReading(place: string, why: string): AtlasError {
  return new AtlasError('source.read_only', `The query of ${place} is not one SELECT that only reads: ${why}.`)
}
