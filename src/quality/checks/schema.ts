import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { defineCheck, type CheckScope, type Judgement } from '../check.ts'
import { nothingMeasured } from './bounds.ts'
import { schemaDifferences, type Difference, type ExpectedColumn } from './schema-differences.ts'

const Column = z.strictObject({
  name: z.string().min(1).meta({ title: 'Name' }),
  type: z
    .union([z.string().min(1).max(100), z.array(z.string().min(1).max(100)).min(1).max(20)])
    .optional()
    .meta({
      title: 'Type',
      description: 'text, integer, bigint, decimal(12,2), date …, or a list of which any will do; any type unless told',
    }),
  optional: z.boolean().default(false).meta({ title: 'Optional', description: 'The column may be missing' }),
})

const Level = z.enum(['fail', 'warn', 'allow'])
const Options = z.strictObject({
  columns: z
    .array(Column)
    .min(1)
    .max(10_000)
    .optional()
    .meta({ title: 'Columns', description: 'Those of the snapshot before unless told', examples: [[{ name: 'id', type: 'bigint' }]] }),
  added: Level.default('warn').meta({ title: 'Columns that are not named' }),
  widened: Level.default('warn').meta({ title: 'Types that hold more' }),
  order: z.boolean().default(false).meta({ title: 'In this order', description: 'Columns in another order fail' }),
})
type SchemaRule = z.infer<typeof Options>

export const schema = defineCheck({
  id: 'schema',
  aliases: ['columns-match-schema'],
  title: 'Columns and types are as agreed',
  dimension: 'validity',
  description:
    'Compares names and types with `columns`, or with the snapshot before where none are given. A missing column fails, and so does a type that cannot hold what was agreed: text instead of a number, a smaller integer. A type that holds more (integer to bigint) warns, and so does a column that is not named, unless `widened` and `added` say otherwise. The order is ignored unless `order` is set. A rename is one column missing and one added; where the names are alike the message says so. Names compare exactly. A finding about the table: no row fails and none is read.',
  options: Options,
  column: () => null,
  looksAt: ({ columns }) => columns?.map(({ name }) => name) ?? [],
  plan: (options, scope) => {
    const expected = expectedColumns(options, scope)
    return {
      kind: 'measure',
      figures: () => ({}),
      judge: () =>
        expected === null
          ? nothingMeasured('There is no earlier snapshot to compare with.')
          : judgeSchema(schemaDifferences(expected, scope.columns, options.order), options),
    }
  },
})

/** Null where there is nothing to compare with yet. Throws AtlasError `pipeline.invalid` for a column that is named twice. */
function expectedColumns({ columns }: SchemaRule, { previous }: CheckScope): ExpectedColumn[] | null {
  if (columns === undefined) return previous?.columns.map(({ name, type }) => ({ name, types: [type], optional: false })) ?? null
  const twice = columns.find(({ name }, index) => columns.findIndex((column) => column.name === name) !== index)
  if (twice !== undefined) throw new AtlasError('pipeline.invalid', `The column "${twice.name}" is named twice.`, { next: 'Remove one.' })
  return columns.map(({ name, type, optional }) => ({ name, types: type === undefined ? null : [type].flat(), optional }))
}

function judgeSchema(differences: readonly Difference[], { added, widened }: SchemaRule): Judgement {
  const levelOf = ({ kind }: Difference) => (kind === 'added' ? added : kind === 'widened' ? widened : 'fail')
  const counted = differences.filter((difference) => levelOf(difference) !== 'allow')
  const level = counted.some((difference) => levelOf(difference) === 'fail') ? 'fail' : 'warn'
  const message = counted.length === 0 ? null : `${counted.map(({ text }) => text).join('; ')}.`.slice(0, 1000)
  const count = (kind: Difference['kind']) => differences.filter((difference) => difference.kind === kind).length
  const figures = { missing: count('missing'), added: count('added'), widened: count('widened'), narrowed: count('narrowed') }
  return { value: counted.length, broken: counted.length > 0, level, failing: 0, eligible: 0, message, figures }
}
