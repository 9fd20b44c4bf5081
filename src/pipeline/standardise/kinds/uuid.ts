import { sql } from '../../../core/sql.ts'
import { defineKind } from '../kind.ts'
import { tryCast } from './number-style.ts'

/** Lower case: upper case would not read back as it stood. */
const PATTERN = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export const uuid = defineKind({
  id: 'uuid',
  probe: (cell) => sql`regexp_full_match(${cell}, ${PATTERN})`,
  measures: (cell) => ({ fits: sql`count(*) filter (where regexp_full_match(${cell}, ${PATTERN}))` }),
  resolve: ({ fits }, { present }) =>
    fits === present
      ? { type: 'UUID', cast: (cell) => tryCast(cell, 'UUID'), misfits: 0, ambiguous: 0, reason: 'every value is a UUID', noun: 'a UUID' }
      : null,
})
