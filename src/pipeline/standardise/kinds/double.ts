import { sql, type Sql } from '../../../core/sql.ts'
import { defineKind } from '../kind.ts'
import { tryCast } from './number-style.ts'

const PLAIN = '-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?'
/** One digit before the dot, as programs print it; `12e4` is more likely a code. */
const SCIENTIFIC = '-?[0-9](?:[.][0-9]+)?[eE][+-]?[0-9]{1,3}'
const SPECIAL = '(?i:nan|-?inf(?:inity)?)'
/** What tells scientific notation from codes such as `1E2`. */
const EVIDENCE = '-?[0-9](?:[.][0-9]+[eE]|[eE][+-]).*'

/** Scientific notation, with NaN and infinity. A column with more digits than a double keeps stays text. */
export const double = defineKind({
  id: 'double',
  probe: (cell) => sql`regexp_full_match(${cell}, ${`${PLAIN}|${SCIENTIFIC}|${SPECIAL}`})`,
  measures: (cell) => ({
    fits: sql`count(*) filter (where case when regexp_full_match(${cell}, ${`${PLAIN}|${SCIENTIFIC}`}) then ${isKept(cell)} else regexp_full_match(${cell}, ${SPECIAL}) end)`,
    numbers: sql`count(*) filter (where regexp_full_match(${cell}, ${`${PLAIN}|${SCIENTIFIC}`}))`,
    plain: sql`count(*) filter (where regexp_full_match(${cell}, ${PLAIN}))`,
    evident: sql`count(*) filter (where regexp_full_match(${cell}, ${EVIDENCE}))`,
  }),
  resolve: ({ fits, numbers, plain, evident }, { present }) => {
    if (fits !== present || numbers === 0) return null
    if (numbers! > plain! && evident === 0) return null
    // Plain decimals that only failed to be exact must not become floating point.
    if (plain === present) return null
    return {
      type: 'DOUBLE',
      cast: (cell) => tryCast(cell, 'DOUBLE'),
      misfits: 0,
      ambiguous: 0,
      reason: 'every value is a number, some in scientific notation, NaN or infinity',
      noun: 'a number',
    }
  },
})

/** A double keeps 15 digits always, 16 or 17 only when they are the shortest form of it. */
function isKept(cell: Sql): Sql {
  const value = tryCast(cell, 'DOUBLE')
  const kept = sql`${significantDigits(sql`${value}::varchar`)} = ${significantDigits(cell)}`
  return sql`coalesce(isfinite(${value}) and (strlen(regexp_replace(${cell}, '[eE].*|[^0-9]', '', 'g')) <= 15 or ${kept}), false)`
}

function significantDigits(text: Sql): Sql {
  return sql`trim(regexp_replace(${text}, '[eE].*|[^0-9]', '', 'g'), '0')`
}
