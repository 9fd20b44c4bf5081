import type { Entity } from '../contract/entities.ts'
import type { Query } from '../core/query.ts'
import { join, raw, sql, type Sql } from '../core/sql.ts'
import { RARE_CELLS, rareFlags } from './first-scan.ts'
import { mayHoldRareKind, rareKinds } from './rare-kinds.ts'
import { SAMPLE_CHARACTERS } from './sampling/column-sample.ts'
import type { SearchedColumn } from './searched-column.ts'

/** A kind that more of the first look-alikes can hold is left to the sample. */
const CROWDED_SHARE = 0.1
/** After so many looks every kind is left to it. */
const LOOKS = 3

/** Cells with their rows that can hold any rare kind but those that too many can hold, or one too long to be looked at whole. */
export interface PickedRare {
  cells: (readonly [string, number])[]
  crowded: ReadonlySet<Entity>
}

/**
 * Picks cells where the first scan could not keep all look-alikes: kinds that most of these can hold are left out until the rest are few. One or two more passes
 * over the column for each look.
 * Null where that does not help. Throws what the query throws.
 * @param cells relation with the column's text and its weight
 * @param flags what the first scan counted
 */
export async function pickRare(query: Query, one: SearchedColumn, cells: Sql, flags: Record<string, unknown>): Promise<PickedRare | null> {
  const crowded = new Set<Entity>()
  let counted = flags
  for (let look = 1; look <= LOOKS; look++) {
    const isFew = Number(counted[`rares${one.index}`]) <= RARE_CELLS
    for (const entity of await commonKinds(query, one, rareFlags([one], cells, crowded), isFew)) crowded.add(entity)
    const [row = {}] = await query.rows(sql`select ${join(one.rareCells(RARE_CELLS))} from ${rareFlags([one], cells, crowded)}`)
    const picked = one.pickedCells(row)
    if (picked !== null) return { cells: picked, crowded }
    counted = row
  }
  return null
}

/** Kinds that many of the first look-alikes can hold; where all these are few, any kind of those that are too long. */
async function commonKinds(query: Query, one: SearchedColumn, from: Sql, isFew: boolean): Promise<Entity[]> {
  const { text, index } = one
  const wanted = isFew ? sql`${raw(`rare${index}`)} and strlen(${text}) > ${SAMPLE_CHARACTERS}` : raw(`rare${index}`)
  const kinds = [...rareKinds]
  const counts = kinds.map((entity, at) => {
    const others = new Set(kinds.filter((other) => other !== entity))
    return sql`count_if(${mayHoldRareKind(text, one.column.name, others)}) as ${raw(`k${at}`)}`
  })
  const [row = {}] = await query.rows(
    sql`select count(*) as n, ${join(counts)} from (select ${text} from ${from} where ${wanted} limit ${RARE_CELLS})`,
  )
  const least = Math.max(1, isFew ? 1 : CROWDED_SHARE * Number(row['n']))
  return kinds.filter((_, at) => Number(row[`k${at}`]) >= least)
}
