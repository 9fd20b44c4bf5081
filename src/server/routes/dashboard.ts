import { statfs } from 'node:fs/promises'
import type { AttentionItem, dashboardEndpoints } from '../../contract/dashboard.ts'
import { readDashboard } from '../../store/dashboard-queries.ts'
import type { Handlers } from '../handlers.ts'

/** Below this much free space the dashboard says so: a run needs room for its files beside those that readers still hold. */
const lowSpaceBytes = 2 * 1024 ** 3

export const dashboardRoutes: Handlers<typeof dashboardEndpoints> = {
  'GET /dashboard/stats': async (_input, { db, now, folders }) => {
    const stats = await readDashboard(db, now())
    return { ...stats, attention: [...(await lowSpace(folders.lake, now())), ...stats.attention] }
  },
}

async function lowSpace(folder: string, now: Date): Promise<AttentionItem[]> {
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= lowSpaceBytes) return []
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
