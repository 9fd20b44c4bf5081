import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { boundOf, isFloating, refuseUnordered } from './column-values.ts'
import { columnField } from './option-fields.ts'

const Bound = z.union([z.number(), z.string()]).optional()
const Options = z.strictObject({
  column: columnField,
  min: Bound.meta({ title: 'Smallest value', examples: [0, '2020-01-01'] }),
  max: Bound.meta({ title: 'Largest value', examples: [100, '2030-12-31'] }),
  above: Bound.meta({ title: 'Above', description: 'As the smallest value, which is not allowed itself', examples: [0] }),
  below: Bound.meta({ title: 'Below', description: 'As the largest value, which is not allowed itself' }),
})

export const range = defineCheck({
  id: 'range',
  aliases: ['value_range'],
  title: 'Values lie in a range',
  dimension: 'validity',
  description:
    'Rows with a value are eligible; a NULL belongs to completeness. Fails below `min` and above `max`, which are in the range themselves, and at or below `above` and at or above `below`, which are not. NaN is in no range.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, min, max, above, below }, scope) => {
    const column = columnOf(scope, name)
    refuseUnordered(column)
    refuseNoRange(name, [min, above], [max, below])
    const outside = [
      ...(min === undefined ? [] : [sql`${id(name)} < ${boundOf(column, min)}`]),
      ...(max === undefined ? [] : [sql`${id(name)} > ${boundOf(column, max)}`]),
      ...(above === undefined ? [] : [sql`${id(name)} <= ${boundOf(column, above)}`]),
      ...(below === undefined ? [] : [sql`${id(name)} >= ${boundOf(column, below)}`]),
      ...(isFloating(column) ? [sql`isnan(${id(name)})`] : []),
    ]
    return { kind: 'row', eligible: sql`${id(name)} is not null`, failing: sql`(${join(outside, ' or ')})` }
  },
})

type Limits = [string | number | undefined, string | number | undefined]

/** Limits of which each pair lets nothing pass. */
function refuseNoRange(name: string, low: Limits, high: Limits): void {
  if ([...low, ...high].every((limit) => limit === undefined))
    throw new AtlasError('pipeline.invalid', `The range of "${name}" has no limit.`, { next: 'Give min, max, above or below.' })
  low.forEach((from, isOpen) =>
    high.forEach((to, isOpenToo) => {
      if (from === undefined || to === undefined || !isEmpty(from, to, isOpen + isOpenToo > 0)) return
      throw new AtlasError('pipeline.invalid', `No value of "${name}" lies between ${from} and ${to}.`, { next: 'Put the smaller first.' })
    }),
  )
}

/** Times are compared where both are written as days alone, which sort as they are. */
function isEmpty(from: string | number, to: string | number, isOpen: boolean): boolean {
  const days = [from, to].every((limit) => /^\d{4}-\d{2}-\d{2}$/.test(String(limit)))
  const [low, high] = days ? [String(from), String(to)] : [Number(from), Number(to)]
  return low > high || (isOpen && low === high)
}
