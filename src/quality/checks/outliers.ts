import { z } from 'zod'
import { literal, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckPlan, type Figure } from '../check.ts'
import { finiteNumber, refuseUncounted } from './column-values.ts'
import { columnField } from './option-fields.ts'
import { chooseScale, fenceOf, type Spread } from './robust-scale.ts'

const METHODS = ['mad', 'iqr', 'z-score'] as const
const Options = z.strictObject({
  column: columnField,
  method: z.enum(METHODS).default('mad').meta({ title: 'Method' }),
  threshold: z.number().positive().optional().meta({
    title: 'Threshold',
    description: 'How many deviations are plausible: 3.5 for mad, 3 for z-score; how many quartile ranges for iqr: 3',
  }),
  scale: z
    .enum(['auto', 'linear', 'log'])
    .default('auto')
    .meta({ title: 'Scale', description: 'Skewed positive values are judged on a log scale unless told' }),
  minRows: z.int().min(3).default(10).meta({ title: 'Values needed', description: 'With fewer nothing is called an outlier' }),
})

export const outliers = defineCheck({
  id: 'outliers',
  aliases: ['statistical', 'plausibility'],
  title: 'Values are plausible',
  dimension: 'accuracy',
  description:
    'Robust plausibility, basis `plausibility`: it says that a value stands apart, not that it is wrong. Rows with a finite number are eligible. `mad` fails where 0.6745 × |x - median| / MAD is above the threshold of 3.5 (Iglewicz and Hoaglin, 1993). Where the MAD is 0, because half of the values are equal, the scale is the larger of the range of the quartiles / 1.349 and that of the 10th to the 90th percentile / 2.563; where these are 0 as well, the standard deviation; where that is 0, all values are equal and none fails. `iqr` fails outside of the quartiles by more than the threshold times their range (Tukey); `z-score` by standard deviations from the mean, which one large value can hide. Positive values whose quartiles are skewed are judged by their logarithm where that is less skewed. Fewer values than `minRows` are not judged.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, method, threshold, scale, minRows }, scope): CheckPlan => {
    const column = columnOf(scope, name)
    refuseUncounted('Plausibility', column)
    const value = finiteNumber(column)
    const logged = sql`(case when ${value} > 0 then ln(${value}) end)`
    return {
      kind: 'twofold',
      columns: [name],
      first: { n: sql`count(${value})`, ...figuresOf(value), ...(scale === 'linear' ? {} : logFigures(logged)) },
      second: (figures) => {
        const counted = Number(figures['n'] ?? 0)
        if (counted < minRows) return { unmeasurable: `Only ${counted} values; plausibility needs ${minRows}.` }
        const linear = linearSpread(figures)
        const log = Number(figures['positive'] ?? 0) === counted ? logSpread(linear, figures) : null
        const chosen = chooseScale({ linear, log }, scale, counted)
        const fence = fenceOf(chosen.spread, method, threshold)
        const measured = chosen.scale === 'log' ? logged : value
        return { eligible: sql`${value} is not null`, failing: outside(measured, fence), message: `Judged on a ${chosen.scale} scale.` }
      },
    }
  },
})

/** Values that have no logarithm are outliers where the others are judged by theirs. */
function outside(value: Sql, fence: { low: number; high: number } | null): Sql {
  if (fence === null) return raw('false')
  return sql`coalesce(${value} < ${literal(fence.low)} or ${value} > ${literal(fence.high)}, true)`
}

/** One sorted copy of the values serves the four quantiles, which are values of the column: between two of them lies nothing that is common. */
function figuresOf(value: Sql): Record<string, Sql> {
  return {
    median: sql`median(${value})`,
    mad: sql`mad(${value})`,
    quantiles: sql`quantile_disc(${value}, [0.1, 0.25, 0.75, 0.9])`,
    mean: sql`avg(${value})`,
    deviation: sql`stddev_samp(${value})`,
  }
}

function logFigures(logged: Sql): Record<string, Sql> {
  return {
    positive: sql`count(${logged})`,
    log_mad: sql`mad(${logged})`,
    log_mean: sql`avg(${logged})`,
    log_deviation: sql`stddev_samp(${logged})`,
  }
}

function linearSpread(figures: Record<string, Figure>): Spread {
  const read = (name: string) => Number(figures[name] ?? 0)
  const [p10 = 0, q1 = 0, q3 = 0, p90 = 0] = JSON.parse(String(figures['quantiles'] ?? '[]')) as number[]
  return { median: read('median'), mad: read('mad'), q1, q3, p10, p90, mean: read('mean'), deviation: read('deviation') }
}

/** Quantiles keep their place under the logarithm; the other figures are measured. */
function logSpread({ median, q1, q3, p10, p90 }: Spread, figures: Record<string, Figure>): Spread {
  const read = (name: string) => Number(figures[`log_${name}`] ?? 0)
  return {
    median: Math.log(median),
    q1: Math.log(q1),
    q3: Math.log(q3),
    p10: Math.log(p10),
    p90: Math.log(p90),
    mad: read('mad'),
    mean: read('mean'),
    deviation: read('deviation'),
  }
}
