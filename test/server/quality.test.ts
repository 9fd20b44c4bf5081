import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import type { Run } from '../../src/contract/runs.ts'
import { AtlasError, toProblem } from '../../src/core/errors.ts'
import { insertRow } from '../../src/store/runs.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

const DAY = 86_400_000
let atlas: TestServer
const runs: Run[] = []

const get = (path: string, role: 'admin' | 'editor' | 'viewer' = 'viewer') => atlas.as(role)(`/api/v1${path}`)

/** Publishes orders of one more day: so many rows, of which some have an amount below zero. */
async function publishDay(rows: number, negative: number, checks: object[] = rules): Promise<Run> {
  const lines = Array.from({ length: rows }, (_, row) => `${row + 1},${row < negative ? -1 : 1 + (row % 7)},anna${row}@example.org`)
  const body = new FormData()
  body.append('file', new Blob([`id,amount,mail\n${lines.join('\n')}\n`]), 'orders.csv')
  const { id } = await replyOf('POST /uploads', atlas.as('editor')('/api/v1/uploads', { method: 'POST', body }))
  const json = { uploadId: id, dataset: 'orders', stream: { keys: ['id'], checks } }
  const queued = await replyOf('POST /runs', atlas.as('editor')('/api/v1/runs', { method: 'POST', json }))
  await (await get(`/runs/${queued.id}/events`)).text()
  const run = await replyOf('GET /runs/:runId', get(`/runs/${queued.id}`))
  runs.push(run)
  atlas.advance(DAY)
  return run
}

const rules = [
  { id: 'amount-positive', check: 'range', options: { column: 'amount', min: 0 }, warn: { rows: 0 }, fail: { rows: 5 } },
  { id: 'amount-there', check: 'not-null', options: { column: 'amount' } },
]

beforeAll(async () => {
  atlas = await startTestServer()
  for (let day = 0; day < 10; day += 1) await publishDay(100 + (day % 3), 1)
  await publishDay(300, 9)
  await publish(atlas.platform, 'chart.unmeasured', { columns: { n: 'INTEGER' }, select: 'select 1 as n' })
  await publish(atlas.platform, 'chart.fine', { columns: { n: 'INTEGER' }, select: 'select 1 as n', score: 0.9 })
}, 120_000)
afterAll(() => atlas.close())

describe('the scorecard', () => {
  it('counts outcomes apart, worst dataset first, with the cap and its rule, and says what nobody checks', async () => {
    const overview = await replyOf('GET /quality/overview', get('/quality/overview'))
    expect(overview).toMatchObject({ total: 4, withoutRules: 2, neverMeasured: 1 })
    expect(overview.counts).toEqual({ passed: 2, warned: 0, failed: 2, error: 0, not_run: 0 })
    expect(overview.datasets.map(({ dataset, state }) => [dataset, state])).toEqual([
      ['chart.orders', 'failed'],
      ['navigate.orders', 'failed'],
      ['chart.fine', 'none'],
      ['chart.unmeasured', 'none'],
    ])
    const [orders] = overview.datasets
    expect(orders).toMatchObject({ score: 0.59, cap: { at: 0.59, rule: 'amount-positive' }, coverage: { columns: 1, of: 3 } })
    expect(orders?.dimensions.validity).toMatchObject({ state: 'failed', rules: 1, failing: 9, score: 0.97 })
    expect(orders?.dimensions.accuracy).toMatchObject({ state: 'none', rules: 0, score: null })
    expect(orders?.trend).toHaveLength(11)
    expect(overview.datasets.find(({ dataset }) => dataset === 'chart.fine')).toMatchObject({ state: 'none', score: null })
    expect(overview.layers).toMatchObject([
      { layer: 'chart', datasets: 3, scored: 1, score: 0.59, worst: { dataset: 'chart.orders', score: 0.59 } },
      { layer: 'navigate', datasets: 1, scored: 1 },
    ])
  })

  it.each([
    ['layer=navigate', ['navigate.orders']],
    ['layer=explore', ['explore.orders']],
    ['q=ORD', ['chart.orders', 'navigate.orders']],
    ['q=%25', []],
    ['state=failed&dimension=validity', ['chart.orders', 'navigate.orders']],
    ['state=failed&dimension=completeness', []],
    ['state=none&sort=name', ['chart.fine', 'chart.unmeasured']],
    ['minScore=0.5', ['chart.orders', 'navigate.orders']],
    ['minScore=0.7', []],
    ['maxScore=0.7&sort=name', ['chart.orders', 'navigate.orders']],
    ['pii=yes', ['chart.orders', 'navigate.orders']],
    ['pii=unknown&sort=name', ['chart.fine', 'chart.unmeasured']],
    ['sort=score&limit=2&offset=1', ['navigate.orders', 'chart.fine']],
    ['from=2999-01-01T00:00:00Z', []],
  ])('?%s gives what matches', async (query, names) => {
    const { datasets } = await replyOf('GET /quality/overview', get(`/quality/overview?${query}`))
    expect(datasets.map(({ dataset }) => dataset)).toEqual(names)
  })
})

describe('the quality of a dataset', () => {
  it('lists its rules worst first, its columns with coverage, and what history did not let expect', async () => {
    const quality = await replyOf('GET /quality/datasets/:name', get('/quality/datasets/chart.orders'))
    expect(quality.rules.slice(0, 2).map(({ rule, status }) => [rule, status])).toEqual([
      ['amount-positive', 'failed'],
      ['amount-there', 'passed'],
    ])
    expect(quality.columns.map(({ column, covered, state }) => [column, covered, state])).toEqual([
      ['id', false, 'none'],
      ['amount', true, 'failed'],
      ['mail', false, 'none'],
    ])
    expect(quality.anomalies.map(({ metric, last }) => [metric, last.reason])).toEqual(
      expect.arrayContaining([
        ['rows', 'above'],
        ['failing_share', 'above'],
      ]),
    )
    const earlier = await replyOf(
      'GET /quality/datasets/:name',
      get(`/quality/datasets/chart.orders?snapshot=${quality.trend[0]?.snapshotId}`),
    )
    expect(earlier.rules.find(({ rule }) => rule === 'amount-positive')?.status).toBe('warned')
    expect(earlier).toMatchObject({ summary: { score: 0.89, cap: { at: 0.89 } }, anomalies: [] })
  })

  it('that is not there is not found', () => expectProblem(get('/quality/datasets/chart.nothing'), 404, 'dataset.not_found'))

  it('tells what a newer run was refused for', async () => {
    const run = await publishDay(10, 3, [{ id: 'strict', check: 'range', options: { column: 'amount', min: 0 }, blocking: true }])
    expect(run.state).toBe('blocked')
    const quality = await replyOf('GET /quality/datasets/:name', get('/quality/datasets/chart.orders'))
    expect(quality.refused).toMatchObject({
      runId: run.id,
      results: [{ rule: 'strict', status: 'failed', failing: 3 }, ...quality.refused!.results.slice(1)],
    })
    expect(quality.rows).toBe(300)
    const event = await replyOf('GET /runs/:runId/openlineage', get(`/runs/${run.id}/openlineage`))
    expect(event).toMatchObject({
      eventType: 'FAIL',
      outputs: [],
      run: { facets: { errorMessage: { message: expect.stringContaining('run.blocked') } } },
    })
  })
})

describe('the history of a metric', () => {
  const path = '/quality/datasets/chart.orders/history?metric=rows'

  it('has every point with the range that was expected of it, and the range of the next', async () => {
    const history = await replyOf('GET /quality/datasets/:name/history', get(path))
    expect(history.points.map(({ value, verdict }) => [value, verdict])).toEqual([
      ...[100, 101, 102, 100, 101, 102, 100, 101].map((rows) => [rows, 'learning']),
      [102, 'ok'],
      [100, 'ok'],
      [300, 'alert'],
    ])
    expect(history).toMatchObject({ kind: 'count', basis: { season: 'none', model: 'level' } })
    expect(history.next!.low).toBeLessThan(100)
    expect(history.next!.high).toBeLessThan(300)
    const newest = await replyOf('GET /quality/datasets/:name/history', get(`${path}&limit=2`))
    expect(newest.points.map(({ value }) => value)).toEqual([100, 300])
  })

  it('is there for every metric: of the table, of columns and of rules', async () => {
    const { metrics } = await replyOf('GET /quality/datasets/:name/metrics', get('/quality/datasets/chart.orders/metrics'))
    const names = metrics.map(({ rule, column, metric }) => [rule, column, metric].filter((part) => part !== null).join(' '))
    expect(names).toEqual(
      expect.arrayContaining(['rows', 'score', 'validity', 'coverage', 'amount completeness', 'amount-positive amount failing_share']),
    )
    expect(metrics.every(({ points }) => points === 11)).toBe(true)
  })

  it('learns from who says that a point was expected, who is named in the audit, and forgets it again', async () => {
    const { points } = await replyOf('GET /quality/datasets/:name/history', get(path))
    const mark = `/quality/datasets/chart.orders/history/${points.at(-1)!.id}/expected`
    const body = { method: 'PUT', json: { scope: 'point', why: 'campaign' } }
    await expectProblem(atlas.as('viewer')(`/api/v1${mark}`, body), 403, 'access.denied')
    await expectProblem(
      atlas.as('editor')('/api/v1/quality/datasets/navigate.orders/history/1/expected', body),
      404,
      'quality.point_not_found',
    )
    const marked = await replyOf('PUT /quality/datasets/:name/history/:pointId/expected', atlas.as('editor')(`/api/v1${mark}`, body))
    expect(marked).toMatchObject({ verdict: 'expected', reason: 'above', mark: { scope: 'point', why: 'campaign', by: 'token:editor' } })
    const taught = await replyOf('GET /quality/datasets/:name/history', get(path))
    expect(taught.next!.high).toBeGreaterThan(300)
    const { anomalies } = await replyOf('GET /quality/datasets/:name', get('/quality/datasets/chart.orders'))
    expect(anomalies.map(({ metric }) => metric)).not.toContain('rows')
    const withdrawn = await replyOf(
      'DELETE /quality/datasets/:name/history/:pointId/expected',
      atlas.as('editor')(`/api/v1${mark}`, { method: 'DELETE' }),
    )
    expect(withdrawn).toMatchObject({ verdict: 'alert', mark: null })
    const entries = await replyOf('GET /audit', get('/audit?limit=5', 'admin'))
    expect(entries.filter(({ action }) => action.startsWith('quality.')).map(({ action, target }) => [action, target])).toEqual([
      ['quality.expected_withdrawn', 'chart.orders'],
      ['quality.expected', 'chart.orders'],
    ])
  })
})

describe('the report', () => {
  const report = (format: string) => get(`/quality/datasets/chart.orders/report?format=${format}`)

  it('is a page that loads nothing, runs nothing, and whose one style its policy names', async () => {
    const reply = await report('html')
    const page = await reply.text()
    expect(reply.headers.get('content-disposition')).toMatch(/^inline; filename="quality-chart\.orders-s_\d+\.html"$/)
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? ''
    expect(reply.headers.get('content-security-policy')).toContain(
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    )
    expect(page).not.toMatch(/<script|<link|<img|\sstyle=|\son\w+=|https?:/)
    expect(page).toContain('59.0 %')
    expect(page).toContain('amount-positive')
    expect(page).toMatch(/validity<\/th><td class="n">97\.0 %<\/td><td>✕ 0 of 1 pass<\/td>/)
    expect(page).toContain('Held at 59.0 % or less by the rule amount-positive.')
  })

  it('is a CSV with a line for each rule', async () => {
    const reply = await report('csv')
    const [header, first] = (await reply.text()).split('\n')
    expect(reply.headers.get('content-type')).toContain('text/csv')
    expect(header).toMatch(/^dataset,snapshot,measured_at,rule,/)
    expect(first).toMatch(
      /^chart\.orders,s_\d+,[^,]+,amount-positive,.*,validity,amount,pipeline,error,no,yes,failed,300,9,3,,0 rows,5 rows,/,
    )
  })

  it('is JSON with everything', async () => {
    const json = (await (await report('json')).json()) as { dataset: string; rules: unknown[] }
    expect(json).toMatchObject({ dataset: 'chart.orders', atlas: '0.0.0-test', summary: { score: 0.59 } })
  })
})

describe('the OpenLineage event of a run', () => {
  it('has what was published with metrics, what was checked with assertions, and no value of personal data', async () => {
    const run = runs[10]!
    const event = await replyOf('GET /runs/:runId/openlineage', get(`/runs/${run.id}/openlineage`))
    expect(event).toMatchObject({
      eventType: 'COMPLETE',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      job: { namespace: 'atlas', name: 'orders' },
      run: {
        runId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        facets: { atlas_run: { runId: run.id } },
      },
    })
    const { inputs, outputs } = event as unknown as Record<'inputs' | 'outputs', { name: string; facets: object; inputFacets: object }[]>
    expect(outputs.map(({ name }) => name)).toEqual(['explore.orders', 'chart.orders', 'navigate.orders'])
    const chart = outputs.find(({ name }) => name === 'chart.orders')
    expect(chart?.facets).toMatchObject({
      schema: { fields: [{ name: 'id' }, { name: 'amount' }, { name: 'mail' }] },
      dataQualityMetrics: {
        _schemaURL: 'https://openlineage.io/spec/facets/1-0-0/DataQualityMetricsDatasetFacet.json#/$defs/DataQualityMetricsDatasetFacet',
        rowCount: 300,
        columnMetrics: {
          id: { nullCount: 0, count: 300, distinctCount: 300, min: 1, max: 300 },
          amount: { nullCount: 0, count: 300, min: -1, max: 7 },
          mail: { nullCount: 0, count: 300 },
        },
      },
    })
    const assertions = inputs.find(({ name }) => name === 'chart.orders')?.inputFacets
    expect(assertions).toMatchObject({
      dataQualityMetrics: { rowCount: 300 },
      dataQualityAssertions: {
        _schemaURL:
          'https://openlineage.io/spec/facets/1-0-2/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet',
        assertions: [
          { assertion: 'range', success: false, column: 'amount', severity: 'error' },
          { assertion: 'not-null', success: true, column: 'amount', severity: 'error' },
        ],
      },
    })
    expect(JSON.stringify(event)).not.toContain('@example.org')
  })

  it.each([
    ['cancelled while it waited', 'cancelled', 'ABORT'],
    ['given up with its worker', 'failed', 'FAIL'],
  ] as const)('of a run that was %s says what it was to read and why it ended', async (_, state, eventType) => {
    const { db } = atlas.platform
    const definition = PipelineDefinition.parse({ name: 'shop', source: { connector: 'files' }, streams: [{ name: 'orders' }] })
    const error = JSON.stringify(toProblem(new AtlasError('run.cancelled', 'It was cancelled by test.')))
    // In one transaction, so that no worker takes it meanwhile.
    const run = await db.transaction().execute(async (transaction) => {
      const row = await insertRow(transaction, { id: `r_${state}`, definition, trigger: 'api', requestedBy: 'test', workingFolder: '/tmp' })
      const ended = transaction.updateTable('runs').set({ state, finished_at: new Date(), error })
      await ended.where('id', '=', row.id).execute()
      return row
    })
    const event = await replyOf('GET /runs/:runId/openlineage', get(`/runs/${run.id}/openlineage`))
    expect(event).toMatchObject({
      eventType,
      job: { name: 'shop' },
      inputs: [{ namespace: 'atlas.source.files', name: 'shop.orders' }],
      outputs: [],
      run: { facets: { atlas_run: { state }, errorMessage: { message: 'run.cancelled: It was cancelled by test.' } } },
    })
  })

  it('of a run that is not there is not found', () => expectProblem(get('/runs/r_none/openlineage'), 404, 'run.not_found'))
})
