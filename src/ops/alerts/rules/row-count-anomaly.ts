import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'
import { findAnomalies, pastAnomalies } from '../anomalies.ts'

export const rowCountAnomaly = defineAlertRule({
  id: 'row-count-anomaly',
  title: 'Rows are not as many as expected',
  description:
    'Snapshots with more or fewer rows than their own past lets expect. Over when a later one is as expected, or somebody calls it expected.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({}),
  find: (world) => findAnomalies(world, 'rows'),
  past: (world, _options, since) => pastAnomalies(world, 'rows', since),
})
