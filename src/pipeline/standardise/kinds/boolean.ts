import { sql } from '../../../core/sql.ts'
import { defineKind } from '../kind.ts'
import { tryCast } from './number-style.ts'

const PATTERN = 'true|false|True|False|TRUE|FALSE'

/** `true` and `false`. Other pairs (`ja`/`nej`, `1`/`0`) would not read back as they stood: declare the type to have them. */
export const boolean = defineKind({
  id: 'boolean',
  probe: (cell) => sql`regexp_full_match(${cell}, ${PATTERN})`,
  measures: (cell) => ({ fits: sql`count(*) filter (where regexp_full_match(${cell}, ${PATTERN}))` }),
  resolve: ({ fits }, { present }) =>
    fits === present
      ? {
          type: 'BOOLEAN',
          cast: (cell) => tryCast(cell, 'BOOLEAN'),
          misfits: 0,
          ambiguous: 0,
          reason: 'every value is true or false',
          noun: 'true or false',
        }
      : null,
})
