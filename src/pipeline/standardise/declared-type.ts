import type { ColumnRule } from '../../contract/pipelines.ts'
import type { TextReading } from '../../connectors/connector.ts'
import { AtlasError } from '../../core/errors.ts'
import { isBlank } from '../../core/missing.ts'
import type { Query } from '../../core/query.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { readers, type Reader } from './declared-readers.ts'
import type { InferredColumn, SourceColumn } from './infer-types.ts'

/**
 * Types a column as the pipeline declares it. Every cell that does not fit is counted and named by `invalid`; where the declaration leaves the
 * spelling open (decimal comma, order of day and month), the spelling that fits most cells is taken. Throws AtlasError `pipeline.invalid` for a
 * date format that DuckDB does not know.
 */
export async function declareType(
  query: Query,
  relation: Sql,
  column: SourceColumn,
  rule: ColumnRule & { type: string },
  text: TextReading,
): Promise<InferredColumn> {
  const type = duckType(rule.type)
  if (column.type !== 'VARCHAR') return retype(query, relation, column, type, rule.type)
  if (rule.format !== undefined) await checkFormat(query, column.name, rule.format)
  const spellings = readers({ type, declared: rule.type, format: rule.format, text })
  const cell = id(column.name)
  const blank = sql`(${cell} is null or ${isBlank(cell)})`
  const counts = await count(query, relation, [
    sql`count(${cell})`,
    sql`count(*) filter (where ${cell} is not null and ${isBlank(cell)})`,
    ...spellings.map((spelling) => misfitCount(blank, spelling, cell)),
    ...spellings.map((spelling) =>
      spelling.ambiguous === undefined ? raw('0') : sql`count(*) filter (where not ${blank} and ${spelling.ambiguous(cell)})`,
    ),
  ])
  const [nonNull, blanks, ...rest] = counts as [number, number, ...number[]]
  const best = spellings.reduce((least, _, index) => (rest[index]! < rest[least]! ? index : least), 0)
  const spelling = spellings[best]!
  return {
    source: column.name,
    type,
    cast: spelling.value,
    ...refusal(column.name, rest[best]!, spelling.noun, sql`(not ${blank} and ${isMisfit(spelling, cell)})`),
    ambiguous: rest[spellings.length + best]!,
    nonNull,
    blanks: type === 'VARCHAR' ? 0 : blanks,
    reason: `declared as ${rule.type}`,
  }
}

/** The DuckDB type of a declared one, as `typeof` prints it. */
export function duckType(declared: string): string {
  const names: Record<string, string> = { text: 'VARCHAR', timestamptz: 'TIMESTAMP WITH TIME ZONE' }
  return names[declared] ?? declared.replace(/\s/g, '').toUpperCase()
}

function isMisfit(spelling: Reader, cell: Sql): Sql {
  return sql`(not ${spelling.fits(cell)} or (${spelling.value(cell)}) is null)`
}

function misfitCount(blank: Sql, spelling: Reader, cell: Sql): Sql {
  return sql`count(*) filter (where case when ${blank} then false else ${isMisfit(spelling, cell)} end)`
}

function refusal(name: string, misfits: number, noun: string, when: Sql) {
  return misfits === 0
    ? { misfits, invalid: null, invalidReason: null }
    : { misfits, invalid: when, invalidReason: `column "${name}" is not ${noun}` }
}

/** A typed column as another type: a value that does not come back the same from the new type does not fit. */
async function retype(query: Query, relation: Sql, column: SourceColumn, type: string, declared: string): Promise<InferredColumn> {
  const cell = id(column.name)
  const value = (from: Sql) => sql`try_cast(${from} as ${raw(type)})`
  const misfit = sql`(${cell} is not null and (${value(cell)} is null or try_cast(${value(cell)} as ${raw(column.type)}) is distinct from ${cell}))`
  const [nonNull, misfits] = (await count(query, relation, [sql`count(${cell})`, sql`count(*) filter (where ${misfit})`])) as [
    number,
    number,
  ]
  const noun = `exact as ${declared}`
  return {
    source: column.name,
    type,
    cast: value,
    ...refusal(column.name, misfits, noun, misfit),
    ambiguous: 0,
    nonNull,
    blanks: 0,
    reason: `declared as ${declared}`,
  }
}

async function count(query: Query, relation: Sql, counts: readonly Sql[]): Promise<number[]> {
  const [row] = await query.rows(sql`select ${join(counts.map((value, index) => sql`${value} as ${id(`n${index}`)}`))} from ${relation}`)
  return counts.map((_, index) => Number(row?.[`n${index}`] ?? 0))
}

async function checkFormat(query: Query, column: string, format: string): Promise<void> {
  try {
    await query.rows(sql`select try_strptime('', ${format}) as "value"`)
  } catch (cause) {
    throw new AtlasError('pipeline.invalid', `The format "${format}" of column "${column}" is not a strptime format.`, {
      cause,
      next: 'Use specifiers such as %d-%m-%Y or %Y-%m-%d %H:%M:%S.',
    })
  }
}
