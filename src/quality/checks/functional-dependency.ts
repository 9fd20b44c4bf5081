import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { noneNull } from './column-values.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  determinant: columnsField.meta({ title: 'What decides', examples: [['postcode']] }),
  dependent: columnsField.meta({ title: 'What is decided', examples: [['city']] }),
})

export const functionalDependency = defineCheck({
  id: 'functional-dependency',
  title: 'The same always goes with the same',
  dimension: 'consistency',
  description:
    'Rows that agree in `determinant` must agree in `dependent`: one postcode, one city. Exact. Rows where any of these columns is NULL are not eligible. Where a group holds more than one value, all its eligible rows fail: which of them is wrong cannot be told.',
  options: Options,
  column: () => null,
  looksAt: ({ determinant, dependent }) => [...determinant, ...dependent],
  plan: ({ determinant, dependent }, scope) => {
    const both = determinant.filter((name) => dependent.includes(name))
    if (both.length > 0)
      throw new AtlasError('pipeline.invalid', `"${both[0]}" cannot depend on itself.`, { next: 'Leave it out on one side.' })
    const columns = [...determinant, ...dependent].map((name) => columnOf(scope, name))
    const eligible = noneNull(columns)
    const differs = dependent.map((name) => {
      const value = sql`case when ${eligible} then ${id(name)} end`
      return sql`min(${value}) is distinct from max(${value})`
    })
    return {
      kind: 'group',
      columns: columns.map(({ name }) => name),
      by: determinant.map((name) => id(name)),
      eligible,
      broken: sql`(${join(differs, ' or ')})`,
    }
  },
})
