import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  min: z.int().min(0).default(0).meta({ title: 'Shortest' }),
  max: z.int().min(0).optional().meta({ title: 'Longest' }),
  padTo: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ title: 'Pad with zeros to', description: 'For numbers that lost zeros in front, such as postcodes' }),
})

export const length = defineCheck({
  id: 'length',
  aliases: ['value-lengths'],
  title: 'Values have a length',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the value’s text has fewer than `min` or more than `max` characters (code points), after zeros are put in front up to `padTo`.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, min, max, padTo }, scope) => {
    const column = columnOf(scope, name)
    if (max !== undefined && max < min)
      throw new AtlasError('pipeline.invalid', `No text has at least ${min} and at most ${max} characters.`, {
        next: 'Put the smaller first.',
      })
    const characters = lengthOf(sql`${id(name)}::varchar`, padTo)
    const outside = [...(min === 0 ? [] : [sql`${characters} < ${min}`]), ...(max === undefined ? [] : [sql`${characters} > ${max}`])]
    return {
      kind: 'row',
      eligible: sql`not ${missingIn(column)}`,
      failing: outside.length === 0 ? raw('false') : sql`(${join(outside, ' or ')})`,
    }
  },
})

function lengthOf(text: Sql, padTo: number | undefined): Sql {
  return padTo === undefined ? sql`length(${text})` : sql`greatest(length(${text}), ${padTo})`
}
