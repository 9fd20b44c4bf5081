import { z } from 'zod'
import { literal, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type Judgement } from '../check.ts'
import { nothingMeasured, toNumber } from './bounds.ts'
import { metricFields } from './metric-fields.ts'
import { isReproducible, metricOf } from './metrics.ts'
import { columnField, datasetField, toleranceFields } from './option-fields.ts'
import { otherColumn, otherTable } from './other-table.ts'

const Options = z.strictObject({
  column: columnField,
  ...metricFields,
  dataset: datasetField,
  otherColumn: z.string().min(1).optional().meta({ title: 'Column there', description: 'Of the same name unless told' }),
  ...toleranceFields,
})

export const aggregateComparison = defineCheck({
  id: 'aggregate-comparison',
  aliases: ['totals-match'],
  title: 'A figure agrees with that of another dataset',
  dimension: 'consistency',
  description:
    'Measures the same figure here and in another dataset, such as the sum of order lines and of invoices. Broken where they are further apart than `tolerance` or `tolerancePercent` of the other, whichever is more; with neither they must be equal. Sums of integers and decimals are exact; figures of floating point, whose last digits depend on the order of the rows, agree when nine digits do. A finding about the table: no row fails. The rule’s filter holds for this table alone.',
  options: Options,
  column: ({ column }) => column,
  datasets: ({ dataset }) => [dataset],
  plan: ({ column, metric, percentile, dataset, otherColumn: theirName, tolerance, tolerancePercent }, scope) => {
    const other = otherTable(scope, dataset)
    const [here, there] = [columnOf(scope, column), otherColumn(dataset, other, theirName ?? column)]
    const [mine, theirs] = [here, there].map((each) => metricOf(metric, each, percentile)) as [Sql, Sql]
    const digits = isReproducible(metric, here) && isReproducible(metric, there) ? 0 : NINE_DIGITS
    const percent = Math.max(tolerancePercent, digits)
    return {
      kind: 'measure',
      prepare: sql`select ${theirs} as other from ${other.relation}`,
      figures: ({ other: measured }) => ({ figure: mine, other: literal(measured ?? null) }),
      judge: (figures) =>
        judgeApart(metric, toNumber(figures['figure']), toNumber(figures['other']), dataset, { tolerance, tolerancePercent: percent }),
    }
  },
})

/** In percent. */
const NINE_DIGITS = 1e-7

interface Tolerance {
  tolerance: number
  tolerancePercent: number
}

function judgeApart(metric: string, mine: number | null, theirs: number | null, dataset: string, allowed: Tolerance): Judgement {
  if (mine === null && theirs === null) return nothingMeasured('Neither has a value.')
  const figures = { [metric]: mine, other: theirs }
  const apart = mine === null || theirs === null ? null : Math.abs(mine - theirs)
  const broken = apart === null || apart > Math.max(allowed.tolerance, (allowed.tolerancePercent / 100) * Math.abs(theirs ?? 0))
  const message = broken ? `The ${metric} is ${mine ?? 'nothing'}, in ${dataset} it is ${theirs ?? 'nothing'}.` : null
  return { value: mine === null || theirs === null ? null : mine - theirs, broken, failing: 0, eligible: 0, message, figures }
}
