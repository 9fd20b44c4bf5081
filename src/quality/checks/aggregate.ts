import { z } from 'zod'
import { columnOf, defineCheck } from '../check.ts'
import { assertBounds, judgeFigure, toNumber } from './bounds.ts'
import { metricFields } from './metric-fields.ts'
import { metricOf } from './metrics.ts'
import { boundsFields, columnField } from './option-fields.ts'

const Options = z.strictObject({ column: columnField, ...metricFields, ...boundsFields })

export const aggregate = defineCheck({
  id: 'aggregate',
  title: 'A figure of a column is as expected',
  dimension: 'validity',
  description:
    'Compares one figure of the column with `min` and `max`, which are allowed themselves, and `above` and `below`, which are not. NULLs are in no figure but those that count them; infinity and NaN are left out of figures of numbers. `distinct`, `duplicates` and their shares are exact, over rows that are not NULL. A finding about the table: no row fails. Where there is nothing to measure, such as the mean of no value, the check does not run.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column, metric, percentile, ...bounds }, scope) => {
    const figure = metricOf(metric, columnOf(scope, column), percentile)
    const name = metric === 'percentile' ? `percentile ${percentile}` : metric
    assertBounds(`The ${name} of "${column}"`, bounds)
    return {
      kind: 'measure',
      figures: () => ({ figure }),
      judge: ({ figure: measured }) => ({
        ...judgeFigure(`The ${name} of "${column}"`, toNumber(measured), bounds, 'The column has no values.'),
        figures: { [metric]: toNumber(measured) },
      }),
    }
  },
})
