import { z } from 'zod'
import { LOW_SPACE_BYTES } from '../../free-space.ts'
import { defineAlertRule, EPISODE } from '../alert-rule.ts'

const MIB = 1024 ** 2

export const diskLow = defineAlertRule({
  id: 'disk-low',
  title: 'The disk of the lake is nearly full',
  description: 'Less free space than a limit where the lake is, by machine. Over when there is a tenth more than the limit.',
  about: 'machine',
  severity: 'critical',
  options: z.strictObject({
    belowMiB: z
      .int()
      .min(1)
      .max(1e9)
      .default(LOW_SPACE_BYTES / MIB)
      .meta({ title: 'Free space below, in MiB' }),
  }),
  find: async ({ host, now, freeBytes }, { belowMiB }) => {
    const freeMiB = Math.floor((await freeBytes()) / MIB)
    if (freeMiB >= belowMiB * 1.1) return []
    return [
      {
        subject: host,
        key: EPISODE,
        at: now,
        active: true,
        opens: freeMiB < belowMiB,
        what: `The disk of the lake on ${host} is nearly full: ${freeMiB} MiB are free, the limit is ${belowMiB}`,
        cause: 'lake.disk_full',
        next: 'Free space, or keep snapshots for a shorter time; a run that finds no space publishes nothing.',
        pipeline: null,
        dataset: null,
        runId: null,
        link: '/datasets',
      },
    ]
  },
  owns: (subject, { host }) => subject === host,
  past: 'Atlas keeps no history of free space.',
})
