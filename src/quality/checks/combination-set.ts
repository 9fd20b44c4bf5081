import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'
import { constantOf, presentInAll } from './column-values.ts'
import { columnsField } from './option-fields.ts'

const Combination = z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)
const Options = z.strictObject({
  columns: columnsField.meta({ title: 'Columns', examples: [['country', 'currency']] }),
  combinations: z
    .array(Combination)
    .min(1)
    .max(1000)
    .meta({ title: 'Combinations', description: 'One value for each column', examples: [[['DK', 'DKK']]] }),
})

export const combinationSet = defineCheck({
  id: 'combination-set',
  title: 'Combinations come from a list',
  dimension: 'consistency',
  description: 'Rows with a value in every column are eligible. Fails where the values together are none of the `combinations`.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns,
  plan: ({ columns: names, combinations }, scope) => {
    const columns = names.map((name) => columnOf(scope, name))
    const allowed = combinations.map((values) => equals(columns, values))
    return { kind: 'row', eligible: presentInAll(columns), failing: sql`not (${join(allowed, ' or ')})` }
  },
})

function equals(columns: readonly CheckedColumn[], values: readonly (string | number | boolean)[]) {
  if (values.length !== columns.length)
    throw new AtlasError('pipeline.invalid', `A combination has ${values.length} values for ${columns.length} columns.`, {
      next: 'Give one value for each column.',
    })
  const parts = columns.map((column, index) => sql`${id(column.name)} = ${constantOf(column, values[index]!)}`)
  return sql`(${join(parts, ' and ')})`
}
