import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { noneNull } from './column-values.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  columns: columnsField.meta({
    title: 'Columns',
    description: 'Columns whose values must differ from each other',
    examples: [['sender', 'receiver']],
  }),
})

export const distinctInRow = defineCheck({
  id: 'distinct-in-row',
  title: 'Values of one row differ',
  dimension: 'consistency',
  description: 'Rows where none of the columns is NULL are eligible. Fails where two of the columns hold the same value in the same row.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns,
  plan: ({ columns: names }, scope) => {
    if (new Set(names).size < 2) throw new AtlasError('pipeline.invalid', 'At least two columns can differ.', { next: 'Name another.' })
    const columns = names.map((name) => columnOf(scope, name))
    const pairs = columns.flatMap(({ name }, index) => columns.slice(index + 1).map((other) => sql`${id(name)} = ${id(other.name)}`))
    return { kind: 'row', eligible: noneNull(columns), failing: sql`(${join(pairs, ' or ')})` }
  },
})
