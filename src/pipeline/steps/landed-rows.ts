import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { ChartRows } from './chart-select.ts'

const PLACES = { filename: 'varchar', file_row_number: 'bigint' } as const

/**
 * The rows of explore that chart is made of: all but those that are settled, which were mended or given up.
 * @param places columns beside those of explore: where each row stands
 */
export function landedRows(
  { source, folder, settled }: Pick<ChartRows, 'source' | 'folder' | 'settled'>,
  places: readonly (keyof typeof PLACES)[] = [],
): Sql {
  const scan = scanRelation(source, folder, settled === null ? places : Object.keys(PLACES))
  if (source.files.length === 0)
    return sql`select ${join([raw('*'), ...places.map((place) => sql`null::${raw(PLACES[place])} as ${id(place)}`)])} from (${scan})`
  if (settled === null) return scan
  const names = join([...source.columns.map(({ name }) => id(name)), ...places.map((place) => id(place))])
  return sql`select ${names} from (${scan}) landed
    anti join ${settled} settled on landed.file_row_number + 1 = settled.landed_row and ends_with(landed.filename, settled.landed_file)`
}
