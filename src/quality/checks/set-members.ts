import { z } from 'zod'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'
import { constantOf } from './column-values.ts'
import { columnField, ignoreCaseField, valuesField } from './option-fields.ts'

/** Options of the checks that compare with a list. */
export const SetMembers = z.strictObject({ column: columnField, values: valuesField, ignoreCase: ignoreCaseField })
export type SetMembers = z.infer<typeof SetMembers>

/** A function runs once for each entry of a file's dictionary; on texts that are all different a longer list is quicker joined. */
const SHORT_LIST = 20

/** True where the value, of the column unless told, is one of the list, compared as the column's type. NULL on NULL. */
export function isMember(column: CheckedColumn, { values, ignoreCase }: SetMembers, value: Sql = id(column.name)): Sql {
  const isText = column.type === 'VARCHAR'
  const cell = isText && ignoreCase ? sql`lower(trim(${value}))` : value
  const members = values.map((value) => (isText && ignoreCase ? literal(String(value).trim().toLowerCase()) : constantOf(column, value)))
  return isText && members.length <= SHORT_LIST ? sql`list_contains([${join(members)}], ${cell})` : sql`${cell} in (${join(members)})`
}
