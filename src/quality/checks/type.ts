import { z } from 'zod'
import { defineCheck } from '../check.ts'

export const type = defineCheck({
  id: 'type',
  title: 'Rows fit their types',
  dimension: 'validity',
  description:
    'Fails on rows of the source that were refused into quarantine: a cell did not fit its column’s type, the row did not fit its header, or a quarantining rule refused it; those rows and the table’s are eligible. The figures tell the dates that fit both orders of day and month. Runs by itself on every dataset that is read from a source.',
  options: z.strictObject({}),
  column: () => null,
  plan: (_, { quarantinedRows, ambiguousDates }) => ({ kind: 'counted', failing: quarantinedRows, figures: { ambiguousDates } }),
})
