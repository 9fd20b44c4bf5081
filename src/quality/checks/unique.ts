import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  columns: columnsField.meta({ title: 'Columns', description: 'Columns that together identify a row' }),
  normalise: z
    .boolean()
    .default(false)
    .meta({ title: 'Ignore case and edge spaces', description: 'Compare text in lower case, trimmed, in Unicode NFC' }),
})

export const unique = defineCheck({
  id: 'unique',
  aliases: ['composite-key', 'duplicate', 'unique-combination-of-columns'],
  title: 'Keys are unique',
  dimension: 'uniqueness',
  description:
    'Exact. Rows with a NULL in any column of the key are not eligible: a NULL equals nothing, not even another NULL. Every row whose key stands more than once fails; the figures tell the duplicated values, the rows involved and the rows in excess of one each. Runs by itself on the keys that a stream declares.',
  options: Options,
  column: ({ columns }) => (columns.length === 1 ? columns[0]! : null),
  looksAt: ({ columns }) => columns,
  plan: ({ columns, normalise }, scope) => ({
    kind: 'key',
    columns,
    ...integersOf(columns.map((name) => columnOf(scope, name))),
    expressions: columns.map((name) => {
      const column = columnOf(scope, name)
      return normalise && column.type === 'VARCHAR' ? sql`lower(trim(nfc_normalize(${id(name)})))` : id(name)
    }),
  }),
})

function integersOf([column, ...others]: CheckedColumn[]): { integers?: string } {
  return column !== undefined && others.length === 0 && /^U?(?:TINY|SMALL|BIG)?INT(?:EGER)?$/.test(column.type)
    ? { integers: column.type }
    : {}
}
