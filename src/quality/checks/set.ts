import { z } from 'zod'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { constantOf, missingIn } from './column-values.ts'

const Options = z.strictObject({
  column: z.string().meta({ title: 'Column' }),
  values: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .meta({ title: 'Values', examples: [['DK', 'SE', 'NO']] }),
})

export const set = defineCheck({
  id: 'set',
  title: 'Values come from a list',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the value is not one of `values`, compared as the column’s type; text is compared exactly.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, values }, scope) => {
    const column = columnOf(scope, name)
    const allowed = join(values.map((value) => constantOf(column, value)))
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: sql`${id(name)} not in (${allowed})` }
  },
})
