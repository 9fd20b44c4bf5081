import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'
import { findBadEnds, pastBadEnds } from '../bad-ends.ts'

export const runPartial = defineAlertRule({
  id: 'run-partial',
  title: 'A run published only a part',
  description: 'Runs of which some streams failed. Over when a later run publishes all of them.',
  about: 'pipeline',
  severity: 'warning',
  options: z.strictObject({}),
  find: (world) => findBadEnds(world, 'partial'),
  past: (world, _options, since) => pastBadEnds(world, 'partial', since),
})
