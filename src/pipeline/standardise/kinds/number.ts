import { sql } from '../../../core/sql.ts'
import { defineKind } from '../kind.ts'
import { exactNumberType, tryCast } from './number-style.ts'

/** Numbers as computers write them: `12`, `-3.50`. No leading zeros, no plus: the text would not read back. */
const PLAIN = '-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?'
/** Numbers whose only dot may group thousands: `1.250`. */
const GROUP_LIKE = '-?[1-9][0-9]{0,2}[.][0-9]{3}'
const MINUS = 45

export const number = defineKind({
  id: 'number',
  probe: (cell) => sql`regexp_full_match(${cell}, ${PLAIN})`,
  parts: (cell) => ({ dot: sql`strpos(${cell}, '.')`, bytes: sql`strlen(${cell})` }),
  measures: (cell, part) => {
    const [dot, bytes] = [part('dot'), part('bytes')]
    const sign = sql`(case when ascii(${cell}) = ${MINUS} then 1 else 0 end)`
    return {
      fits: sql`count(*) filter (where regexp_full_match(${cell}, ${PLAIN}))`,
      whole: sql`max((case when ${dot} = 0 then ${bytes} else ${dot} - 1 end) - ${sign})`,
      scale: sql`max(case when ${dot} = 0 then 0 else ${bytes} - ${dot} end)`,
      // Of 19 digits some fit 64 bits.
      wide: sql`count(*) filter (where case when ${bytes} >= 19 then try_cast(${cell} as bigint) is null else false end)`,
      dots: sql`count(*) filter (where ${dot} > 0)`,
      groupLike: sql`count(*) filter (where case when ${dot} > 0 and ${bytes} - ${dot} = 3 then regexp_full_match(${cell}, ${GROUP_LIKE}) else false end)`,
    }
  },
  resolve: ({ fits, whole, scale, wide, dots, groupLike }, { present, text }) => {
    if (fits !== present) return null
    // In a file with decimal commas a column of `1.250` holds thousands: the kind `separated-number` reads it.
    if (text.decimal === ',' && dots! > 0 && dots === groupLike) return null
    const type = scale === 0 && wide === 0 ? 'BIGINT' : exactNumberType(whole!, scale!)
    if (type === null) return null
    const reason = scale === 0 ? 'every value is a whole number' : `every value is a number with at most ${scale} decimals`
    return { type, cast: (cell) => tryCast(cell, type), misfits: 0, ambiguous: 0, reason, noun: 'a number' }
  },
})
