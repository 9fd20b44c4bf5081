import { z } from 'zod'
import { raw, id, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { columnField } from './option-fields.ts'

const WHOLE = '[+-]?[0-9]+'
const YES_NO = '(?i)true|false|yes|no|y|n|t|f|0|1'

/** True where the text is a value of the type. A cast alone would round 1.5 to an integer and drop the hours of a date. */
const READABLE = {
  integer: (text: Sql) => sql`regexp_full_match(${text}, ${WHOLE}) and try_cast(${text} as hugeint) is not null`,
  number: (text: Sql) => sql`coalesce(isfinite(try_cast(${text} as double)), false)`,
  boolean: (text: Sql) => sql`regexp_full_match(${text}, ${YES_NO})`,
  date: (text: Sql) => sql`regexp_full_match(${text}, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') and try_cast(${text} as date) is not null`,
  timestamp: (text: Sql) => sql`regexp_full_match(${text}, '[0-9]{4}-.*') and try_cast(${text} as timestamptz) is not null`,
  time: (text: Sql) => sql`try_cast(${text} as time) is not null`,
  uuid: (text: Sql) => sql`try_cast(${text} as uuid) is not null`,
  json: (text: Sql) => sql`json_valid(${text})`,
} as const satisfies Record<string, (text: Sql) => Sql>

type Readable = keyof typeof READABLE

const Options = z.strictObject({
  column: columnField,
  type: z.enum(Object.keys(READABLE) as [Readable, ...Readable[]]).meta({ title: 'Type' }),
})

export const castable = defineCheck({
  id: 'castable',
  aliases: ['text-type'],
  title: 'Texts can be read as a type',
  dimension: 'validity',
  description:
    'For columns that are kept as text. Rows with a value are eligible. Fails where the text, white space around it aside, is no value of `type`: an integer has no fraction, a number is finite and has a decimal point, a date is year-month-day and exists in the calendar. For dates in other orders use date-format.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, type }, scope) => {
    const column = columnOf(scope, name)
    const text = column.type === 'VARCHAR' ? sql`trim(${id(name)})` : sql`${id(name)}::varchar`
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: sql`not coalesce(${READABLE[type](text)}, ${raw('false')})` }
  },
})
