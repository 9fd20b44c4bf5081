import { sql } from '../../../core/sql.ts'
import { defineKind } from '../kind.ts'
import { tryCast } from './number-style.ts'

const PATTERN = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?'

/** Times of day: `14:30`, `14:30:05.25`. */
export const time = defineKind({
  id: 'time',
  probe: (cell) => sql`regexp_full_match(${cell}, ${PATTERN})`,
  measures: (cell) => ({ fits: sql`count(*) filter (where regexp_full_match(${cell}, ${PATTERN}))` }),
  resolve: ({ fits }, { present }) =>
    fits === present
      ? {
          type: 'TIME',
          cast: (cell) => tryCast(cell, 'TIME'),
          misfits: 0,
          ambiguous: 0,
          reason: 'every value is a time of day',
          noun: 'a time of day',
        }
      : null,
})
