import { z } from 'zod'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type Figure, type Judgement } from '../check.ts'
import { columnsField, datasetField } from './option-fields.ts'
import { otherColumn, otherTable } from './other-table.ts'

const Options = z.strictObject({
  dataset: datasetField,
  columns: columnsField
    .optional()
    .meta({ title: 'Columns', description: 'All columns of this dataset unless told; the other has them under the same names' }),
})

export const sameRows = defineCheck({
  id: 'same-rows',
  aliases: ['equality'],
  title: 'The rows are those of another dataset',
  dimension: 'consistency',
  description:
    'Compares two tables as a whole, whatever the order of their rows: the number of rows and the sum of a 64-bit hash of each row must agree, so that a row that stands twice counts twice and NULL equals NULL. Values of the other table are read as this column’s type. A finding about the table: no row fails; the checks reference and referential say which rows differ. The rule’s filter holds for this table alone.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns ?? [],
  datasets: ({ dataset }) => [dataset],
  plan: ({ dataset, columns }, scope) => {
    const other = otherTable(scope, dataset)
    const mine = (columns ?? scope.columns.map(({ name }) => name)).map((name) => columnOf(scope, name))
    const theirs = mine.map(({ name, type }) => sql`try_cast(${id(otherColumn(dataset, other, name).name)} as ${raw(type)})`)
    const figures = sums(mine.map(({ name }) => id(name)))
    return {
      kind: 'measure',
      prepare: sql`select ${sums(theirs).rows} as otherrows, ${sums(theirs).checksum} as othersum from ${other.relation}`,
      figures: ({ otherrows, othersum }) => ({
        ...figures,
        otherRows: literal(otherrows ?? null),
        otherChecksum: literal(othersum ?? null),
      }),
      judge: (measured) => judgeSame(measured, dataset),
    }
  },
})

/** The checksum as text: a number would lose its last digits. */
function sums(cells: readonly Sql[]): { rows: Sql; checksum: Sql } {
  return { rows: sql`count(*)`, checksum: sql`coalesce(sum(hash(row(${join(cells)}))), 0)::varchar` }
}

function judgeSame({ rows, checksum, otherRows, otherChecksum }: Record<string, Figure>, dataset: string): Judgement {
  const figures = { rows: rows ?? null, otherRows: otherRows ?? null }
  const difference = Number(rows) - Number(otherRows)
  const isSame = difference === 0 && checksum === otherChecksum
  const why = difference === 0 ? `The rows differ from those of ${dataset}.` : `${rows} rows where ${dataset} has ${otherRows}.`
  return { value: difference, broken: !isSame, failing: 0, eligible: 0, message: isSame ? null : why, figures }
}
