import type { RelationFile } from '../../core/relation.ts'
import type { ReplayFile } from '../../store/quarantine-tables.ts'
import { type Stands, standsOf } from '../newest-first.ts'

/**
 * Which rows of explore the rows of a replay stand for, through all the times that they were mended.
 * @param earlier files of explore
 * @returns null where not each of them was landed: then the batch alone tells the time
 */
export function standsFor({ landed }: Pick<ReplayFile, 'landed'>, earlier: readonly RelationFile[]): Stands | null {
  if (landed === undefined || landed === null) return null
  const byPath = new Map(earlier.map((file) => [file.path, standsOf(file)]))
  const stands: Stands = { files: [], file: [], row: [] }
  const places = new Map<string, number>()
  for (const [index, at] of landed.file.entries()) {
    const [path, row] = rootOf(landed.files[at] ?? '', landed.row[index] ?? 0, byPath)
    if (!places.has(path)) places.set(path, stands.files.push(path) - 1)
    stands.file.push(places.get(path) ?? 0)
    stands.row.push(row)
  }
  return stands
}

/** A mended row that was refused again stands for the row that it was made from first. */
function rootOf(path: string, row: number, byPath: ReadonlyMap<string, Stands | null>): [string, number] {
  const through = byPath.get(path)
  if (through === null || through === undefined) return [path, row]
  return [through.files[through.file[row - 1] ?? 0] ?? path, through.row[row - 1] ?? row]
}
