import path from 'node:path'
import type { Relation, RelationColumn, RelationFile } from '../core/relation.ts'
import { id, join, literal, raw, sql, type Sql } from '../core/sql.ts'

/**
 * The SELECT that reads a snapshot: one scan for the files of each physical form, with explicit casts, then a union. Reading files of several
 * generations in one scan silently gives wrong rows (a filter's constant is cast down to the file's type), and DuckDB's `schema` option, which
 * maps field ids, reads with one thread; so columns are named here, by the names that the files were written with.
 * @param lakeFolder absolute; file paths are below it
 * @param extra further columns of each file, e.g. `file_row_number`
 */
export function scanRelation(relation: Relation, lakeFolder: string, extra: readonly string[] = []): Sql {
  const forms = Map.groupBy(relation.files, (file) => `${file.generation} ${file.fieldIds.join(' ')}`)
  if (forms.size === 0) return emptyRelation(relation.columns)
  return join(
    [...forms.values()].map((files) => scanForm(relation, files, lakeFolder, extra)),
    ' union all ',
  )
}

function scanForm(relation: Relation, files: RelationFile[], lakeFolder: string, extra: readonly string[]): Sql {
  const [{ generation, fieldIds } = { generation: '', fieldIds: [] as number[] }] = files
  const written = relation.generations.get(generation)
  if (written === undefined) throw new Error(`no schema ${generation} for ${files.length} files`)
  const stored = new Map(written.filter((column) => fieldIds.includes(column.fieldId)).map((column) => [column.fieldId, column]))
  const paths = join(files.map((file) => literal(path.join(lakeFolder, file.path))))
  const selected = relation.columns.map((column) => readColumn(column, stored.get(column.fieldId)))
  return sql`select ${join([...selected, ...extra.map((name) => id(name))])} from read_parquet([${paths}])`
}

function readColumn(column: RelationColumn, stored: RelationColumn | undefined): Sql {
  if (stored === undefined) return sql`null::${raw(column.type)} as ${id(column.name)}`
  const cell = stored.type === column.type ? id(stored.name) : sql`${id(stored.name)}::${raw(column.type)}`
  return sql`${cell} as ${id(column.name)}`
}

function emptyRelation(columns: readonly RelationColumn[]): Sql {
  return sql`select ${join(columns.map((column) => sql`null::${raw(column.type)} as ${id(column.name)}`))} where false`
}
