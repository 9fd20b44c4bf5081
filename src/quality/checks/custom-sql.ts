import { z } from 'zod'
import { defineCheck, type CheckPlan, type SqlAnswer } from '../check.ts'
import { assertBounds, judgeFigure } from './bounds.ts'
import { boundsFields } from './option-fields.ts'

const Options = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(100_000)
    .meta({
      title: 'Query',
      description: 'One SELECT over `rows`, which is this dataset, and others as layer.name: the rows that fail, or one number',
      examples: ['select * from rows where total < 0'],
    }),
  metric: z
    .boolean()
    .default(false)
    .meta({ title: 'Answers one number', description: 'Which is compared with the limits; rows that fail unless told' }),
  ...boundsFields,
})

export const customSql = defineCheck({
  id: 'custom-sql',
  aliases: ['failed-rows', 'metric'],
  title: 'A query finds nothing wrong',
  dimension: 'consistency',
  description:
    'Runs one SELECT in the confined process, which reads published datasets and nothing else. Without `metric` it answers the rows that fail; all rows of the dataset, or those that the rule’s filter leaves, are eligible. With `metric` it answers one row with one number, which is compared with `min`, `max`, `above` and `below`: a finding about the table, no row fails. A query that is refused, fails or takes too long is an error of the rule.',
  options: Options,
  column: () => null,
  userSql: ({ query }) => ({ query }),
  plan: ({ metric, query: _, ...bounds }, { answers }, rule): CheckPlan => {
    if (metric) assertBounds('The number that the query answers', bounds)
    const answer: SqlAnswer = answers.get(rule) ?? { error: 'The query was not run.' }
    if (!('value' in answer)) return { kind: 'answered', answer }
    const { value } = answer
    return { kind: 'measure', figures: () => ({}), judge: () => judgeFigure('The number', value, bounds, 'The query answered nothing.') }
  },
})
