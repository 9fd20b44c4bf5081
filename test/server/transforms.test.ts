import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
  const columns = { id: 'BIGINT', country: 'VARCHAR' }
  await publish(atlas.platform, 'chart.people', {
    columns,
    select: `select range::bigint as id, case when range < 3 then 'DK' else 'SE' end as country from range(5)`,
  })
})
afterAll(() => atlas.close())

const put = (name: string, sql: string, role: 'editor' | 'viewer' = 'editor') =>
  atlas.as(role)(`/api/v1/transforms/${name}`, { method: 'PUT', json: { sql } })
const audited = async () =>
  (await replyOf('GET /audit', atlas.as('admin')('/api/v1/audit?limit=5'))).map(({ actor, action, target }) => [actor, action, target])

describe('a transform', () => {
  it('is stored with the datasets it reads, built, changed and deleted, each in the audit', async () => {
    const made = await replyOf(
      'PUT /transforms/:name',
      put('by_country', 'select country, count(*) as n from chart.people group by country'),
    )
    expect(made).toMatchObject({ name: 'by_country', origin: 'api', reads: ['chart.people'], lastSnapshotId: null, rows: null })
    const built = await replyOf('POST /transforms/:name/run', atlas.as('editor')('/api/v1/transforms/by_country/run', { method: 'POST' }))
    expect(built).toMatchObject({ dataset: 'navigate.by_country', rows: 2 })
    const page = await replyOf('GET /datasets/:name/rows', atlas.as('viewer')('/api/v1/datasets/navigate.by_country/rows?sort=country'))
    expect(page.rows).toEqual([
      ['DK', '3'],
      ['SE', '2'],
    ])
    const [listed] = await replyOf('GET /transforms', atlas.as('viewer')('/api/v1/transforms'))
    expect(listed).toMatchObject({ name: 'by_country', lastSnapshotId: built.snapshotId, rows: 2 })
    expect((await atlas.as('editor')('/api/v1/transforms/by_country', { method: 'DELETE' })).status).toBe(204)
    await expectProblem(atlas.as('editor')('/api/v1/transforms/by_country', { method: 'DELETE' }), 404, 'transform.not_found')
    await expectProblem(atlas.as('editor')('/api/v1/transforms/by_country/run', { method: 'POST' }), 404, 'transform.not_found')
    expect((await audited()).toReversed().slice(-3)).toEqual([
      ['token:editor', 'transform.changed', 'by_country'],
      ['token:editor', 'transform.run', 'by_country'],
      ['token:editor', 'transform.deleted', 'by_country'],
    ])
  })

  it.each([
    ['drop table chart.people', 400, 'sql.not_select'],
    ['select * from explore.people', 403, 'sql.forbidden_table'],
    [`select * from read_csv('/etc/passwd')`, 403, 'sql.forbidden_function'],
    ['select', 400, 'sql.syntax'],
  ] as const)('of %j is refused and not stored', async (sql, status, code) => {
    await expectProblem(put('bad', sql), status, code)
    expect(await replyOf('GET /transforms', atlas.as('viewer')('/api/v1/transforms'))).toEqual([])
  })

  it('of a name that is no table name is refused', async () => {
    await expectProblem(put('Not%20A%20Name', 'select 1 as one'), 400, 'request.invalid')
  })

  it('of a stored pipeline is listed with where it comes from', async () => {
    const transforms = [{ name: 'of_pipeline', sql: 'select id from chart.people', description: 'ids' }]
    const json = { name: 'people', source: { connector: 'files', settings: { upload: 'u_1' } }, transforms }
    await replyOf('PUT /pipelines/:name', atlas.as('editor')('/api/v1/pipelines/people', { method: 'PUT', json }))
    const listed = await replyOf('GET /transforms', atlas.as('viewer')('/api/v1/transforms'))
    expect(listed).toMatchObject([
      { name: 'of_pipeline', origin: 'pipeline', description: 'ids', reads: ['chart.people'], lastSnapshotId: null },
    ])
  })
})
