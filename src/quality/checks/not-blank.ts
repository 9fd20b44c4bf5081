import { z } from 'zod'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'
import { constantOf, missingIn } from './column-values.ts'
import { requiredColumns, requiredFields, requiredRows } from './only-where.ts'
import { valuesField } from './option-fields.ts'

const Options = z.strictObject({
  ...requiredFields,
  sentinels: valuesField.optional().meta({
    title: 'Sentinel values',
    description: 'More values that stand for none, such as -999 or unknown; text in any case',
    examples: [[-999]],
  }),
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ title: 'Pattern of missing values', description: 'RE2 regular expression of texts that stand for no value', examples: ['x+'] }),
  onlyNamed: z.boolean().default(false).meta({
    title: 'Only what is named',
    description:
      'Only NULL, `sentinels` exactly as they are written and `pattern` stand for no value; blank texts and words such as N/A are values',
  }),
})

export const notBlank = defineCheck({
  id: 'not-blank',
  aliases: ['missing'],
  title: 'Values are present',
  dimension: 'completeness',
  description:
    'Fails on rows where the column is NULL, empty, only white space (no-break space included) or a word that stands for no value, such as N/A or NULL; `sentinels` and `pattern` add values that stand for none, and with `onlyNamed` are the only ones beside NULL. `0` is a value. Every row is eligible, or the rows that `where` chooses. Runs by itself on every column that is not wholly empty.',
  options: Options,
  column: ({ column }) => column,
  looksAt: (options) => requiredColumns(options),
  plan: (options, scope) => {
    const { column: name, sentinels, pattern, onlyNamed } = options
    const column = columnOf(scope, name)
    const standIns = [
      ...(sentinels === undefined ? [] : [isOneOf(column, sentinels, onlyNamed)]),
      ...(pattern === undefined ? [] : [sql`coalesce(regexp_full_match(${id(name)}::varchar, ${pattern}), false)`]),
    ]
    return {
      kind: 'row',
      eligible: requiredRows(options, scope),
      failing: sql`(${join([onlyNamed ? sql`${id(name)} is null` : missingIn(column), ...standIns], ' or ')})`,
    }
  },
})

function isOneOf(column: CheckedColumn, values: readonly (string | number | boolean)[], isExact: boolean): Sql {
  if (column.type !== 'VARCHAR' || isExact)
    return sql`coalesce(${id(column.name)} in (${join(values.map((value) => constantOf(column, value)))}), false)`
  const words = values.map((value) => literal(String(value).trim().toLowerCase()))
  return sql`coalesce(lower(trim(${id(column.name)})) in (${join(words)}), false)`
}
