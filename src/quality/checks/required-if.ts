import { z } from 'zod'
import { columnOf, defineCheck } from '../check.ts'
import { provedExpression } from '../proved-expression.ts'
import { missingIn } from './column-values.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  condition: z
    .string()
    .min(1)
    .max(10_000)
    .meta({ title: 'Required where', description: 'SQL over the columns of one row', examples: ["channel = 'web'"] }),
})

export const requiredIf = defineCheck({
  id: 'required-if',
  title: 'Values are present where they are required',
  dimension: 'completeness',
  description:
    'Rows where `condition` is true are eligible; where it is false or NULL nothing is required. Fails where the column has no value: NULL, blank, or a word that stands for none. Completeness is (eligible - failing) / eligible; no eligible row, no score.',
  options: Options,
  column: ({ column }) => column,
  userSql: ({ condition }) => ({ expressions: [condition] }),
  plan: ({ column, condition }, scope) => ({
    kind: 'row',
    eligible: provedExpression(scope, condition),
    failing: missingIn(columnOf(scope, column)),
  }),
})
