import { z } from 'zod'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'
import { NAMED_FORMAT_IDS, NAMED_FORMATS } from './named-formats.ts'
import { columnField } from './option-fields.ts'

const Regex = z.string().min(1).max(1000)

/** Options of the checks that match text. */
export const TextMatch = z
  .strictObject({
    column: columnField,
    pattern: Regex.optional().meta({ title: 'Pattern', description: 'RE2 regular expression', examples: ['[A-Z]{2}[0-9]{6}'] }),
    patterns: z
      .array(Regex)
      .min(1)
      .max(100)
      .optional()
      .meta({ title: 'Patterns', description: 'RE2 regular expressions, any of which counts' }),
    like: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(100)
      .optional()
      .meta({ title: 'LIKE patterns', description: '% is any text and _ any character; any of them counts', examples: [['DK-%']] }),
    format: z.enum(NAMED_FORMAT_IDS).optional().meta({ title: 'Format', description: 'A pattern that has a name' }),
    anywhere: z.boolean().default(false).meta({
      title: 'Anywhere in the value',
      description: 'A pattern may match a part of the value; the whole value must match unless told',
    }),
  })
  .refine(
    ({ pattern, patterns, like, format }) => [pattern, patterns, like, format].some((given) => given !== undefined),
    'give pattern, patterns, like or format',
  )
export type TextMatch = z.infer<typeof TextMatch>

/** True where the column's text matches any of what the options give. */
export function matches({ name }: CheckedColumn, { pattern, patterns, like, format, anywhere }: TextMatch): Sql {
  const text = sql`${id(name)}::varchar`
  const regexes = [...(pattern === undefined ? [] : [pattern]), ...(patterns ?? [])]
  const found = regexes.map((regex) => (anywhere ? sql`regexp_matches(${text}, ${regex})` : sql`regexp_full_match(${text}, ${regex})`))
  const named = format === undefined ? [] : [sql`regexp_full_match(${text}, ${NAMED_FORMATS[format]})`]
  const liked = (like ?? []).map((each) => sql`regexp_full_match(${text}, ${likeRegex(each)}, 's')`)
  return sql`(${join([...found, ...named, ...liked], ' or ')})`
}

/**
 * A LIKE pattern, `\` its escape, as a regular expression: DuckDB tries every place for every `%` anew, which takes hours over one long text with
 * five of them; RE2 takes time in proportion to the text.
 */
function likeRegex(like: string): string {
  return like.replaceAll(/\\?[^]/gu, (part) => {
    if (part === '%') return '.*'
    if (part === '_') return '.'
    return part.replace(/^\\(?=[^])/u, '').replace(/[\\^$.*+?()[\]{}|]/, String.raw`\$&`)
  })
}
