import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant, Layer } from './names.ts'
import { Run } from './runs.ts'

/** One thing that needs a person, worst first. */
export const AttentionItem = z
  .object({
    kind: z.enum(['run_failed', 'run_blocked', 'run_partial', 'schema_changed', 'rule_broken', 'quarantine', 'pii_kept', 'disk', 'lake']),
    title: z.string(),
    detail: z.string(),
    since: Instant,
    /** Path in the web app that opens it. */
    link: z.string(),
    verb: z.string(),
  })
  .meta({ id: 'AttentionItem' })
export type AttentionItem = z.infer<typeof AttentionItem>

export const DashboardStats = z
  .object({
    /** Runs ever started. */
    totalRuns: Count,
    /** Mean score, 0 to 1, of the published chart snapshots that have one; null when none has. */
    avgQualityScore: z.number().nullable(),
    /** Cells with personal data found in the published snapshots. */
    totalPiiDetections: Count,
    /** Kinds of source that had a succeeded run. */
    activeConnectors: Count,
    /** The ten newest runs, newest first. */
    recentRuns: z.array(Run),
    asOf: Instant,
    /** What stands behind the figures. */
    scope: z.object({ scoredDatasets: Count, classifiedDatasets: Count, classifiedRows: Count }),
    attention: z.array(AttentionItem),
    layers: z.array(z.object({ layer: Layer, datasets: Count, rows: Count, updatedAt: Instant.nullable() })),
  })
  .meta({ id: 'DashboardStats' })
export type DashboardStats = z.infer<typeof DashboardStats>

export const dashboardEndpoints = endpoints({
  'GET /dashboard/stats': {
    summary: 'The five metrics, recent runs and what needs attention',
    permission: 'runs.read',
    reply: DashboardStats,
  },
})
