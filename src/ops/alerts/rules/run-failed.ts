import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'
import { findBadEnds, pastBadEnds } from '../bad-ends.ts'

export const runFailed = defineAlertRule({
  id: 'run-failed',
  title: 'A run failed',
  description: 'Runs of a pipeline that fail. Over when a later run succeeds.',
  about: 'pipeline',
  severity: 'critical',
  options: z.strictObject({}),
  find: (world) => findBadEnds(world, 'failed'),
  past: (world, _options, since) => pastBadEnds(world, 'failed', since),
})
