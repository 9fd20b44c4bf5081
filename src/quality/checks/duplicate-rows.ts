import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  columns: columnsField.optional().meta({ title: 'Columns', description: 'All columns unless told' }),
  except: columnsField.optional().meta({ title: 'Except', description: 'Columns that may differ, such as a load time' }),
})

export const duplicateRows = defineCheck({
  id: 'duplicate-rows',
  title: 'No row stands twice',
  dimension: 'uniqueness',
  description:
    'Exact, over all columns unless told. Every row is eligible. Every row fails that is equal to another in all these columns; unlike in a key, NULL equals NULL here. The figures tell the duplicated rows, the rows involved and those in excess of one each.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns ?? [],
  plan: ({ columns, except }, scope) => {
    const left = new Set(except?.map((name) => columnOf(scope, name).name))
    const compared = (columns ?? scope.columns.map(({ name }) => name)).filter((name) => !left.has(name))
    if (compared.length === 0) throw new AtlasError('pipeline.invalid', 'No column is left to compare rows by.', { next: 'Except fewer.' })
    // A struct is never NULL itself, whatever it holds, so that a row with a NULL counts.
    return { kind: 'key', columns: compared, expressions: [sql`row(${join(compared.map((name) => id(columnOf(scope, name).name)))})`] }
  },
})
