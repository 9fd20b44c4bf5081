import { z } from 'zod'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type Judgement } from '../check.ts'
import { nothingMeasured, toNumber } from './bounds.ts'
import { constantOf } from './column-values.ts'
import { columnField, valuesField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  values: valuesField.max(200),
})

export const containsValues = defineCheck({
  id: 'contains-values',
  title: 'Every value of a list occurs',
  dimension: 'completeness',
  description:
    'Broken where one of `values` stands in no row, e.g. a shop that sent nothing. Other values are allowed; the check set refuses them. A finding about the table: no row fails. An empty table lacks them all.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, values }, scope) => {
    const column = columnOf(scope, name)
    const absent = values.map(
      (value) => sql`(case when count(*) filter (where ${id(name)} = ${constantOf(column, value)}) = 0 then 1 else 0 end)`,
    )
    return {
      kind: 'measure',
      figures: () => ({ absent: sql`${join(absent, ' + ')}` }),
      judge: (figures) => judgeAbsent(toNumber(figures['absent']), values.length),
    }
  },
})

function judgeAbsent(absent: number | null, all: number): Judgement {
  if (absent === null) return nothingMeasured('Values were not counted.')
  const message = absent === 0 ? null : `${absent} of ${all} values occur in no row.`
  return { value: absent, broken: absent > 0, failing: 0, eligible: 0, message }
}
