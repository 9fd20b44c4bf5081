import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'
import { findBadEnds, pastBadEnds } from '../bad-ends.ts'

export const runBlocked = defineAlertRule({
  id: 'run-blocked',
  title: 'A check blocked a run',
  description: 'Runs that publish nothing because a blocking check failed. Over when a later run succeeds.',
  about: 'pipeline',
  severity: 'critical',
  options: z.strictObject({}),
  find: (world) => findBadEnds(world, 'blocked'),
  past: (world, _options, since) => pastBadEnds(world, 'blocked', since),
})
