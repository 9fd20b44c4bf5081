import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'
import { findAnomalies, pastAnomalies } from '../anomalies.ts'

export const qualityAnomaly = defineAlertRule({
  id: 'quality-anomaly',
  title: 'Quality is not as expected',
  description:
    'Snapshots of which a score, or a figure of a rule, is not what their own past lets expect. Over when a later one is as expected, or somebody calls it expected.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({}),
  find: (world) => findAnomalies(world, 'quality'),
  past: (world, _options, since) => pastAnomalies(world, 'quality', since),
})
