import { z } from 'zod'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'
import { constantOf } from './column-values.ts'
import { columnField, ignoreCaseField, valuesField } from './option-fields.ts'

/** Options of the checks that compare with a list. */
export const SetMembers = z.strictObject({ column: columnField, values: valuesField, ignoreCase: ignoreCaseField })
export type SetMembers = z.infer<typeof SetMembers>

/** True where the value is one of the list, compared as the column's type. NULL on NULL. */
export function isMember(column: CheckedColumn, { values, ignoreCase }: Pick<SetMembers, 'values' | 'ignoreCase'>): Sql {
  if (column.type !== 'VARCHAR' || !ignoreCase)
    return sql`${id(column.name)} in (${join(values.map((value) => constantOf(column, value)))})`
  const words = values.map((value) => literal(String(value).trim().toLowerCase()))
  return sql`lower(trim(${id(column.name)})) in (${join(words)})`
}
