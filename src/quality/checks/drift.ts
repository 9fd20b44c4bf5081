import { z } from 'zod'
import { literal } from '../../core/sql.ts'
import {
  columnOf,
  defineCheck,
  type CheckedColumn,
  type CheckPlan,
  type CheckScope,
  type Figure,
  type Judgement,
  type OtherTable,
} from '../check.ts'
import { nothingMeasured } from './bounds.ts'
import { coarser, divergence, largestDistance, stabilityIndex, total } from './distribution.ts'
import { baselineQuery, countsOf, expectedBins, readBaseline, readCounts, type Bins } from './drift-bins.ts'
import { columnField, datasetField, valuesField } from './option-fields.ts'
import { otherColumn, otherTable } from './other-table.ts'

const LIMITS = { psi: 0.2, ks: 0.1, kl: 0.1 } as const
const Options = z.strictObject({
  column: columnField,
  statistic: z.enum(['psi', 'ks', 'kl']).default('psi').meta({ title: 'Statistic', description: 'ks is for numbers and times' }),
  max: z.number().positive().optional().meta({ title: 'At most', description: '0.2 for psi, 0.1 for ks and kl unless told' }),
  dataset: datasetField
    .optional()
    .meta({ title: 'Baseline', description: 'The snapshot before unless told', examples: ['chart.orders_2025'] }),
  otherColumn: z.string().min(1).optional().meta({ title: 'Column there', description: 'Of the same name unless told' }),
  expected: z
    .strictObject({
      values: valuesField.optional(),
      edges: z
        .array(z.number())
        .min(1)
        .max(1000)
        .optional()
        .meta({ title: 'Edges', description: 'Upper ends of the bins, the last bin has none' }),
      shares: z.array(z.number().min(0)).min(1).max(1001).meta({ title: 'Shares', description: 'One for each value or bin' }),
    })
    .optional()
    .meta({ title: 'Expected distribution', description: 'In the place of a baseline' }),
  minRows: z.int().min(1).default(100).meta({ title: 'Rows needed', description: 'In fewer a difference is chance' }),
})
type DriftRule = z.infer<typeof Options>

export const drift = defineCheck({
  id: 'drift',
  title: 'The distribution stays as it was',
  dimension: 'accuracy',
  description:
    'Compares how the values are distributed with the snapshot before, another dataset or a distribution that is told. Numbers and times are counted in 100 bins between the percentiles of the baseline, other values by the 20 most common of it; values of no bin and NULL have bins of their own. `psi` = sum of (p - q) × ln(p / q), numbers in ten bins; `ks` = the largest distance of the two cumulated distributions, exact to the width of a percentile; `kl` = sum of p × ln(p / q). Broken above `max`. A finding about the table, basis `plausibility`: no row fails. Without a baseline, or with fewer than `minRows` rows on either side, it does not run.',
  options: Options,
  column: ({ column }) => column,
  datasets: ({ dataset }) => (dataset === undefined ? [] : [dataset]),
  plan: (options, scope): CheckPlan => {
    const column = columnOf(scope, options.column)
    if (options.expected !== undefined) return planOf(column, options, () => expectedBins(column, options.expected!))
    const baseline = baselineOf(options, column, scope)
    if (typeof baseline === 'string') return { kind: 'measure', figures: () => ({}), judge: () => nothingMeasured(baseline) }
    return {
      ...planOf(column, options, (prepared) => readBaseline(column, prepared)),
      prepare: baselineQuery(baseline.table.relation, baseline.column),
    }
  },
})

function planOf(
  column: CheckedColumn,
  options: DriftRule,
  read: (prepared: Record<string, Figure>) => Bins | null,
): CheckPlan & { kind: 'measure' } {
  return {
    kind: 'measure',
    figures: (prepared) => {
      const bins = read(prepared)
      return bins === null ? {} : { ...countsOf(column, bins), before: literal(JSON.stringify(bins.before)), kind: literal(bins.kind) }
    },
    judge: (figures) =>
      typeof figures['before'] === 'string'
        ? judgeDrift(figures, figures['before'], options)
        : nothingMeasured('The baseline has no values.'),
  }
}

/** The table to compare with, or why there is none. Throws AtlasError `dataset.not_found` where a dataset is named that is not there. */
function baselineOf(options: DriftRule, column: CheckedColumn, scope: CheckScope): { table: OtherTable; column: CheckedColumn } | string {
  const name = options.otherColumn ?? options.column
  if (options.dataset !== undefined) {
    const table = otherTable(scope, options.dataset)
    return { table, column: sameType(column, otherColumn(options.dataset, table, name)) }
  }
  if (scope.previous === null) return 'There is no earlier snapshot to compare with.'
  const before = scope.previous.columns.find((each) => each.name === name)
  return before === undefined ? `The snapshot before has no column "${name}".` : { table: scope.previous, column: sameType(column, before) }
}

/** The baseline is counted as this column is: numbers as numbers. */
function sameType(column: CheckedColumn, other: CheckedColumn): CheckedColumn {
  return { name: other.name, type: column.type === other.type ? other.type : 'VARCHAR' }
}

function judgeDrift(measured: Record<string, Figure>, baseline: string, { statistic, max, minRows, expected }: DriftRule): Judgement {
  const isNumbers = measured['kind'] === 'numbers'
  const before = JSON.parse(baseline) as number[]
  const now = readCounts(before.length, measured)
  const fewest = Math.min(total(now), expected === undefined ? total(before) : Infinity)
  if (fewest < minRows) return nothingMeasured(`Only ${fewest} rows to compare; drift needs ${minRows}.`)
  const [p, q] = isNumbers ? [tenths(now), tenths(before)] : [now, before]
  const figures = {
    basis: 'plausibility',
    psi: stabilityIndex(p, q),
    kl: divergence(p, q),
    ks: isNumbers ? largestDistance(now.slice(0, -1), before.slice(0, -1)) : null,
    rows: total(now),
    baselineRows: expected === undefined ? total(before) : null,
  }
  const value = figures[statistic]
  if (value === null) return nothingMeasured('ks compares numbers and times; use psi for other values.')
  const limit = max ?? LIMITS[statistic]
  const message = value > limit ? `${statistic} is ${Math.round(value * 1000) / 1000}, at most ${limit} is expected.` : null
  return { value, broken: value > limit, failing: 0, eligible: 0, message, figures }
}

/** Ten bins of numbers, and NULL. */
function tenths(counts: number[]): number[] {
  return [...coarser(counts.slice(0, -1), Math.ceil((counts.length - 1) / 10)), counts.at(-1)!]
}
