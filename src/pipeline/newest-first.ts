import type { RelationFile } from '../core/relation.ts'
import { join, sql, type Sql } from '../core/sql.ts'

/** ORDER BY terms over a scan with `filename` and `file_row_number`: rows landed later first. */
export function newestFirst(files: readonly RelationFile[]): Sql {
  const places = files.map((file, index) => sql`when ends_with(filename, ${file.path}) then ${index}`)
  return sql`case ${join(places, ' ')} end desc, file_row_number desc`
}
