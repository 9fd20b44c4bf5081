import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'
import { isNumeric } from './column-values.ts'
import { columnField, columnsField, datasetField } from './option-fields.ts'
import { assertPaired, keysOf, otherColumn, otherKey, otherTable } from './other-table.ts'

const Options = z.strictObject({
  column: columnField.meta({ title: 'Column', description: 'The value that is compared' }),
  dataset: datasetField,
  keys: columnsField.meta({ title: 'Keys', description: 'Columns that name the row of the other dataset' }),
  otherKeys: columnsField.optional().meta({ title: 'Keys there', description: 'Of the same names unless told' }),
  otherColumn: z.string().min(1).optional().meta({ title: 'Column there', description: 'Of the same name unless told' }),
  tolerance: z
    .number()
    .min(0)
    .default(0)
    .meta({ title: 'Tolerance', description: 'How far numbers may be apart', examples: [0.005] }),
  tolerancePercent: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .meta({ title: 'Tolerance in percent', description: 'How far numbers may be apart, in percent of the other' }),
})

export const reference = defineCheck({
  id: 'reference',
  aliases: ['agreement'],
  title: 'Values agree with a reference',
  dimension: 'accuracy',
  description:
    'Compares each row with the row of the same key in a dataset that is taken for right. Rows whose key is found there with a value are eligible: accuracy is the share of them that agree, within `tolerance` or `tolerancePercent`. A NULL here does not agree. The figures tell the rows matched and the match rate, which is no part of the accuracy, and `basis` is reference: it is never mixed with plausibility. Keys that stand twice in the reference with different values cannot be compared and are not eligible.',
  options: Options,
  column: ({ column }) => column,
  looksAt: ({ column, keys }) => [...keys, column],
  datasets: ({ dataset }) => [dataset],
  plan: ({ column: name, dataset, keys, otherKeys, otherColumn: theirName, tolerance, tolerancePercent }, scope) => {
    const other = otherTable(scope, dataset)
    const column = columnOf(scope, name)
    const theirs = otherKeys ?? keys
    assertPaired(keys, theirs)
    const names = theirs.map((key) => otherColumn(dataset, other, key).name)
    const value = otherColumn(dataset, other, theirName ?? name)
    refuseTolerance(column, value, tolerance + tolerancePercent)
    const mine = keys.map((key) => id(columnOf(scope, key).name))
    const table = oneValueEach(keysOf(other, names, [sql`${id(value.name)} as ${THEIRS}`]), keys.length)
    const isMatched = sql`((${join(mine)}) in (select ${keyList(keys.length)} from ${table}))`
    return {
      kind: 'row',
      eligible: isMatched,
      failing: disagrees(mine, id(name), table, tolerance, tolerancePercent),
      figures: {
        basis: literal('reference'),
        matched: sql`count(*) filter (where ${isMatched})`,
        matchRate: sql`avg(case when ${isMatched} then 1.0 else 0.0 end)`,
      },
    }
  },
})

const THEIRS = raw('atlas_other_value')

function keyList(count: number): Sql {
  return join(Array.from({ length: count }, (_, index) => otherKey(index)))
}

/** The keys of the other table that have one value, with it. */
function oneValueEach(table: Sql, keys: number): Sql {
  const one = sql`min(${THEIRS}) as ${THEIRS}`
  return sql`(select ${keyList(keys)}, ${one} from ${table} group by ${keyList(keys)} having min(${THEIRS}) = max(${THEIRS}))`
}

/** Looking in a list of pairs is one join; only a tolerance needs the other value itself, which costs several times as much. */
function disagrees(keys: readonly Sql[], mine: Sql, table: Sql, tolerance: number, percent: number): Sql {
  if (tolerance === 0 && percent === 0) {
    const pair = join([...keys, mine])
    return sql`(${mine} is null or (${pair}) not in (select ${keyList(keys.length)}, ${THEIRS} from ${table}))`
  }
  const matches = keys.map((key, index) => sql`${otherKey(index)} = ${key}`)
  const theirs = sql`(select ${THEIRS} from ${table} where ${join(matches, ' and ')})`
  const allowed = percent === 0 ? literal(tolerance) : sql`greatest(${tolerance}, ${percent / 100} * abs(${theirs}))`
  return sql`not coalesce(abs(${mine} - ${theirs}) <= ${allowed}, false)`
}

function refuseTolerance(mine: CheckedColumn, theirs: CheckedColumn, tolerance: number): void {
  if (tolerance === 0 || (isNumeric(mine) && isNumeric(theirs))) return
  throw new AtlasError('pipeline.invalid', `A tolerance needs numbers; "${mine.name}" is ${mine.type}, the reference ${theirs.type}.`, {
    next: 'Leave the tolerance out.',
  })
}
