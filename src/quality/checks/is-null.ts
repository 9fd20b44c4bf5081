import { z } from 'zod'
import { id, raw, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({ column: columnField })

export const isNull = defineCheck({
  id: 'is-null',
  title: 'Values are NULL',
  dimension: 'validity',
  description: 'For columns that must not be used, e.g. one that was replaced. Every row is eligible; fails where the column is not NULL.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column }, scope) => ({ kind: 'row', eligible: raw('true'), failing: sql`${id(columnOf(scope, column).name)} is not null` }),
})
