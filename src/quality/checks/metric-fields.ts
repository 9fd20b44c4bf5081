import { z } from 'zod'
import { METRIC_NAMES } from './metrics.ts'

/** Options that choose a figure of a column. */
export const metricFields = {
  metric: z.enum(METRIC_NAMES).meta({ title: 'Metric' }),
  percentile: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .meta({ title: 'Percentile', description: 'For the metric percentile', examples: [95] }),
}
