import { AtlasError } from '../../core/errors.ts'
import type { CursorRule } from '../../contract/pipelines.ts'
import type { ReadRequest } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { cursorColumn, type CursorColumn } from './cursor-column.ts'
import { type CursorState, makeState, parseState } from './cursor-state.ts'
import { horizon } from './horizon.ts'
import { writtenSince } from './range-progress.ts'
import { findRelation, type Relation, whereClause } from './relation.ts'
import type { Reading } from './snapshot.ts'

/** What an incremental read takes, decided in one snapshot before anything is written. */
export interface IncrementalPlan {
  relation: Relation
  cursor: CursorColumn
  /** Conditions for rows that no earlier run has read; null for none. */
  fresh: string[] | null
  /** Rows that earlier runs may have read: they are compared with what explore holds. Null for none. */
  again: { conditions: string[]; low: string | null; high: string | null; absent: boolean } | null
  /** To be kept when all is landed; the state as it was when nothing changes it. */
  state: unknown
  warnings: string[]
}

/**
 * Decides what an incremental read takes.
 * @throws AtlasError `source.cursor_invalid`, `source.cursor_null`, and what finding the relation throws
 */
export async function planIncremental(
  reading: Reading,
  settings: PostgresqlSettings,
  request: ReadRequest,
  saved: unknown,
): Promise<IncrementalPlan> {
  const { cursor: rule } = request
  const relation = await findRelation(reading, settings, request, rule === null ? [] : [rule.column])
  const cursor = cursorColumn(relation, rule?.column)
  if (rule === null) throw new Error('a cursor was found without a rule')
  const given: Given = { reading, relation, cursor, rule, saved, before: parseState(saved, rule.column), warnings: [] }
  try {
    if (rule.backfill !== undefined) return backfill(given, rule.backfill)
    await refuseAbsent(given)
    return await windows(given)
  } catch (error) {
    throw badValue(error, given)
  }
}

interface Given {
  reading: Reading
  relation: Relation
  cursor: CursorColumn
  rule: CursorRule
  saved: unknown
  before: CursorState | null
  warnings: string[]
}

function backfill({ relation, cursor, saved, warnings }: Given, { from, to }: { from: string; to: string }): IncrementalPlan {
  const conditions = [`${cursor.expression} >= ${cursor.literal(from)}`, `${cursor.expression} < ${cursor.literal(to)}`]
  // The bounds are as a person wrote them: Postgres reads them, and explore is compared in full.
  return { relation, cursor, fresh: null, again: { conditions, low: null, high: null, absent: true }, state: saved, warnings }
}

/** Before anything is written. */
async function refuseAbsent({ reading, relation, cursor, rule }: Given): Promise<void> {
  if (rule.nulls !== 'raise' || (!cursor.column.nullable && cursor.present.endsWith('is not null'))) return
  const { rows } = await reading.client.query<{ n: string }>(
    `select count(*) as n from ${relation.from}${whereClause([...relation.where, `(${cursor.present}) is not true`])}`,
  )
  const n = Number(rows[0]?.n)
  if (n === 0) return
  throw new AtlasError(
    'source.cursor_null',
    `${n} ${n === 1 ? 'row' : 'rows'} of ${relation.place} ${n === 1 ? 'has' : 'have'} no (finite) value in ${rule.column}; nothing was written.`,
  )
}

async function windows(given: Given): Promise<IncrementalPlan> {
  const { reading, relation, cursor } = given
  const last = lastValue(given)
  const range = rangeOf(given)
  const high = await value(reading, extreme(relation, cursor, 'desc', range))
  return last === null ? firstWindow(given, range, high) : nextWindows(given, range, high, last)
}

/** How far the stream was read by this cursor; null when nothing is known of it. */
function lastValue({ before, cursor, rule, warnings }: Given): string | null {
  if (before === null) return null
  if (before.column !== rule.column) {
    warnings.push(`The cursor was ${before.column} and is ${rule.column} now: all rows are compared with those that are there.`)
    return null
  }
  if (before.cursor !== null && cursor.zoneDiffers(before.cursor))
    warnings.push(`The last value ${before.cursor} and the column ${rule.column} differ in having a time zone; both are taken as UTC.`)
  return before.cursor
}

/** The rule's own bounds as conditions. */
function rangeOf({ cursor: { expression, literal }, rule }: Given): string[] {
  return [
    ...(rule.start === undefined ? [] : [`${expression} >= ${literal(rule.start)}`]),
    ...(rule.end === undefined ? [] : [`${expression} < ${literal(rule.end)}`]),
  ]
}

/** Rows that meet the conditions (null: none does), and those without a cursor where the rule wants them. */
function withAbsent({ cursor, rule }: Given, range: readonly string[], conditions: readonly string[] | null): string[] {
  const inside = conditions === null ? 'false' : [cursor.present, ...range, ...conditions].map((one) => `(${one})`).join(' and ')
  return [rule.nulls === 'include' ? `(${inside}) or ${absentFrom(cursor)}` : inside]
}

function absentFrom(cursor: CursorColumn): string {
  return `(${cursor.present}) is not true`
}

/** All rows: nothing was read by this cursor yet. @param high the greatest value there is; null when no row has one */
async function firstWindow(given: Given, range: string[], high: string | null): Promise<IncrementalPlan> {
  const { relation, cursor, rule, before, warnings } = given
  const upTo = high === null ? null : [`${cursor.expression} <= ${cursor.literal(high)}`]
  const plan = { relation, cursor, state: await nextState(given, null, high), warnings }
  const compared = (conditions: string[]) => ({ conditions, low: null, high: null, absent: true })
  const all = withAbsent(given, range, upTo)
  if (before === null) return { ...plan, fresh: all, again: null }
  if (before.column !== rule.column) return { ...plan, fresh: null, again: compared(all) }
  // A state without a value: rows without a cursor may have been read.
  return {
    ...plan,
    fresh: upTo === null ? null : [cursor.present, ...range, ...upTo],
    again: rule.nulls === 'include' ? compared([absentFrom(cursor)]) : null,
  }
}

/** What lies beyond the last value, and what is read again before it. */
async function nextWindows(given: Given, range: string[], high: string | null, last: string): Promise<IncrementalPlan> {
  const { reading, relation, cursor, rule, saved, warnings } = given
  const { expression, literal } = cursor
  const canonical = (await value(reading, `select (${literal(last)})::text as v`)) ?? last
  const low = await lowest(given, canonical)
  const beyond =
    high !== null && (await value(reading, `select (${literal(high)} > ${literal(canonical)})::text as v`)) === 'true' ? high : null
  const conditions = withAbsent(given, range, [`${expression} >= ${literal(low)}`, `${expression} <= ${literal(canonical)}`])
  return {
    relation,
    cursor,
    again: { conditions, low, high: canonical, absent: rule.nulls === 'include' },
    fresh: beyond === null ? null : [...range, `${expression} > ${literal(canonical)}`, `${expression} <= ${literal(beyond)}`],
    state: (await isFuture(given, canonical)) && beyond === null ? saved : await nextState(given, canonical, beyond ?? canonical),
    warnings,
  }
}

/** From where rows are read again: the look back, what was open then, and what was written since by transactions that were open then. */
async function lowest({ reading, relation, cursor, rule, before }: Given, last: string): Promise<string> {
  const { expression, literal } = cursor
  const bounds = [literal(last)]
  if (rule.lookback !== undefined) bounds.push(cursor.before(literal(last), rule.lookback))
  if (before?.low !== undefined) bounds.push(literal(before.low))
  if (before?.since !== undefined && hasTransactions(relation)) {
    const late = await value(reading, extreme(relation, cursor, 'asc', [`${expression} <= ${literal(last)}`, writtenSince(before.since)]))
    if (late !== null) bounds.push(literal(late))
  }
  const lowestBound = `least(${bounds.join(', ')})`
  const bound = rule.start === undefined ? lowestBound : `greatest(${lowestBound}, ${literal(rule.start)})`
  return (await value(reading, `select (${bound})::text as v`)) ?? last
}

/** The first value in that order. Not max: a uuid has none before Postgres 18. */
function extreme(
  { from, where }: Relation,
  { expression, present }: CursorColumn,
  order: 'asc' | 'desc',
  conditions: readonly string[],
): string {
  return `select (${expression})::text as v from ${from}${whereClause([...where, present, ...conditions])} order by ${expression} ${order} limit 1`
}

/** Rows of a view, a foreign table or a query do not say which transaction wrote them. */
export function hasTransactions({ table }: Relation): boolean {
  return table !== null && ['r', 'm', 'p'].includes(table.kind)
}

async function nextState(given: Given, last: string | null, high: string | null): Promise<CursorState> {
  const { reading, cursor, rule, relation } = given
  if (high === null) return makeState(rule.column, null, null, null)
  const { low, since } = await horizon(reading, relation, cursor, high)
  return makeState(rule.column, high ?? last, low, since)
}

/** A value beyond the server's clock: a mistake of the source or a saved state from elsewhere. */
async function isFuture({ reading, cursor, warnings, rule }: Given, last: string): Promise<boolean> {
  if (!['timestamptz', 'timestamp', 'date'].includes(cursor.column.base)) return false
  const future = (await value(reading, `select (${cursor.literal(last)} > clock_timestamp() + interval '1 day')::text as v`)) === 'true'
  if (future) warnings.push(`The last value of ${rule.column} is ${last}, in the future: rows before it are not seen as new.`)
  return future
}

async function value({ client }: Reading, query: string): Promise<string | null> {
  const { rows } = await client.query<{ v: string | null }>(query)
  return rows[0]?.v ?? null
}

/** A start, an end or a saved value that is none of the column's type. */
function badValue(error: unknown, { relation, cursor }: Given): unknown {
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string' || !code.startsWith('22')) return error
  return new AtlasError(
    'source.cursor_invalid',
    `A bound of the cursor ${cursor.column.name} of ${relation.place} is not a value of ${cursor.column.sourceType} (${code}).`,
  )
}
