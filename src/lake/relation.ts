import path from 'node:path'
import type { Relation, RelationColumn, RelationFile } from '../core/relation.ts'
import { id, join, literal, raw, sql, type Sql } from '../core/sql.ts'

/**
 * The SELECT that reads a snapshot. One scan per physical generation with explicit casts, then a union: reading files of several
 * generations in one scan silently gives wrong rows (a filter's constant is cast down to the file's type).
 * @param lakeFolder absolute; file paths are below it
 * @param extra further columns of each file, e.g. `file_row_number`
 */
export function scanRelation(relation: Relation, lakeFolder: string, extra: readonly string[] = []): Sql {
  const byGeneration = Map.groupBy(relation.files, (file) => file.generation)
  if (byGeneration.size === 0) return emptyRelation(relation.columns)
  const scans = [...byGeneration].map(([generation, files]) => scanGeneration(relation, generation, files, lakeFolder, extra))
  return join(scans, ' union all ')
}

function scanGeneration(relation: Relation, generation: string, files: RelationFile[], lakeFolder: string, extra: readonly string[]): Sql {
  const written = relation.generations.get(generation)
  if (written === undefined) throw new Error(`no schema ${generation} for ${files.length} files`)
  const byField = new Map(written.map((column) => [column.fieldId, column]))
  const paths = sql`[${join(files.map((file) => literal(path.join(lakeFolder, file.path))))}]`
  const entries = written.map((column) => sql`${column.fieldId}: {name: ${column.name}, type: ${column.type}, default_value: null}`)
  const selected = relation.columns.map((column) => {
    const stored = byField.get(column.fieldId)
    if (stored === undefined) return sql`null::${raw(column.type)} as ${id(column.name)}`
    if (stored.type === column.type) return stored.name === column.name ? id(column.name) : sql`${id(stored.name)} as ${id(column.name)}`
    return sql`${id(stored.name)}::${raw(column.type)} as ${id(column.name)}`
  })
  const extras = extra.map((name) => id(name))
  return sql`select ${join([...selected, ...extras])} from read_parquet(${paths}, schema = map {${join(entries)}})`
}

function emptyRelation(columns: readonly RelationColumn[]): Sql {
  return sql`select ${join(columns.map((column) => sql`null::${raw(column.type)} as ${id(column.name)}`))} where false`
}
