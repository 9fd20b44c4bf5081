import { z } from 'zod'
import { AtlasError } from '../core/errors.ts'
import { sql } from '../core/sql.ts'
import { defineCheck } from './check.ts'

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
  title: 'An expression holds',
  dimension: 'consistency',
  description: 'A SQL expression over one row. Rows where it is NULL are not eligible; it fails where it is false.',
  options: Options,
  column: () => null,
  plan: ({ expression: text }, { expressions }) => {
    const proved = expressions.get(text)
    if (proved === undefined)
      throw new AtlasError('sql.forbidden', 'The expression of a check was not let through.', {
        next: 'Write a plain expression over the columns of the table.',
      })
    return { kind: 'row', eligible: sql`(${proved}) is not null`, failing: sql`not (${proved})` }
  },
})
