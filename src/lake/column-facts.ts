import path from 'node:path'
import type { Relation } from '../core/relation.ts'
import { join, literal, sql } from '../core/sql.ts'
import type { LakeSession } from './lake.ts'

/** What the footers of Parquet files say of a column. */
export interface ColumnFacts {
  nulls: number
  values: number
  /** Null for columns that are not numbers, and where a file does not say. */
  min: number | null
  max: number | null
}

/** More files than this are not looked at: each has a footer of its own. */
const MOST_FILES = 2000

/** Counts and bounds of every plain column of a snapshot, without reading a row; empty where there are too many files. */
export async function readColumnFacts(session: LakeSession, folder: string, relation: Relation): Promise<Map<string, ColumnFacts>> {
  const { files, columns, generations } = relation
  if (files.length === 0 || files.length > MOST_FILES) return new Map()
  const paths = join(files.map((file) => literal(path.join(folder, file.path))))
  const rows = await session.rows(sql`
    select file_name, path_in_schema as name, sum(num_values)::double as n,
      case when bool_and(stats_null_count is not null) then sum(stats_null_count)::double end as nulls,
      case when bool_and(stats_min_value is not null or num_values = stats_null_count) then min(try_cast(stats_min_value as double)) end as low,
      case when bool_and(stats_max_value is not null or num_values = stats_null_count) then max(try_cast(stats_max_value as double)) end as high
    from parquet_metadata([${paths}]) where path_in_schema not like '%, %' group by 1, 2`)
  const found = new Map(rows.map((row) => [`${String(row['file_name'])}\n${String(row['name'])}`, row]))
  const facts = new Map<string, ColumnFacts>()
  for (const { fieldId, name, type } of columns) {
    const parts = files.map((file) => {
      const written = generations.get(file.generation)?.find((column) => column.fieldId === fieldId)
      if (written === undefined || !file.fieldIds.includes(fieldId)) return { nulls: file.rows, values: 0, low: null, high: null }
      return toPart(found.get(`${path.join(folder, file.path)}\n${written.name}`))
    })
    if (parts.every((part) => part !== null)) facts.set(name, added(parts, isNumber(type)))
  }
  return facts
}

interface Part {
  nulls: number
  values: number
  low: number | null
  high: number | null
}

function toPart(row: Record<string, unknown> | undefined): Part | null {
  if (row === undefined || typeof row['nulls'] !== 'number' || typeof row['n'] !== 'number') return null
  return { nulls: row['nulls'], values: row['n'] - row['nulls'], low: finite(row['low']), high: finite(row['high']) }
}

function added(parts: readonly Part[], isNumeric: boolean): ColumnFacts {
  const filled = parts.filter(({ values }) => values > 0)
  const [lows, highs] = [filled.flatMap(({ low }) => low ?? []), filled.flatMap(({ high }) => high ?? [])]
  const isKnown = isNumeric && filled.length > 0 && lows.length === filled.length && highs.length === filled.length
  return {
    nulls: parts.reduce((sum, { nulls }) => sum + nulls, 0),
    values: parts.reduce((sum, { values }) => sum + values, 0),
    min: isKnown ? Math.min(...lows) : null,
    max: isKnown ? Math.max(...highs) : null,
  }
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\([\d, ]+\))$/.test(type)
}
