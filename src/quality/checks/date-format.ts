import { z } from 'zod'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckPlan, type Figure } from '../check.ts'
import { missingIn } from './column-values.ts'
import { columnField } from './option-fields.ts'

const Format = z.string().min(2).max(100)
const Options = z.strictObject({
  column: columnField,
  formats: z
    .array(Format)
    .min(1)
    .max(20)
    .optional()
    .meta({
      title: 'Formats',
      description: 'As strptime has them; what most values of the column have unless told',
      examples: [['%d-%m-%Y']],
    }),
})

/** The year first is read one way only. */
const ISO = '%Y-%m-%d'
/** Day or month first, in pairs: a text may be a date in both. */
const PAIRS = ['-', '/', '.'].map((mark) => [`%d${mark}%m${mark}%Y`, `%m${mark}%d${mark}%Y`] as const)

export const dateFormat = defineCheck({
  id: 'date-format',
  title: 'Texts are dates',
  dimension: 'validity',
  description:
    'For dates that are kept as text. Rows with a value are eligible. Fails where the text is no date of the calendar in one of `formats`. Without them the column decides: dates with the year first always count, and of the orders day-month-year and month-day-year with `-`, `/` or `.` the one that most unambiguous values have. The figures tell that format and the ambiguous rows, which fit both orders with different dates.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, formats }, scope) => {
    const column = columnOf(scope, name)
    const text = sql`trim(${id(name)}::varchar)`
    const eligible = sql`not ${missingIn(column)}`
    if (formats !== undefined) return { kind: 'row', eligible, failing: sql`not (${isDate(text, formats)})` }
    return byMajority(name, text, eligible)
  },
})

function isDate(text: Sql, formats: readonly string[]): Sql {
  return sql`try_strptime(${text}, [${join(formats.map((format) => literal(format)))}]) is not null`
}

function byMajority(name: string, text: Sql, eligible: Sql): CheckPlan {
  const first: Record<string, Sql> = {}
  for (const [index, [day, month]] of PAIRS.entries()) {
    const [isDay, isMonth] = [isDate(text, [day]), isDate(text, [month])]
    first[`day_${index}`] = sql`count(*) filter (where ${isDay} and not ${isMonth})`
    first[`month_${index}`] = sql`count(*) filter (where ${isMonth} and not ${isDay})`
    first[`both_${index}`] = sql`count(*) filter (where ${isDay} and ${isMonth})`
  }
  first['ambiguous'] = sql`count(*) filter (where ${join(PAIRS.map(isAmbiguous(text)), ' or ')})`
  return {
    kind: 'twofold',
    columns: [name],
    first,
    second: (figures) => ({
      eligible,
      failing: sql`not (${isDate(text, [ISO, formatOf(figures)])})`,
      message: `Dates were read as ${formatOf(figures)}.`,
    }),
  }
}

function isAmbiguous(text: Sql): (pair: readonly [string, string]) => Sql {
  return ([day, month]) => sql`coalesce(try_strptime(${text}, ${day}) <> try_strptime(${text}, ${month}), false)`
}

/** The format with most unambiguous values; where no value tells, the one with most values, day first. */
export function formatOf(figures: Record<string, Figure>): string {
  const count = (figure: string) => Number(figures[figure] ?? 0)
  const candidates = PAIRS.flatMap(([day, month], index) => [
    { format: day, votes: count(`day_${index}`), fits: count(`day_${index}`) + count(`both_${index}`) },
    { format: month, votes: count(`month_${index}`), fits: count(`month_${index}`) + count(`both_${index}`) },
  ])
  const best = candidates.toSorted((a, b) => b.votes - a.votes || b.fits - a.fits)[0]!
  return best.fits === 0 ? ISO : best.format
}
