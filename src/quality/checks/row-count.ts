import { z } from 'zod'
import { sql } from '../../core/sql.ts'
import { defineCheck } from '../check.ts'
import { assertBounds, judgeFigure, toNumber } from './bounds.ts'
import { boundsFields } from './option-fields.ts'

const Options = z.strictObject(boundsFields)

export const rowCount = defineCheck({
  id: 'row-count',
  title: 'The number of rows is as expected',
  dimension: 'completeness',
  description:
    'Counts the rows, or those that the rule’s filter leaves, and compares with `min` and `max`, which are allowed themselves, and `above` and `below`, which are not. Without any of them there must be a row. A finding about the table: no row fails. An empty table is measured like any other: it has 0 rows.',
  options: Options,
  column: () => null,
  plan: (options) => {
    const bounds = Object.values(options).some((limit) => limit !== undefined) ? options : { min: 1 }
    assertBounds('The number of rows', bounds)
    return {
      kind: 'measure',
      figures: () => ({ rows: sql`count(*)` }),
      judge: (figures) => judgeFigure('The number of rows', toNumber(figures['rows']), bounds, 'Rows were not counted.'),
    }
  },
})
