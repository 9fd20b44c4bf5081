import type { RelationFile } from '../core/relation.ts'
import { join, literal, sql, type Sql } from '../core/sql.ts'

/** For each row of a file of mended rows the row that it stands for: the path of its file, and its number there, from 1. */
export interface Stands {
  files: string[]
  /** Index in `files`. */
  file: number[]
  row: number[]
}

/**
 * ORDER BY terms over a scan with `filename` and `file_row_number`: rows landed later first. A mended row stands where the row stood that it was made
 * from, before that one.
 */
export function newestFirst(files: readonly RelationFile[]): Sql {
  if (files.length === 0) return sql`file_row_number desc`
  const index = new Map(files.map((file, place) => [file.path, place]))
  const own = join(
    files.map((file, place) => sql`when ends_with(filename, ${file.path}) then ${place}`),
    ' ',
  )
  const mended = files.flatMap((file) => {
    const stands = standsOf(file)
    return stands === null ? [] : [{ path: file.path, stands }]
  })
  if (mended.length === 0) return sql`case ${own} end desc, file_row_number desc`
  const place = mended.map(({ path, stands }) => {
    const places = stands.files.map((name) => index.get(name) ?? index.get(path) ?? 0)
    return sql`when ends_with(filename, ${path}) then ${listed(stands.file.map((at) => places[at] ?? 0))}[file_row_number + 1]`
  })
  const row = mended.map(({ path, stands }) => sql`when ends_with(filename, ${path}) then ${listed(stands.row)}[file_row_number + 1]`)
  return sql`case ${join([...place, own], ' ')} end desc, case ${join(row, ' ')} else file_row_number + 1 end desc, case ${own} end desc, file_row_number desc`
}

/** Where the rows of a file stand, when they were mended; null for rows that stand where they are. */
export function standsOf({ origin }: Pick<RelationFile, 'origin'>): Stands | null {
  return (origin?.['stands'] as Stands | undefined) ?? null
}

function listed(numbers: readonly number[]): Sql {
  return sql`([${join(numbers.map((number) => literal(number)))}]::bigint[])`
}
