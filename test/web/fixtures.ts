import type { Key, Reply } from '../../src/client/call.ts'
import type { DatasetSummary } from '../../src/contract/datasets.ts'
import type { RunDetail } from '../../src/contract/runs.ts'
import { HOUR, MIN, NOW, ago } from './fixture-clock.ts'
import { batches, dataset, datasets, profile, rows, snapshots } from './fixture-datasets.ts'
import { neverPiiOverview, piiExamples, piiOverview, risk, savedDecision, triedPolicy, wantedFindings } from './fixture-pii.ts'
import { quarantineActs, quarantineGroups, quarantineOverview, quarantinePreview, quarantineRows } from './fixture-quarantine.ts'
import { graph, partOfGraph } from './fixture-graph.ts'
import { neverPipeline, pipelineDetail, pipelinePlan, pipelines, pipelineVersions } from './fixture-pipelines.ts'
import {
  checkKindsReply,
  datasetQuality,
  datasetRules,
  failingRows,
  metricHistory,
  neverDatasetQuality,
  ruleVersions,
  suggestions,
  testedRule,
} from './fixture-rules.ts'
import { neverQualityOverview, qualityOverview } from './fixture-quality.ts'
import { failedRun, logOf, openRun, pausingRun, runDetail, runningRun, runs } from './fixture-runs.ts'
import {
  alertBackTest,
  alertChannelKinds,
  alertChannels,
  alertDetail,
  alertHistory,
  alertRuleKinds,
  alertRules,
  alertStatus,
  alertTest,
  neverAlerts,
  neverAlertStatus,
  openAlerts,
} from './fixture-alerts.ts'
import { freshness, madeTrigger, triggers } from './fixture-triggers.ts'
import { backfillPlan, backfills, schedulePreview, scheduleWeek, schedules } from './fixture-schedules.ts'
import { session } from './fixture-session.ts'
import { earlierRun, manyRun, partialRun } from './fixture-source-runs.ts'
import {
  connectorInfos,
  dependents,
  discoveredStreams,
  neverSource,
  neverStreams,
  parts,
  schemaChanges,
  sourceHistory,
  sourceStreams,
  sources,
  streamPreview,
} from './fixture-sources.ts'
import { preview, uploads } from './fixture-uploads.ts'

const classified = datasets.filter((one) => one.piiColumns !== null)
const rowsIn = (some: DatasetSummary[]) => some.reduce((sum, one) => sum + one.rows, 0)

const stats: Reply<'GET /dashboard/stats'> = {
  totalRuns: 128,
  avgQualityScore: 0.9764,
  totalPiiDetections: 2_203_027,
  activeConnectors: 1,
  recentRuns: runs.slice(0, 10),
  asOf: new Date(NOW).toISOString(),
  scope: { scoredDatasets: 3, classifiedDatasets: classified.length, classifiedRows: rowsIn(classified) },
  attention: [
    {
      kind: 'run_failed',
      title: 'orders failed at extract',
      detail: 'The file ends in the middle. Nothing was published.',
      since: ago(12 * MIN),
      link: '/runs/r_failed',
      verb: 'Open run',
    },
    {
      kind: 'run_blocked',
      title: 'invoices is blocked by a check',
      detail: '39 rows break “amount ≥ 0”. Readers see the last good snapshot.',
      since: ago(3 * HOUR),
      link: '/runs/r_blocked',
      verb: 'Open run',
    },
    {
      kind: 'quarantine',
      title: 'chart.customers has 39 rows in quarantine',
      detail: '31 are not a decimal(12,2)',
      since: runDetail.finishedAt!,
      link: '/datasets/chart.customers?tab=quarantine',
      verb: 'Open rows',
    },
  ],
  layers: (['explore', 'chart', 'navigate'] as const).map((layer) => {
    const own = datasets.filter((one) => one.layer === layer)
    const updatedAt = own
      .map((one) => one.updatedAt)
      .toSorted()
      .at(-1)!
    return { layer, datasets: own.length, rows: rowsIn(own), updatedAt }
  }),
}

const emptyStats: Reply<'GET /dashboard/stats'> = {
  ...stats,
  totalRuns: 0,
  avgQualityScore: null,
  totalPiiDetections: 0,
  activeConnectors: 0,
  recentRuns: [],
  scope: { scoredDatasets: 0, classifiedDatasets: 0, classifiedRows: 0 },
  attention: [],
  layers: stats.layers.map(({ layer }) => ({ layer, datasets: 0, rows: 0, updatedAt: null })),
}

type Replies = { [K in Key]?: Reply<K> | ((params: string[], query: URLSearchParams) => Reply<K>) }

function detailOf(id: string | undefined): RunDetail {
  return [openRun, failedRun, partialRun, manyRun, pausingRun, earlierRun].find((run) => run.id === id) ?? runDetail
}

/** Good answers by endpoint. */
export const replies: Replies = {
  'GET /auth/session': session,
  'GET /dashboard/stats': stats,
  'GET /runs': (_, query) => {
    const found = runs.filter(
      (one) =>
        (query.get('state')?.split(',') ?? [one.state]).includes(one.state) &&
        (query.get('pipeline') ?? one.pipeline) === one.pipeline &&
        (query.get('gaveUp') === null || one.gaveUpAt !== null),
    )
    return { runs: found, next: null }
  },
  'GET /runs/counts': {
    states: [
      { state: 'queued', runs: 2 },
      { state: 'running', runs: 1 },
      { state: 'succeeded', runs: 10_000 },
      { state: 'failed', runs: 2 },
      { state: 'blocked', runs: 2 },
    ],
    gaveUp: 1,
    most: 10_000,
  },
  'POST /runs/retry': { runs: [], refused: [] },
  'POST /runs/settle': { runs: [], refused: [] },
  'POST /runs/cancel': { runs: [], refused: [] },
  'POST /runs/:runId/retry': runningRun,
  'POST /runs/:runId/settle': runningRun,
  'GET /runs/:runId': ([id]) => detailOf(id),
  'GET /runs/:runId/log': ([id]) => logOf(detailOf(id)),
  'POST /runs/:runId/cancel': { ...runningRun, state: 'cancelled' },
  'POST /runs': runningRun,
  'GET /datasets': (_, query) => {
    const found = datasets.filter((one) => one.name.includes(query.get('q') ?? '') && (query.get('layer') ?? one.layer) === one.layer)
    return { datasets: found, next: null, total: found.length }
  },
  'GET /datasets/:name': dataset,
  'GET /datasets/:name/rows': rows,
  'GET /datasets/:name/profile': profile,
  'GET /datasets/:name/snapshots': snapshots,
  'GET /datasets/:name/quarantine': batches,
  'GET /quarantine/:quarantineId/rows': {
    total: 39,
    rows: [
      {
        file: 'customers.csv',
        line: 418,
        column: 'amount',
        reason: 'amount is not a decimal(12,2)',
        row: '0000418;h@example.com;;+45 12 34 56 78;DK;n/a;03-04-2026;ja;',
      },
      { file: 'customers.csv', line: 20_114, column: null, reason: 'the row has 10 values, the header 9', row: null },
    ],
  },
  'GET /uploads': uploads,
  'GET /uploads/:uploadId': ([id]) => uploads.find((one) => one.id === id) ?? uploads[0]!,
  'POST /uploads/:uploadId/preview': preview,
  'POST /uploads': uploads[0]!,
  'GET /connectors': connectorInfos,
  'GET /sources': sources,
  'POST /sources': sources[0]!,
  'POST /sources/test': parts,
  'POST /sources/discover': discoveredStreams,
  'POST /sources/preview': streamPreview,
  'GET /sources/:name': ([name]) => sources.find((one) => one.name === name) ?? sources[0]!,
  'PUT /sources/:name': ([name]) => sources.find((one) => one.name === name) ?? sources[0]!,
  'DELETE /sources/:name': undefined,
  'POST /sources/:name/test': parts,
  'POST /sources/:name/sync': runningRun,
  'GET /sources/:name/dependents': dependents,
  'GET /sources/:name/history': sourceHistory,
  'GET /sources/:name/streams': sourceStreams,
  'GET /sources/:name/schema-changes': schemaChanges,
  'GET /alerts': (_, query) => (query.get('state') === 'history' ? alertHistory : openAlerts),
  'GET /alerts/status': alertStatus,
  'GET /alerts/:alertId': ([id]) => alertDetail(id!),
  'POST /alerts/:alertId/take': ([id]) => alertDetail(id!),
  'GET /alert-rules': alertRules,
  'GET /alert-rules/kinds': alertRuleKinds,
  'POST /alert-rules/back-test': alertBackTest,
  'GET /alert-channels': alertChannels,
  'GET /alert-channels/kinds': alertChannelKinds,
  'POST /alert-channels/:channelId/test': alertTest,
  'GET /schedules': schedules,
  'GET /triggers': triggers,
  'POST /triggers': madeTrigger,
  'POST /triggers/:triggerId/pause': { ...triggers[0]!, paused: true },
  'POST /triggers/:triggerId/run': { run: null, reason: 'overlap' },
  'DELETE /triggers/:triggerId': undefined,
  'GET /freshness': freshness,
  'GET /backfills': backfills,
  'POST /backfills/plan': backfillPlan,
  'POST /backfills': backfills[0]!,
  'GET /schedules/week': scheduleWeek,
  'POST /schedules': schedules[0]!,
  'POST /schedules/preview': schedulePreview,
  'PUT /schedules/:scheduleId': schedules[0]!,
  'POST /schedules/:scheduleId/pause': { ...schedules[0]!, paused: true },
  'POST /schedules/:scheduleId/run': runningRun,
  'DELETE /schedules/:scheduleId': undefined,
  'GET /pipelines': pipelines,
  'GET /pipelines/:name': ([name]) => pipelineDetail(name),
  'GET /pipelines/:name/versions': pipelineVersions,
  'POST /pipelines/:name/pause': { ...pipelines[0]!, paused: true },
  'POST /pipelines/:name/release': pipelines[1]!,
  'POST /pipelines/:name/versions/:version/restore': pipelines[0]!,
  'POST /pipelines/read': pipelines[0]!.definition,
  'POST /pipelines/plan': pipelinePlan,
  'GET /graph': (_, query) => (query.has('around') ? partOfGraph : graph),
  'PUT /pipelines/:name': pipelines[0]!,
  'GET /quarantine': quarantineOverview,
  'GET /quarantine/rows': quarantineRows,
  'GET /quarantine/groups': quarantineGroups,
  'GET /quarantine/acts': quarantineActs,
  'POST /quarantine/preview': quarantinePreview,
  'POST /quarantine/discard': { rows: 37 },
  'GET /quality/overview': qualityOverview,
  'GET /quality/datasets/:name': datasetQuality,
  'GET /quality/datasets/:name/history': (_, query) => metricHistory(query),
  'GET /quality/checks': checkKindsReply,
  'GET /datasets/:name/rules': datasetRules,
  'GET /datasets/:name/rules/:rule/failing-rows': failingRows,
  'GET /datasets/:name/rules/:rule/history': ruleVersions,
  'GET /datasets/:name/rules/suggestions': suggestions,
  'POST /datasets/:name/rules/test': testedRule,
  'GET /pii/overview': piiOverview,
  'GET /pii/findings': (_, query) => wantedFindings(query),
  'GET /pii/findings/examples': piiExamples,
  'POST /pii/try-policy': triedPolicy,
  'GET /datasets/:name/risk': risk,
  'PUT /pii/decisions': savedDecision,
  'DELETE /pii/decisions': undefined,
}

/** Answers in which nothing was measured: counts of nothing, and null for every figure. */
export const neverReplies: Replies = {
  ...replies,
  'GET /dashboard/stats': emptyStats,
  'GET /runs': { runs: [], next: null },
  'GET /runs/counts': { states: [], gaveUp: 0, most: 10_000 },
  'GET /runs/:runId': {
    ...failedRun,
    state: 'failed',
    startedAt: null,
    finishedAt: null,
    steps: failedRun.steps.map((old) => ({ ...old, state: 'skipped', startedAt: null, finishedAt: null, note: null })),
    error: null,
  },
  'GET /runs/:runId/log': [],
  'GET /datasets': { datasets: [], next: null, total: 0 },
  'GET /uploads': [],
  'GET /sources': [],
  'GET /sources/:name': neverSource,
  'GET /sources/:name/history': [],
  'GET /sources/:name/streams': neverStreams,
  'GET /sources/:name/schema-changes': [],
  'GET /datasets/:name/snapshots': [],
  'GET /datasets/:name/quarantine': [],
  'GET /alerts': neverAlerts,
  'GET /alerts/status': neverAlertStatus,
  'GET /alert-rules': [],
  'GET /alert-channels': [],
  'GET /schedules': [],
  'GET /triggers': [],
  'GET /freshness': [],
  'GET /backfills': [],
  'GET /schedules/week': { ...scheduleWeek, schedules: [] },
  'GET /pipelines': [],
  'GET /pipelines/:name': neverPipeline,
  'GET /pipelines/:name/versions': [],
  'GET /graph': { nodes: [], edges: [], problems: [] },
  'GET /quarantine': [],
  'GET /quarantine/groups': [],
  'GET /quarantine/rows': { rows: [], total: 0 },
  'GET /quality/overview': neverQualityOverview,
  'GET /quality/datasets/:name': neverDatasetQuality,
  'GET /datasets/:name/rules': { rules: [] },
  'GET /datasets/:name/rules/suggestions': { ...suggestions, rules: [] },
  'GET /pii/overview': neverPiiOverview,
  'GET /pii/findings': { findings: [], total: 0 },
}
