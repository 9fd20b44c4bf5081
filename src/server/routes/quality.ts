import type { HistoryPoint, MetricKey } from '../../contract/quality-history.ts'
import type { qualityOverviewEndpoints } from '../../contract/quality-overview.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import { requireDataset } from '../../store/dataset-queries.ts'
import { listSeries, markExpected, unmarkExpected } from '../../store/quality-history.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { readDatasetQuality } from '../quality/dataset-quality.ts'
import { readLineageEvent } from '../quality/lineage-event.ts'
import { readMetricHistory } from '../quality/metric-history.ts'
import { writeReport } from '../quality/report.ts'
import { readScorecard } from '../quality/scorecard.ts'

export const qualityRoutes: Handlers<typeof qualityOverviewEndpoints> = {
  'GET /quality/overview': ({ query }, platform) => readScorecard(platform, query),

  'GET /quality/datasets/:name': ({ params, query }, platform) => readDatasetQuality(platform, params.name, query.snapshot),

  'GET /quality/datasets/:name/metrics': async ({ params }, { db }) => ({
    metrics: await listSeries(db, await requireDataset(db, params.name)),
  }),

  'GET /quality/datasets/:name/history': ({ params, query }, platform) => {
    const { metric, rule = null, column = null, ...part } = query
    return readMetricHistory(platform, params.name, { metric, rule, column }, part)
  },

  'PUT /quality/datasets/:name/history/:pointId/expected': ({ params, body, ...request }, platform) =>
    changeMark(platform, request, params.name, 'quality.expected', body, (db) =>
      markExpected(db, params.name, params.pointId, { ...body, by: request.caller.actor }, platform.now()),
    ),

  'DELETE /quality/datasets/:name/history/:pointId/expected': ({ params, ...request }, platform) =>
    changeMark(platform, request, params.name, 'quality.expected_withdrawn', {}, (db) => unmarkExpected(db, params.name, params.pointId)),

  'GET /quality/datasets/:name/report': ({ params, query }, platform) => writeReport(platform, params.name, query),

  'GET /runs/:runId/openlineage': ({ params }, { db }) => readLineageEvent(db, params.runId),
}

/** Changes what is said of a point and writes it into the audit, both or neither. */
function changeMark(
  { db }: Platform,
  { caller, address }: Pick<RequestContext, 'caller' | 'address'>,
  dataset: string,
  action: Extract<AuditAction, `quality.${string}`>,
  detail: Record<string, unknown>,
  change: (db: Platform['db']) => Promise<{ point: HistoryPoint; key: MetricKey }>,
): Promise<HistoryPoint> {
  return db.transaction().execute(async (transaction) => {
    const { point, key } = await change(transaction)
    await writeAudit(transaction, { actor: caller.actor, action, target: dataset, detail: { ...key, point: point.id, ...detail }, address })
    return point
  })
}
