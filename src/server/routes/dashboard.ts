import type { AttentionItem, dashboardEndpoints } from '../../contract/dashboard.ts'
import { readDashboard } from '../../store/dashboard-queries.ts'
import type { Lake } from '../../lake/lake.ts'
import { freeSpace, LOW_SPACE_BYTES } from '../../ops/free-space.ts'
import type { Handlers } from '../handlers.ts'

export const dashboardRoutes: Handlers<typeof dashboardEndpoints> = {
  'GET /dashboard/stats': async (_input, { db, now, folders, lake }) => {
    const stats = await readDashboard(db, now())
    return { ...stats, attention: [...outOfReach(lake, now()), ...(await lowSpace(folders.lake, now())), ...stats.attention] }
  },
}

function outOfReach({ files: { outage } }: Lake, now: Date): AttentionItem[] {
  if (outage === null) return []
  return [
    {
      kind: 'lake',
      title: 'The files of the lake cannot be reached',
      detail: `${outage.message} Runs wait until they can. ${outage.next}`,
      since: now.toISOString(),
      link: '/runs?state=queued',
      verb: 'See what waits',
    },
  ]
}

async function lowSpace(folder: string, now: Date): Promise<AttentionItem[]> {
  const freeBytes = await freeSpace(folder)
  if (freeBytes >= LOW_SPACE_BYTES) return []
  return [
    {
      kind: 'disk',
      title: 'The disk of the lake is nearly full',
      detail: `${Math.floor(freeBytes / 1024 ** 2)} MiB are free; a run that finds no space publishes nothing.`,
      since: now.toISOString(),
      link: '/datasets',
      verb: 'See what takes space',
    },
  ]
}
