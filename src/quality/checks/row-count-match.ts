import { z } from 'zod'
import { literal, sql } from '../../core/sql.ts'
import { defineCheck, type Judgement } from '../check.ts'
import { toNumber, nothingMeasured } from './bounds.ts'
import { datasetField, toleranceFields } from './option-fields.ts'
import { otherTable } from './other-table.ts'

const Options = z.strictObject({
  dataset: datasetField
    .optional()
    .meta({ title: 'Dataset', description: 'The source’s own count of its rows unless told', examples: ['chart.orders'] }),
  operator: z
    .enum(['=', '<=', '<', '>=', '>'])
    .default('=')
    .meta({ title: 'Operator', description: 'This table’s rows against the other’s' }),
  factor: z.number().positive().default(1).meta({ title: 'Factor', description: 'So many rows here for each row there' }),
  ...toleranceFields,
})
type Operator = z.infer<typeof Options>['operator']

export const rowCountMatch = defineCheck({
  id: 'row-count-match',
  title: 'The number of rows agrees with another count',
  dimension: 'consistency',
  description:
    'Compares the rows with those of another dataset, or with what the source itself counted; rows that went to quarantine are part of the source’s count. `tolerance` rows or `tolerancePercent` of the other count are accepted, whichever is more. A finding about the table: no row fails. Where the source does not count, the check warns.',
  options: Options,
  column: () => null,
  datasets: ({ dataset }) => (dataset === undefined ? [] : [dataset]),
  plan: ({ dataset, operator, factor, tolerance, tolerancePercent }, scope) => {
    const counted = dataset === undefined ? scope.countedRows : otherTable(scope, dataset).rows
    if (counted === null)
      return { kind: 'unmeasurable', message: 'The source does not tell how many rows it has: name a dataset to compare with.' }
    const other = counted * factor
    const refused = dataset === undefined ? scope.quarantinedRows : 0
    const slack = Math.max(tolerance, (tolerancePercent / 100) * other)
    return {
      kind: 'measure',
      figures: () => ({ rows: sql`count(*)`, refused: literal(refused), other: literal(other) }),
      judge: ({ rows }) => judgeCount(toNumber(rows), refused, operator, other, slack, dataset ?? 'the source'),
    }
  },
})

function judgeCount(counted: number | null, refused: number, operator: Operator, other: number, slack: number, name: string): Judgement {
  if (counted === null) return nothingMeasured('Rows were not counted.')
  const rows = counted + refused
  const broken = !holds(rows - other, operator, slack)
  const message = broken ? `${rows} rows where ${name} has ${other}, expected ${operator}.` : null
  return { value: rows - other, broken, failing: 0, eligible: 0, message }
}

function holds(difference: number, operator: Operator, slack: number): boolean {
  if (operator === '=') return Math.abs(difference) <= slack
  if (operator === '<=') return difference <= slack
  if (operator === '<') return difference < slack
  return operator === '>=' ? difference >= -slack : difference > -slack
}
