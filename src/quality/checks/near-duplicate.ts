import { z } from 'zod'
import { BLANKS } from '../../core/missing.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  columns: columnsField.meta({ title: 'Columns', description: 'Columns that together identify a thing, e.g. name and postcode' }),
  ignoreAccents: z.boolean().default(false).meta({ title: 'Ignore accents', description: 'é and e are the same' }),
  ignorePunctuation: z
    .boolean()
    .default(false)
    .meta({ title: 'Ignore punctuation', description: 'Only letters and digits are compared: A/S and AS are the same' }),
})

export const nearDuplicate = defineCheck({
  id: 'near-duplicate',
  title: 'Keys are unique however they are written',
  dimension: 'uniqueness',
  description:
    'As unique, over the normalised key: Unicode NFC, lower case, no white space at the edges and single spaces inside; without accents or punctuation where told. Rows with a key of NULL or without a character left are not eligible. Every row whose normalised key stands more than once fails, exact copies included.',
  options: Options,
  column: ({ columns }) => (columns.length === 1 ? columns[0]! : null),
  looksAt: ({ columns }) => columns,
  plan: ({ columns, ...ignored }, scope) => ({
    kind: 'key',
    columns,
    expressions: columns.map((name) => normalised(columnOf(scope, name), ignored)),
  }),
})

function normalised({ name, type }: CheckedColumn, { ignoreAccents, ignorePunctuation }: Record<string, boolean>): Sql {
  if (type !== 'VARCHAR') return id(name)
  const cell = id(name)
  // A text of as many bytes as characters is ASCII, which has one form only.
  const lower = sql`lower(case when strlen(${cell}) = length(${cell}) then ${cell} else nfc_normalize(${cell}) end)`
  const plain = ignoreAccents === true ? sql`strip_accents(${lower})` : lower
  const spaced = ignorePunctuation === true ? sql`regexp_replace(${plain}, '[^\\pL\\pN]+', '', 'g')` : singleSpaces(plain, cell)
  return sql`nullif(${spaced}, '')`
}

const OTHER_BLANKS = ['\t', '\n', '\r', '\f', '\v', '\u00a0']

/** The pattern runs on few cells: only those with white space that is not a single space inside, which the cell itself tells for less. */
function singleSpaces(text: Sql, cell: Sql): Sql {
  const folded = sql`regexp_replace(${text}, ${`[${BLANKS}\\v]+`}, ' ', 'g')`
  const isUneven = join(
    ['  ', ...OTHER_BLANKS].map((blank) => sql`contains(${cell}, ${blank})`),
    ' or ',
  )
  return sql`trim(case when ${isUneven} then ${folded} else ${text} end)`
}
