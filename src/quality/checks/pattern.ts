import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'

const Options = z.strictObject({
  column: z.string().meta({ title: 'Column' }),
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .meta({ title: 'Pattern', description: 'RE2 regular expression that the whole value must match', examples: ['[A-Z]{2}[0-9]{6}'] }),
})

export const pattern = defineCheck({
  id: 'pattern',
  title: 'Values match a pattern',
  dimension: 'validity',
  description: 'Rows with a value are eligible. Fails where the value’s text does not match as a whole.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, pattern: expected }, scope) => ({
    kind: 'row',
    eligible: sql`not ${missingIn(columnOf(scope, name))}`,
    failing: sql`not regexp_full_match(${id(name)}::varchar, ${expected})`,
  }),
})
