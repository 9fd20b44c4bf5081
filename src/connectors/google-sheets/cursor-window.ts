import { AtlasError } from '../../core/errors.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { CursorRule } from '../../contract/pipelines.ts'
import type { Landing } from '../connector.ts'

/** What of a table is new, as conditions over its typed columns. */
export interface CursorWindow {
  /** Rows that are there for sure: above what was reached. Null when all go through `overlap`. */
  fresh: Sql | null
  /** Rows that may have been landed before; null when none can. */
  overlap: Sql | null
  /** The value reached, as text; null when there is none. */
  reached: string | null
  /** A backfill leaves the state as it is. */
  keepsState: boolean
}

interface Column {
  name: string
  type: string
}

const CURSOR_TYPES = new Set(['BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR'])
const NUMBER_TYPES = new Set(['BIGINT', 'DOUBLE'])

/**
 * The window of an incremental read over rows that stand in a DuckDB relation. Rows from the last value (or a lookback before it) up to it are read again and
 * compared with what is there; rows above it are new.
 * @param saved the value that the last read reached
 * @throws AtlasError `source.cursor_invalid`, `source.cursor_null`
 */
export async function cursorWindow(
  landing: Pick<Landing, 'rows'>,
  rows: Sql,
  columns: readonly Column[],
  rule: CursorRule | null,
  saved: string | null,
): Promise<CursorWindow> {
  const { column, type, rule: cursor } = cursorColumn(columns, rule)
  const [counts] = await landing.rows(sql`select count(*) filter (where ${column} is null)::bigint as n from (${rows})`)
  const nulls = Number(counts?.['n'])
  if (nulls > 0 && cursor.nulls === 'raise')
    throw new AtlasError('source.cursor_null', `${nulls} rows have no value in the cursor column ${JSON.stringify(cursor.column)}.`)
  const value = (text: string): Sql => sql`${literal(text)}::${raw(type)}`
  await checkValues(landing, cursor, type, value)
  const all = (conditions: (Sql | null)[]): Sql => {
    const held = conditions.filter((condition) => condition !== null)
    return held.length === 0 ? raw('true') : join(held, ' and ')
  }
  const withNulls = (condition: Sql): Sql =>
    cursor.nulls === 'include' ? sql`(${condition} or ${column} is null)` : sql`(${condition} and ${column} is not null)`
  if (cursor.backfill !== undefined) {
    const { from, to } = cursor.backfill
    return { fresh: null, overlap: sql`(${column} >= ${value(from)} and ${column} < ${value(to)})`, reached: saved, keepsState: true }
  }
  const start = cursor.start === undefined ? null : sql`${column} >= ${value(cursor.start)}`
  const end = cursor.end === undefined ? null : sql`${column} < ${value(cursor.end)}`
  const bounds = all([start, end])
  const [top] = await landing.rows(sql`select max(${column})::varchar as top from (${rows}) where ${bounds}`)
  const found = typeof top?.['top'] === 'string' ? top['top'] : null
  if (saved === null) return { fresh: withNulls(bounds), overlap: null, reached: found, keepsState: false }
  const from = sql`${column} >= ${lookedBack(cursor, type, value(saved))}`
  const overlap = withNulls(all([start, end, from, sql`${column} <= ${value(saved)}`]))
  const fresh = sql`(${all([start, end, sql`${column} > ${value(saved)}`])})`
  const [above] = await landing.rows(sql`select count(*)::bigint as n from (${rows}) where ${fresh}`)
  return { fresh: Number(above?.['n']) > 0 ? fresh : null, overlap, reached: Number(above?.['n']) > 0 ? found : saved, keepsState: false }
}

function cursorColumn(columns: readonly Column[], rule: CursorRule | null): { column: Sql; type: string; rule: CursorRule } {
  const able = columns.filter(({ type }) => CURSOR_TYPES.has(type)).map(({ name }) => JSON.stringify(name))
  const known = able.length === 0 ? 'none can be one' : `it can be ${able.slice(0, 20).join(', ')}`
  if (rule === null) throw new AtlasError('source.cursor_invalid', `This mode needs a cursor column; ${known}.`)
  const found = columns.find(({ name }) => name === rule.column)
  if (found === undefined)
    throw new AtlasError('source.cursor_invalid', `There is no column ${JSON.stringify(rule.column)} for the cursor; ${known}.`)
  if (CURSOR_TYPES.has(found.type)) return { column: id(found.name), type: found.type, rule }
  throw new AtlasError('source.cursor_invalid', `The column ${JSON.stringify(rule.column)} is ${found.type}, which is no cursor; ${known}.`)
}

async function checkValues(landing: Pick<Landing, 'rows'>, cursor: CursorRule, type: string, value: (text: string) => Sql): Promise<void> {
  const given = { 'start': cursor.start, 'end': cursor.end, 'backfill.from': cursor.backfill?.from, 'backfill.to': cursor.backfill?.to }
  for (const [name, text] of Object.entries(given)) {
    if (text === undefined) continue
    try {
      await landing.rows(sql`select ${value(text)} as v`)
    } catch (error) {
      throw new AtlasError(
        'source.cursor_invalid',
        `cursor.${name} ${JSON.stringify(text)} is no value of ${JSON.stringify(cursor.column)}, which is ${type}.`,
        { cause: error },
      )
    }
  }
}

const UNIT_MS: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function lookedBack({ lookback, column }: CursorRule, type: string, from: Sql): Sql {
  if (lookback === undefined) return from
  const found = /^(\d+(?:\.\d+)?)\s*(s|min|h|d)?$/.exec(lookback)
  const [, amount = '0', unit] = found ?? []
  const isNumber = NUMBER_TYPES.has(type)
  if (type === 'VARCHAR' || isNumber !== (unit === undefined)) {
    throw new AtlasError(
      'source.cursor_invalid',
      `cursor.lookback ${JSON.stringify(lookback)} does not go with ${JSON.stringify(column)}, which is ${type}.`,
      {
        next: 'Give a number for a cursor that is a number, and a time such as 2h for one that is a date.',
      },
    )
  }
  if (isNumber) return sql`${from} - ${raw(amount)}`
  const interval = sql`to_milliseconds(${Math.round(Number(amount) * (UNIT_MS[unit ?? 's'] ?? 1000))})`
  return type === 'DATE' ? sql`(${from} - ${interval})::date` : sql`${from} - ${interval}`
}
