import type { ColumnProfile, Profile } from '../contract/datasets.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { Lake, LakeSession } from '../lake/lake.ts'
import { findProfile, saveProfile } from '../store/dataset-queries.ts'
import { type PinnedSnapshot, snapshotName } from '../store/snapshots.ts'
import type { Platform } from './platform.ts'

/** Longer values are shown cut, with an ellipsis. */
const longestValue = 200
const bins = 20

/** Profiles that are being computed: two callers who ask for the same snapshot wait for one computation. */
const underWay = new Map<string, Promise<Profile>>()

/** The profile of a snapshot over all its rows; computed once and kept, because a snapshot never changes. Values are not withheld here. */
export async function profileSnapshot(platform: Pick<Platform, 'db' | 'lake' | 'now'>, pinned: PinnedSnapshot): Promise<Profile> {
  const { db, lake, now } = platform
  const kept = await findProfile(db, pinned.snapshotId)
  if (kept !== undefined) return kept.profile as Profile
  const key = `${lake.folder}#${pinned.snapshotId}`
  const running = underWay.get(key)
  if (running !== undefined) return running
  const computing = computeProfile(lake, pinned, now()).finally(() => underWay.delete(key))
  underWay.set(key, computing)
  const profile = await computing
  await saveProfile(db, pinned.snapshotId, profile, new Date(profile.profiledAt))
  return profile
}

/** The profile as a caller may see it. @param withheld columns whose values are not for the caller */
export function withholdValues(profile: Profile, withheld: ReadonlySet<string>): Profile {
  const columns = profile.columns.map((column) =>
    withheld.has(column.name)
      ? { ...column, distinct: null, min: null, max: null, mean: null, top: [], histogram: null, withheld: true }
      : column,
  )
  return { ...profile, columns }
}

async function computeProfile(lake: Lake, pinned: PinnedSnapshot, at: Date): Promise<Profile> {
  return lake.session(async (session) => {
    const scan = lake.scan(pinned)
    const figures = await readFigures(session, scan, pinned)
    const columns: ColumnProfile[] = []
    for (const [index, column] of pinned.columns.entries()) {
      const values = await readValues(session, scan, column.name)
      const histogram = isOrdered(column.type) ? await readHistogram(session, scan, column) : null
      columns.push({ name: column.name, type: column.type, ...figuresOf(figures, index), ...values, histogram, withheld: false })
    }
    return { snapshotId: snapshotName(pinned.snapshotId), rows: pinned.rows, profiledAt: at.toISOString(), columns }
  })
}

/** Nulls, least, greatest and mean of every column in one scan. Infinity and NaN have no mean and are left out of it. */
async function readFigures(session: LakeSession, scan: Sql, pinned: PinnedSnapshot): Promise<(string | null)[]> {
  if (pinned.columns.length === 0) return []
  const parts = pinned.columns.flatMap(({ name, type }) => {
    const column = id(name)
    const isPlain = !isNested(type)
    return [
      sql`count(*) - count(${column})`,
      isPlain ? shown(sql`min(${column})`) : sql`null`,
      isPlain ? shown(sql`max(${column})`) : sql`null`,
      isNumber(type) ? sql`avg(${column}::double) filter (where isfinite(${column}::double))` : sql`null`,
    ]
  })
  const named = parts.map((part, index) => sql`${part} as ${id(`f${index}`)}`)
  const [row] = await session.textRows(sql`select ${join(named)} from (${scan})`)
  return row ?? []
}

function figuresOf(figures: (string | null)[], index: number): Pick<ColumnProfile, 'nulls' | 'min' | 'max' | 'mean'> {
  const [nulls, min, max, mean] = figures.slice(index * 4, index * 4 + 4)
  return { nulls: Number(nulls ?? 0), min: min ?? null, max: max ?? null, mean: mean == null ? null : Number(mean) }
}

/** Exact distinct count and the ten most frequent values. Grouping spills to disk and the ten are kept in a heap: memory stays bounded. */
async function readValues(session: LakeSession, scan: Sql, name: string): Promise<Pick<ColumnProfile, 'distinct' | 'top'>> {
  const column = id(name)
  const rows = await session.textRows(sql`
    with grouped as (select ${column} as value, count(*) as n from (${scan}) where ${column} is not null group by ${column}),
      summary as (select count(*) as kinds, min({'n': -n, 'value': value}, 10) as top from grouped),
      listed as (select kinds, unnest(case when kinds = 0 then [null] else top end) as entry from summary)
    select kinds, ${shown(sql`entry['value']`)} as value, -entry['n'] as n from listed`)
  const top = rows.flatMap(([, value, count]) => (value == null ? [] : [{ value, rows: Number(count) }]))
  return { distinct: Number(rows[0]?.[0] ?? 0), top }
}

/** Twenty equal bins between the least and the greatest finite value; the last one holds its upper bound. */
async function readHistogram(session: LakeSession, scan: Sql, column: { name: string; type: string }): Promise<ColumnProfile['histogram']> {
  const value = id(column.name)
  const position = isNumber(column.type) ? sql`${value}::double` : sql`epoch_us(${value}::timestamp)::double`
  const bound = (edge: Sql): Sql => (isNumber(column.type) ? sql`${edge}` : sql`make_timestamp(${edge}::bigint)::${raw(column.type)}`)
  const rows = await session.textRows(sql`
    with positions as (select ${position} as p from (${scan}) where isfinite(${value}${raw(isNumber(column.type) ? '::double' : '')})),
      edges as (select min(p) as low, max(p) as high from positions),
      counted as (
        select case when high > low then least(${bins - 1}, floor((p - low) / (high - low) * ${bins}))::int else 0 end as bin, count(*) as n
        from positions, edges group by bin),
      numbered as (select range as bin from range(${bins}))
    select (${bound(sql`(low + (high - low) * bin / ${bins})`)})::varchar, (${bound(sql`(low + (high - low) * (bin + 1) / ${bins})`)})::varchar, coalesce(n, 0)
    from edges cross join numbered left join counted using (bin)
    where low is not null and (high > low or bin = 0) order by bin`)
  return rows.map(([from, to, count]) => ({ from: from ?? '', to: to ?? '', rows: Number(count) }))
}

function shown(value: Sql): Sql {
  const text = sql`(${value})::varchar`
  return sql`case when length(${text}) > ${longestValue} then left(${text}, ${longestValue}) || '…' else ${text} end`
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type) && !isNested(type)
}

function isOrdered(type: string): boolean {
  return isNumber(type) || /^(DATE|TIMESTAMP( WITH TIME ZONE)?)$/.test(type)
}

function isNested(type: string): boolean {
  return /(\[\d*\]$|^STRUCT|^MAP|^UNION)/.test(type)
}
