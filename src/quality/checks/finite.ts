import { z } from 'zod'
import { id, raw, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { isFloating } from './column-values.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({ column: columnField })

export const finite = defineCheck({
  id: 'finite',
  title: 'Numbers are finite',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails on infinity and NaN. The figures are over finite values. Runs by itself on every floating-point column.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name }, scope) => {
    if (!isFloating(columnOf(scope, name))) return { kind: 'row', eligible: sql`${id(name)} is not null`, failing: raw('false') }
    // Beyond 1e150 a square overflows, and one overflow would end the whole scan.
    // NaN is above every number here.
    const calm = sql`abs(${id(name)}) < 1e150`
    return {
      kind: 'row',
      eligible: sql`${id(name)} is not null`,
      failing: sql`not isfinite(${id(name)})`,
      figures: { mean: sql`avg(${id(name)}) filter (where ${calm})`, deviation: sql`stddev_samp(${id(name)}) filter (where ${calm})` },
    }
  },
})
