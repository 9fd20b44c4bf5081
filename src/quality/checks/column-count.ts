import { z } from 'zod'
import { literal } from '../../core/sql.ts'
import { defineCheck } from '../check.ts'
import { assertBounds, judgeFigure } from './bounds.ts'
import { boundsFields } from './option-fields.ts'

const Options = z.strictObject(boundsFields)

export const columnCount = defineCheck({
  id: 'column-count',
  title: 'The number of columns is as expected',
  dimension: 'validity',
  description: 'Counts the columns. A finding about the table: no row fails, and no row is read.',
  options: Options,
  column: () => null,
  plan: (bounds, { columns }) => {
    assertBounds('The number of columns', bounds)
    return {
      kind: 'measure',
      figures: () => ({ columns: literal(columns.length) }),
      judge: () => judgeFigure('The number of columns', columns.length, bounds, ''),
    }
  },
})
