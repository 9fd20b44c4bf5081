import { asText } from './read-value.ts'

const KEYS = /^(dbt_utils\.)?unique_combination_of_columns$|expect_compound_columns_to_be_unique$/
const ROWS = /expect_(column_pair_values|multicolumn|select_column_values)/
const skipping = new Set(['any_value_is_missing', 'either_value_is_missing'])

/**
 * What is to be told where the other tool looks at rows with a missing value, which are not eligible in Atlas.
 * @returns null where both see the same rows
 */
export function nullNote(type: string, args: Record<string, unknown>): string | null {
  const ignored = asText(args['ignore_row_if'])
  if (ignored !== null && skipping.has(ignored.toLowerCase())) return null
  if (KEYS.test(type))
    return 'two keys with a NULL in the same place are the same there; in Atlas a key with a NULL is not looked at: add not-null'
  return ROWS.test(type) && ignored !== null ? 'Atlas does not look at rows in which one of the values is missing: add not-null' : null
}
