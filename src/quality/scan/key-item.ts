import { join, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckPlan } from '../check.ts'
import type { KeyBounds } from './key-bounds.ts'
import type { Candidate } from './measured.ts'
import { answerName, countIn, type NarrowItem, type NarrowTable } from './narrow-item.ts'

/**
 * Every row whose key stands more than once fails; rows with a NULL in the key are not eligible. Exact, and grouping spills to disk.
 * @param bounds of a key of whole numbers that lie close together: a bit for each tells whether they are all different, and only if not are they grouped
 */
export function keyItem(
  { index, rule: { where } }: Candidate,
  { expressions }: Extract<CheckPlan, { kind: 'key' }>,
  bounds: KeyBounds | null,
): NarrowItem {
  return {
    index,
    select: (table) => {
      const keys = expressions.map((expression) => (isName(expression) ? expression : table.columns.of(expression)))
      const name = (part: string): Sql => answerName(table, index, part)
      const present = keys.map((key) => sql`${key} is not null`)
      const chosen = where === null ? present : [table.columns.of(where), ...present]
      const repeated = sql`count_if(n > 1) as ${name('duplicated')}, sum(case when n > 1 then n end) as ${name('involved')}`
      const groups = (...more: Sql[]): Sql =>
        sql`(select count(*) as n from ${table.base} where ${join([...chosen, ...more], ' and ')} group by ${join(keys)})`
      if (bounds === null) return sql`select count(*) as ${name('distinct')}, sum(n) as ${name('eligible')}, ${repeated} from ${groups()}`
      const counted = sql`with bits as materialized (${bitsOf(table, keys[0]!, bounds)})`
      const found = sql`(select different from bits) as ${name('distinct')}, (select present from bits) as ${name('eligible')}`
      return sql`${counted} select ${found}, ${repeated} from ${groups(raw('(select present > different from bits)'))}`
    },
    read: (row, prefix) => {
      const count = (part: string): number => countIn(row, `${prefix}${part}_${index}`)
      const [distinct, eligible, involved] = [count('distinct'), count('eligible'), count('involved')]
      const figures = { distinct, duplicatedValues: count('duplicated'), rowsInvolved: involved, excess: eligible - distinct }
      return { eligible, failing: involved, figures }
    },
  }
}

function bitsOf({ base }: NarrowTable, key: Sql, { low, high }: KeyBounds): Sql {
  return sql`select count(${key}) as present, bit_count(bitstring_agg(${key}, ${low}, ${high})) as different from ${base}`
}

function isName({ text }: Sql): boolean {
  return /^"(?:[^"]|"")+"$/.test(text)
}
