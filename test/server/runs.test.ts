import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Run } from '../../src/contract/runs.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
let folder: string
beforeAll(async () => {
  atlas = await startTestServer()
  folder = await mkdtemp('/tmp/atlas-test-source-')
  await writeFile(path.join(folder, 'orders.csv'), 'id,amount\n1,2.50\n2,7.25\n')
})
afterAll(async () => {
  await atlas.close()
  await rm(folder, { recursive: true })
})

const start = (json: object, role: 'admin' | 'editor' | 'viewer' = 'editor') => atlas.as(role)('/api/v1/runs', { method: 'POST', json })

/** Follows the run's own events to its end. */
async function end(run: Run): Promise<Run> {
  await (await atlas.as('viewer')(`/api/v1/runs/${run.id}/events`)).text()
  return replyOf('GET /runs/:runId', atlas.as('viewer')(`/api/v1/runs/${run.id}`))
}

async function upload(name: string, content: string): Promise<string> {
  const body = new FormData()
  body.append('file', new Blob([content]), name)
  return (await replyOf('POST /uploads', atlas.as('editor')('/api/v1/uploads', { method: 'POST', body }))).id
}

describe('a run of an upload', () => {
  it('publishes it in all three layers, masked, and everything about it can be read', async () => {
    const uploadId = await upload('kunder.csv', 'id,mail,amount\n1,anna@example.org,1.50\n2,bo@example.org,2.75\n3,carl@example.org,4.00\n')
    const queued = await replyOf('POST /runs', start({ uploadId, dataset: 'customers', stream: { keys: ['id'] } }))
    expect(queued).toMatchObject({ pipeline: 'customers', trigger: 'upload', requestedBy: 'token:editor' })
    const run = await end(queued)
    expect(run).toMatchObject({ state: 'succeeded', sourceRows: 3, publishedRows: 3, error: null })
    const { datasets } = await replyOf('GET /datasets', atlas.as('viewer')('/api/v1/datasets'))
    expect(datasets.map(({ name, rows, runId }) => [name, rows, runId])).toEqual([
      ['chart.customers', 3, run.id],
      ['explore.customers', 3, run.id],
      ['navigate.customers', 3, run.id],
    ])
    const page = await replyOf('GET /datasets/:name/rows', atlas.as('viewer')('/api/v1/datasets/chart.customers/rows'))
    expect(JSON.stringify(page.rows)).not.toContain('anna@example.org')
    const dataset = await replyOf('GET /datasets/:name', atlas.as('viewer')('/api/v1/datasets/chart.customers'))
    expect(dataset.findings).toMatchObject([{ column: 'mail', entity: 'EMAIL_ADDRESS', matches: 3 }])
    // Nobody declared a rule: measured, and no score.
    expect(dataset.quality).toMatchObject({ score: null, dimensions: { completeness: expect.any(Number) } })
    expect((await replyOf('GET /uploads/:uploadId', atlas.as('editor')(`/api/v1/uploads/${uploadId}`))).lastRunId).toBe(run.id)
    const stats = await replyOf('GET /dashboard/stats', atlas.as('viewer')('/api/v1/dashboard/stats'))
    expect(stats).toMatchObject({ totalRuns: 1, totalPiiDetections: 3, activeConnectors: 1 })
    await expectProblem(atlas.as('editor')(`/api/v1/runs/${run.id}/cancel`, { method: 'POST' }), 409, 'run.finished')
  })

  it('that is not there is refused', async () => {
    await expectProblem(start({ uploadId: 'u_none', dataset: 'nothing' }), 404, 'upload.not_found')
    await expectProblem(start({ uploadId: 'u_none', dataset: 'No Table Name' }), 400, 'request.invalid')
  })
})

describe('a run of a pipeline', () => {
  const pipeline = () => ({ name: 'orders', source: { connector: 'files', settings: { path: path.join(folder, 'orders.csv') } } })

  it('that names a path on the server needs the permission for it', async () => {
    const problem = await expectProblem(start({ pipeline: pipeline() }), 403, 'access.denied')
    expect(problem.detail).toContain('sources.read_local_files')
    await expectProblem(atlas.as('editor')('/api/v1/pipelines/orders', { method: 'PUT', json: pipeline() }), 403, 'access.denied')
    const sneaky = { ...pipeline(), source: { connector: 'files', settings: { path: 'file:///etc/passwd' } } }
    await expectProblem(start({ pipeline: sneaky }), 403, 'access.denied')
  })

  it('that an admin stored can be started by name, by who may start runs', async () => {
    const stored = await replyOf('PUT /pipelines/:name', atlas.as('admin')('/api/v1/pipelines/orders', { method: 'PUT', json: pipeline() }))
    expect(stored).toMatchObject({ name: 'orders', version: 1, lastRunId: null })
    const again = await replyOf('PUT /pipelines/:name', atlas.as('admin')('/api/v1/pipelines/orders', { method: 'PUT', json: pipeline() }))
    expect(again).toMatchObject({ id: stored.id, version: 2 })
    const run = await end(await replyOf('POST /runs', start({ pipelineName: 'orders' })))
    expect(run).toMatchObject({ state: 'succeeded', sourceRows: 2 })
    const [listed] = await replyOf('GET /pipelines', atlas.as('viewer')('/api/v1/pipelines'))
    expect(listed?.lastRunId).toBe(run.id)
    await expectProblem(start({ pipelineName: 'no_such' }), 404, 'pipeline.not_found')
  })

  it('that can never work is refused before it is stored or started', async () => {
    const put = (name: string, json: object) => atlas.as('admin')(`/api/v1/pipelines/${name}`, { method: 'PUT', json })
    await expectProblem(put('other', pipeline()), 422, 'pipeline.invalid')
    await expectProblem(put('orders', { ...pipeline(), source: { connector: 'kafka' } }), 422, 'source.connector_not_available')
    await expectProblem(
      put('orders', { ...pipeline(), source: { connector: 'files', settings: { path: 'a', upload: 'b' } } }),
      422,
      'source.bad_settings',
    )
    const problem = await expectProblem(put('orders', { ...pipeline(), streamz: [] }), 400, 'request.invalid')
    expect(problem.detail).toContain('streamz')
    await expectProblem(
      start({ pipeline: { ...pipeline(), source: { connector: 'kafka' } } }, 'admin'),
      422,
      'source.connector_not_available',
    )
  })

  it('that fails ends with the error of the source, and publishes nothing', async () => {
    const missing = { name: 'missing', source: { connector: 'files', settings: { path: path.join(folder, 'nothing.csv') } } }
    const run = await end(await replyOf('POST /runs', start({ pipeline: missing }, 'admin')))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'file.not_found' } })
    await expectProblem(atlas.as('viewer')('/api/v1/datasets/chart.missing'), 404, 'dataset.not_found')
  })
})

it('every start is in the audit', async () => {
  const entries = await replyOf('GET /audit', atlas.as('admin')('/api/v1/audit?action=run.started'))
  const runs = await replyOf('GET /runs', atlas.as('viewer')('/api/v1/runs'))
  expect(entries.map(({ target }) => target)).toEqual(runs.runs.map(({ id }) => id))
})
