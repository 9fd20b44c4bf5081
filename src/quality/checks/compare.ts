import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { columnField } from './option-fields.ts'

const OPERATORS = ['<', '<=', '=', '!=', '>=', '>'] as const
const Options = z.strictObject({
  left: z.union([z.string(), z.array(z.string()).min(1)]).meta({ title: 'Left', description: 'A column, or columns that are added up' }),
  operator: z.enum(OPERATORS).meta({ title: 'Operator' }),
  right: z.union([columnField, z.number()]).meta({ title: 'Right', description: 'A column, or a number' }),
  tolerance: z
    .number()
    .min(0)
    .default(0)
    .meta({ title: 'Tolerance', description: 'How far numbers may be apart and still be equal', examples: [0.005] }),
})

export const compare = defineCheck({
  id: 'compare',
  title: 'Columns agree',
  dimension: 'consistency',
  description:
    'Compares two columns of the same row, or a sum of columns with one or with a number, e.g. `end >= start`. Rows where any of them is NULL are not eligible. `tolerance` widens the comparison of numbers; without it decimals compare exactly and floating point bit by bit.',
  options: Options,
  column: () => null,
  looksAt: ({ left, right }) => [left, right].flat().filter((side) => typeof side === 'string'),
  plan: ({ left, operator, right, tolerance }, scope) => {
    const terms = [left].flat().map((name) => id(columnOf(scope, name).name))
    const sum = sql`(${join(terms, ' + ')})`
    const other = typeof right === 'number' ? literal(right) : id(columnOf(scope, right).name)
    if (tolerance > 0 && operator === '!=')
      throw new AtlasError('pipeline.invalid', 'A tolerance has no meaning with !=.', { next: 'Leave the tolerance out.' })
    return {
      kind: 'row',
      eligible: sql`${sum} is not null and ${other} is not null`,
      failing: sql`not (${holds(sum, operator, other, tolerance)})`,
    }
  },
})

function holds(left: Sql, operator: (typeof OPERATORS)[number], right: Sql, tolerance: number): Sql {
  if (tolerance === 0) return sql`${left} ${raw(operator)} ${right}`
  if (operator === '=') return sql`abs(${left} - ${right}) <= ${tolerance}`
  return operator.startsWith('<')
    ? sql`${left} - ${right} ${raw(operator)} ${tolerance}`
    : sql`${right} - ${left} ${raw(operator.replace('>', '<'))} ${tolerance}`
}
