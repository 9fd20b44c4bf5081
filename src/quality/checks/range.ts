import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { constantOf, isFloating, refuseUnordered } from './column-values.ts'

const Bound = z.union([z.number(), z.string()])
const Options = z.strictObject({
  column: z.string().meta({ title: 'Column' }),
  min: Bound.optional().meta({ title: 'Smallest value', examples: [0, '2020-01-01'] }),
  max: Bound.optional().meta({ title: 'Largest value', examples: [100, '2030-12-31'] }),
})

export const range = defineCheck({
  id: 'range',
  title: 'Values lie in a range',
  dimension: 'validity',
  description:
    'Rows with a value are eligible; a NULL belongs to completeness. Fails below `min` or above `max`, both included in the range. NaN is in no range.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, min, max }, scope) => {
    const column = columnOf(scope, name)
    refuseUnordered(column)
    if (min === undefined && max === undefined)
      throw new AtlasError('pipeline.invalid', `The range of "${name}" has neither min nor max.`, { next: 'Give one of them.' })
    const outside = [
      ...(min === undefined ? [] : [sql`${id(name)} < ${constantOf(column, min)}`]),
      ...(max === undefined ? [] : [sql`${id(name)} > ${constantOf(column, max)}`]),
      ...(isFloating(column) ? [sql`isnan(${id(name)})`] : []),
    ]
    return { kind: 'row', eligible: sql`${id(name)} is not null`, failing: sql`(${join(outside, ' or ')})` }
  },
})
