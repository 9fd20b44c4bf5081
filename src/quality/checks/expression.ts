import { z } from 'zod'
import { sql } from '../../core/sql.ts'
import { defineCheck } from '../check.ts'
import { provedExpression } from '../proved-expression.ts'

const Options = z.strictObject({
  expression: z
    .string()
    .min(1)
    .max(10_000)
    .meta({
      title: 'Expression',
      description: 'SQL over the columns of one row that is true where the row is right',
      examples: ['net + vat = gross'],
    }),
})

export const expression = defineCheck({
  id: 'expression',
  aliases: ['cross_column', 'expression_is_true'],
  title: 'An expression holds',
  dimension: 'consistency',
  description: 'A SQL expression over one row. Rows where it is NULL are not eligible; it fails where it is false.',
  options: Options,
  column: () => null,
  userSql: ({ expression: text }) => ({ expressions: [text] }),
  plan: ({ expression: text }, scope) => {
    const proved = provedExpression(scope, text)
    return { kind: 'row', eligible: sql`(${proved}) is not null`, failing: sql`not (${proved})` }
  },
})
