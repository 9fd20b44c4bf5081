import { z } from 'zod'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { noneNull } from './column-values.ts'
import { columnsField, datasetField } from './option-fields.ts'
import { assertPaired, otherColumn, otherTable } from './other-table.ts'

const Options = z.strictObject({
  columns: columnsField.meta({
    title: 'Columns',
    description: 'Columns that name a row of the other dataset',
    examples: [['customer_id']],
  }),
  dataset: datasetField,
  references: columnsField.optional().meta({ title: 'Columns there', description: 'Of the same names unless told', examples: [['id']] }),
})

export const referential = defineCheck({
  id: 'referential',
  aliases: ['relationships', 'foreign-key'],
  title: 'What is named exists in another dataset',
  dimension: 'consistency',
  description:
    'Rows without a NULL in `columns` are eligible: a NULL names nothing and is no orphan. Fails where no row of `dataset` has these values in `references`; NULLs there match nothing and spoil nothing. Both are read at the snapshots they have when the table is measured.',
  options: Options,
  column: ({ columns }) => (columns.length === 1 ? columns[0]! : null),
  looksAt: ({ columns }) => columns,
  datasets: ({ dataset }) => [dataset],
  plan: ({ columns: names, dataset, references }, scope) => {
    const other = otherTable(scope, dataset)
    const theirs = references ?? names
    assertPaired(names, theirs)
    const keys = theirs.map((name) => id(otherColumn(dataset, other, name).name))
    const columns = names.map((name) => columnOf(scope, name))
    const present = join(
      keys.map((key) => sql`${key} is not null`),
      ' and ',
    )
    return {
      kind: 'row',
      eligible: noneNull(columns),
      // A list to look in is joined once; a subquery for each row would first be gathered by its keys.
      failing: sql`${tuple(columns.map(({ name }) => id(name)))} not in (select ${join(keys)} from ${other.relation} where ${present})`,
    }
  },
})

function tuple(parts: readonly Sql[]): Sql {
  return sql`(${join(parts)})`
}
