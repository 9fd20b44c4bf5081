import { z } from 'zod'
import { defineCheck, type Judgement } from '../check.ts'
import { columnsField } from './option-fields.ts'

const Options = z.strictObject({
  columns: columnsField.meta({ title: 'Columns' }),
  match: z
    .enum(['exact', 'at-least', 'at-most', 'none'])
    .default('exact')
    .meta({ title: 'Match', description: 'Exactly these, at least these, none but these, or none of these' }),
  order: z.boolean().default(false).meta({ title: 'In this order' }),
})

export const columnSet = defineCheck({
  id: 'column-set',
  title: 'The columns are those named',
  dimension: 'validity',
  description:
    'Compares the names of the columns with a list, types aside; the check schema compares types too. A finding about the table: no row fails and none is read.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns,
  plan: ({ columns: wanted, match, order }, { columns }) => {
    const names = columns.map(({ name }) => name)
    return { kind: 'measure', figures: () => ({}), judge: () => judgeNames(names, wanted, match, order) }
  },
})

type Match = z.infer<typeof Options>['match']

function judgeNames(names: readonly string[], wanted: readonly string[], match: Match, order: boolean): Judgement {
  const common = names.filter((name) => wanted.includes(name))
  const missing = match === 'at-most' || match === 'none' ? [] : wanted.filter((name) => !names.includes(name))
  const others = match === 'at-least' ? [] : names.filter((name) => !wanted.includes(name))
  const refused = match === 'none' ? common : others
  const isMoved = order && wanted.filter((name) => names.includes(name)).some((name, index) => common[index] !== name)
  const findings = [
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
    ...(refused.length === 0 ? [] : [`not expected: ${refused.join(', ')}`]),
    ...(isMoved ? ['the order is another'] : []),
  ]
  const value = missing.length + refused.length + (isMoved ? 1 : 0)
  const message = findings.length === 0 ? null : `Columns differ; ${findings.join('; ')}.`.slice(0, 1000)
  return { value, broken: value > 0, failing: 0, eligible: 0, message, figures: { missing: missing.length, notExpected: refused.length } }
}
