import type { ColumnProfile } from '../../contract/datasets.ts'
import { isBlank } from '../../core/missing.ts'
import { id, raw, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { histogramOf } from './histogram.ts'
import { quartilesOf } from './quartiles.ts'
import { isNested, isNumber, isOrdered } from './value-types.ts'

/** Longer values are shown cut, with an ellipsis. */
const LONGEST_VALUE = 200
const TOP = 10
/** Shapes are made of so many different texts at most: a regular expression costs microseconds for each. */
const MOST_SHAPED = 50_000
const SHAPED_LENGTH = 60
/** Squares of larger numbers leave what a double holds. */
const LARGEST_SQUARED = 1e150

const GROUPS = 'atlas_profiled_values'

/**
 * One column over all rows. It is read once and grouped by value, which spills to disk; everything else is told from the groups. Numbers with
 * many different values are read a second time for their quartiles.
 */
export async function profileColumn(
  session: LakeSession,
  scan: Sql,
  { name, type }: { name: string; type: string },
  rows: number,
): Promise<ColumnProfile> {
  const column = id(name)
  const groups = raw(GROUPS)
  await session.run(
    sql`create or replace temp table ${groups} as select ${column} as value, count(*) as n from (${scan}) group by ${column}`,
  )
  try {
    const basic = await basicFigures(session, groups, type)
    const isEmpty = basic.distinct === 0
    return {
      name,
      type,
      ...basic,
      ...(isNumber(type) ? await moments(session, groups) : { mean: null, deviation: null }),
      top: await mostFrequent(session, groups),
      histogram: isOrdered(type) ? await histogramOf(session, groups, type) : null,
      quartiles:
        isOrdered(type) && !isEmpty ? await quartilesOf(session, { scan, column, groups, type, rows, distinct: basic.distinct }) : null,
      text: type === 'VARCHAR' ? await textFigures(session, groups, basic.distinct) : null,
      withheld: false,
    }
  } finally {
    await session.run(sql`drop table if exists ${groups}`)
  }
}

async function basicFigures(session: LakeSession, groups: Sql, type: string) {
  const bound = (aggregate: 'min' | 'max'): Sql => (isNested(type) ? sql`null` : shown(sql`${raw(aggregate)}(value)`))
  const [row] = await session.textRows(sql`
    select coalesce(sum(n) filter (where value is null), 0), count(value), ${bound('min')}, ${bound('max')} from ${groups}`)
  const [nulls, distinct, min, max] = row ?? []
  return { nulls: Number(nulls ?? 0), distinct: Number(distinct ?? 0), min: min ?? null, max: max ?? null }
}

/** Infinity and NaN have no mean and are left out of it. The deviation is taken around the mean, so that it is exact for large numbers too. */
async function moments(session: LakeSession, groups: Sql): Promise<Pick<ColumnProfile, 'mean' | 'deviation'>> {
  const [row] = await session.textRows(sql`
    with numbers as (select value::double as x, n from ${groups} where isfinite(value::double)),
      middle as (select fsum(x * n) / sum(n) as mean from numbers),
      bounded as (select x, n from numbers where abs(x) < ${LARGEST_SQUARED}),
      centre as (select fsum(x * n) / sum(n) as mean from bounded)
    select (select mean from middle), sqrt(fsum(n * (x - mean) * (x - mean)) / nullif(sum(n) - 1, 0)) from bounded, centre`)
  const [mean, deviation] = (row ?? []).map((text) => (text === null ? null : finite(Number(text))))
  return { mean: mean ?? null, deviation: deviation ?? null }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The ten are kept in a heap: memory stays bounded. */
async function mostFrequent(session: LakeSession, groups: Sql): Promise<ColumnProfile['top']> {
  const rows = await session.textRows(
    sql`select ${shown(raw('value'))}, n from ${groups} where value is not null order by n desc, value limit ${TOP}`,
  )
  return rows.map(([value, n]) => ({ value: value ?? '', rows: Number(n) }))
}

async function textFigures(session: LakeSession, groups: Sql, distinct: number): Promise<ColumnProfile['text']> {
  const [row] = await session.textRows(sql`
    select coalesce(sum(n) filter (where ${isBlank(raw('value'))}), 0), min(length(value)), sum(length(value) * n) / sum(n), max(length(value))
    from ${groups} where value is not null`)
  const [blanks, min, mean, max] = row ?? []
  const every = Math.max(1, Math.ceil(distinct / MOST_SHAPED))
  const shapes = await session.textRows(sql`
    with shaped as (select ${shapeOf(sql`left(value, ${SHAPED_LENGTH + 1})`)} as shape, n from ${groups} where value is not null and hash(value) % ${every} = 0),
      counted as (select shape, sum(n) as n from shaped group by shape)
    select case when length(shape) > ${SHAPED_LENGTH} then left(shape, ${SHAPED_LENGTH}) || '…' else shape end, n, (select sum(n) from counted)
    from counted order by n desc, shape limit ${TOP}`)
  return {
    blanks: Number(blanks ?? 0),
    lengths: min == null || max == null ? null : { min: Number(min), mean: Number(mean), max: Number(max) },
    patterns: shapes.map(([pattern, n]) => ({ pattern: pattern ?? '', rows: Number(n) })),
    patternRows: Number(shapes[0]?.[2] ?? 0),
  }
}

/** `AB-12` becomes `AA-99`: letters and digits of every script, all else as it stands. */
function shapeOf(text: Sql): Sql {
  const steps = [
    ['[\\p{Lu}\\p{Lt}]', 'A'],
    ['[\\p{Ll}\\p{Lo}\\p{Lm}]', 'a'],
    ['\\p{Nd}', '9'],
  ] as const
  return steps.reduce((inner, [letters, sign]) => sql`regexp_replace(${inner}, ${letters}, ${sign}, 'g')`, text)
}

function shown(value: Sql): Sql {
  const text = sql`(${value})::varchar`
  return sql`case when length(${text}) > ${LONGEST_VALUE} then left(${text}, ${LONGEST_VALUE}) || '…' else ${text} end`
}
