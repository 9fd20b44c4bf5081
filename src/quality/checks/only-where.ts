import { z } from 'zod'
import { id, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, type CheckScope } from '../check.ts'
import { columnField } from './option-fields.ts'

/** Options of the checks that ask for a value: its column, and on which rows it is required. */
export const requiredFields = {
  column: columnField,
  where: z
    .strictObject({
      column: columnField,
      equals: z.union([z.string(), z.number(), z.boolean()]).meta({ title: 'Equals' }),
    })
    .optional()
    .meta({ title: 'Only where', description: 'The value is required only on rows where another column has this value' }),
}

interface Required {
  column: string
  where?: { column: string; equals: string | number | boolean } | undefined
}

/** Columns that such a check looks at. */
export function requiredColumns({ column, where }: Required): string[] {
  return where === undefined ? [column] : [column, where.column]
}

/** The rows on which the value is required. @throws AtlasError where a column is not there */
export function requiredRows({ where }: Required, scope: CheckScope): Sql {
  return where === undefined ? raw('true') : sql`${id(columnOf(scope, where.column).name)}::varchar = ${literal(String(where.equals))}`
}
