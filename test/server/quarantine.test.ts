import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PipelineDefinition, type PipelineInput } from '../../src/contract/pipelines.ts'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

const API = '/api/v1'
const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }

/** Resolves when the run has ended. */
async function ended(runId: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const off = atlas.platform.events.subscribe((event) => {
    if (event.kind === 'run' && event.run.id === runId && event.run.finishedAt !== null) resolve(event.run.state)
  })
  const { state } = await replyOf('GET /runs/:runId', atlas.as('admin')(`${API}/runs/${runId}`))
  if (state !== 'queued' && state !== 'running') resolve(state)
  const end = await promise
  off()
  return end
}

async function run(name: string, text: string, stream: Partial<NonNullable<PipelineInput['streams']>[number]> = {}): Promise<string> {
  const file = path.join(atlas.platform.folders.root, `${name}.csv`)
  await writeFile(file, text)
  const definition = PipelineDefinition.parse({
    name,
    source: { connector: 'files', settings: { path: file } },
    streams: [{ name, checks: [positive], ...stream }],
  })
  const started = await atlas.platform.runs.start({
    definition,
    trigger: 'api',
    requestedBy: 'test',
    workingFolder: atlas.platform.folders.root,
  })
  expect(await ended(started.id)).toBe('succeeded')
  return started.id
}

const rowsOf = (dataset: string, query = '', role: 'admin' | 'editor' | 'viewer' = 'admin') =>
  replyOf('GET /quarantine/rows', atlas.as(role)(`${API}/quarantine/rows?dataset=${dataset}${query}`))

describe('the quarantine of a dataset', () => {
  it('is listed across batches, by state, reason, rule and text', async () => {
    await run('listed', 'id,amount\n1,5\n2,-6\n3,-7\n', { mode: 'append' })
    await run('listed', 'id,amount\n4,-8\n5,1\n', { mode: 'append' })
    const all = await rowsOf('chart.listed')
    expect(all.total).toBe(3)
    expect(all.rows.map(({ row, content, state, rule }) => ({ row, content, state, rule }))).toEqual([
      { row: 1, content: '{"id":"4","amount":"-8"}', state: 'open', rule: 'amount-is-positive' },
      { row: 1, content: '{"id":"2","amount":"-6"}', state: 'open', rule: 'amount-is-positive' },
      { row: 2, content: '{"id":"3","amount":"-7"}', state: 'open', rule: 'amount-is-positive' },
    ])
    expect((await rowsOf('chart.listed', '&limit=1&offset=1')).rows.map(({ content }) => content)).toEqual(['{"id":"2","amount":"-6"}'])
    expect((await rowsOf('chart.listed', '&q=-7')).total).toBe(1)
    expect((await rowsOf('chart.listed', '&rule=amount-is-positive')).total).toBe(3)
    expect((await rowsOf('chart.listed', '&rule=another')).total).toBe(0)
    expect((await rowsOf('chart.listed', '&state=discarded')).total).toBe(0)
    const groups = await replyOf('GET /quarantine/groups', atlas.as('viewer')(`${API}/quarantine/groups?dataset=chart.listed`))
    expect(groups).toEqual([{ reason: 'breaks rule amount-is-positive', column: null, rule: 'amount-is-positive', rows: 3, open: 3 }])
  })

  it('shows its rows to those alone who may see data as it came, and audits that', async () => {
    await run('raw', 'id,amount\n2,-6\n3,1\n')
    const seen = await rowsOf('chart.raw', '', 'editor')
    expect(seen.rows.map(({ content }) => content)).toEqual([null])
    await expectProblem(atlas.as('editor')(`${API}/quarantine/rows?dataset=chart.raw&q=6`), 403, 'access.denied')
    await rowsOf('chart.raw')
    const audit = await replyOf('GET /audit', atlas.as('admin')(`${API}/audit?action=quarantine.raw_read`))
    expect(audit.some((entry) => entry.target === 'chart.raw' && entry.actor === 'token:admin')).toBe(true)
  })

  it('is mended and replayed: preview, run, states and audit', async () => {
    await run('mended', 'id,amount\n1,5\n2,-6\n3,-7\n')
    const { rows } = await rowsOf('chart.mended')
    const [first, second] = rows.map(({ batch, row }) => ({ batch, row }))
    const selection = { dataset: 'chart.mended', rows: [first, second] }
    const fix = {
      transforms: [{ column: 'amount', expression: "replace(amount, '-', '')" }],
      edits: [{ ...second, cells: { id: '90417000' } }],
    }
    const shown = await replyOf(
      'POST /quarantine/preview',
      atlas.as('admin')(`${API}/quarantine/preview`, { method: 'POST', json: { selection, fix } }),
    )
    expect(shown.rows.map(({ before, after }) => [before, after])).toEqual([
      [
        { id: '2', amount: '-6' },
        { id: '2', amount: '6' },
      ],
      [
        { id: '3', amount: '-7' },
        { id: '90417000', amount: '7' },
      ],
    ])
    const sent = await replyOf(
      'POST /quarantine/replay',
      atlas.as('editor')(`${API}/quarantine/replay`, { method: 'POST', json: { selection, fix } }),
    )
    expect(sent).toMatchObject({ rows: 2, run: { trigger: 'replay', pipeline: 'mended' } })
    expect(sent.note).toContain('Mend it in the source too')
    expect(await ended(sent.run.id)).toBe('succeeded')
    expect((await rowsOf('chart.mended')).rows.map(({ state, replayRunId }) => [state, replayRunId])).toEqual([
      ['replayed', sent.run.id],
      ['replayed', sent.run.id],
    ])
    const page = await replyOf('GET /datasets/:name/rows', atlas.as('admin')(`${API}/datasets/chart.mended/rows?sort=id`))
    expect(page.rows).toEqual([
      ['1', '5'],
      ['2', '6'],
      ['90417000', '7'],
    ])
    await expectProblem(atlas.as('editor')(`${API}/quarantine/replay`, { method: 'POST', json: { selection } }), 409, 'quarantine.taken')
    const audit = await replyOf('GET /audit', atlas.as('admin')(`${API}/audit?action=quarantine.replayed`))
    expect(audit[0]).toMatchObject({ target: 'chart.mended', detail: { rows: 2, columns: ['id', 'amount'], runId: sent.run.id } })
    expect(JSON.stringify(audit)).not.toContain('90417000')
    const overview = await replyOf('GET /quarantine', atlas.as('viewer')(`${API}/quarantine`))
    expect(overview.find(({ dataset }) => dataset === 'chart.mended')?.states).toEqual({
      open: 0,
      replaying: 0,
      replayed: 2,
      released: 0,
      superseded: 0,
      discarded: 0,
    })
  })

  it('is discarded in bulk with a reason, once', async () => {
    await run('given_up', 'id,amount\n1,-5\n2,-6\n3,1\n')
    const json = { selection: { dataset: 'chart.given_up', filter: { rule: 'amount-is-positive' } }, reason: 'tests of the till' }
    await expectProblem(atlas.as('viewer')(`${API}/quarantine/discard`, { method: 'POST', json }), 403, 'access.denied')
    expect(await replyOf('POST /quarantine/discard', atlas.as('editor')(`${API}/quarantine/discard`, { method: 'POST', json }))).toEqual({
      rows: 2,
    })
    await expectProblem(atlas.as('editor')(`${API}/quarantine/discard`, { method: 'POST', json }), 404, 'quarantine.not_found')
    const acts = await replyOf('GET /quarantine/acts', atlas.as('viewer')(`${API}/quarantine/acts?dataset=chart.given_up`))
    expect(acts).toMatchObject([{ state: 'discarded', rows: 2, by: 'token:editor', reason: 'tests of the till', runId: null }])
  })

  it('takes nothing back into a dataset that a transform makes, nor of a row that is not there', async () => {
    await run('gone', 'id,amount\n1,-5\n2,1\n')
    const { rows } = await rowsOf('chart.gone')
    const beyond = { dataset: 'chart.gone', rows: [{ batch: rows[0]!.batch, row: 99 }] }
    await expectProblem(
      atlas.as('editor')(`${API}/quarantine/replay`, { method: 'POST', json: { selection: beyond } }),
      404,
      'quarantine.not_found',
    )
    const built = { dataset: 'navigate.gone', filter: {} }
    await expectProblem(
      atlas.as('editor')(`${API}/quarantine/replay`, { method: 'POST', json: { selection: built } }),
      422,
      'quarantine.cannot_replay',
    )
  })
})

describe('the rows that break a rule', () => {
  const failing = (dataset: string, rule: string, role: 'admin' | 'viewer' = 'viewer') =>
    replyOf('GET /datasets/:name/rules/:rule/failing-rows', atlas.as(role)(`${API}/datasets/${dataset}/rules/${rule}/failing-rows`))

  it('are shown by key, the same ones each time', async () => {
    const checks: CheckRuleInput[] = [
      { id: 'small', check: 'range', options: { column: 'amount', max: 10 } },
      { id: 'ids', check: 'unique', options: { columns: ['code'] } },
      { id: 'own', check: 'custom-sql', options: { query: 'select id from rows where amount > 25' } },
      { id: 'order', check: 'monotonic', options: { column: 'amount', orderBy: ['id'], direction: 'decreasing' } },
      { id: 'apart', check: 'outliers', options: { column: 'amount', minRows: 3, threshold: 0.9, scale: 'linear' } },
      { id: 'table', check: 'row-count', options: { min: 100 } },
      { id: 'nowhere', check: 'not-null', options: { column: 'nowhere' } },
    ]
    await run('broken', 'id,code,amount\n3,a,30\n1,b,5\n2,a,20\n4,c,\n', { keys: ['id'], checks })
    const small = await failing('chart.broken', 'small')
    expect(small).toMatchObject({ failing: 2, keys: ['id'], message: null })
    expect(small.columns.map(({ name }) => name)).toEqual(['id', 'amount', 'code'])
    expect(small.rows).toEqual([
      ['2', '20', 'a'],
      ['3', '30', 'a'],
    ])
    expect(await failing('chart.broken', 'small')).toEqual(small)
    expect((await failing('chart.broken', 'ids')).rows.map(([id]) => id)).toEqual(['2', '3'])
    expect((await failing('chart.broken', 'own')).rows).toEqual([['3']])
    expect((await failing('chart.broken', 'order')).rows.map(([id]) => id)).toEqual(['2', '3'])
    expect((await failing('chart.broken', 'apart')).rows.map(([id]) => id)).toEqual(['1'])
    expect(await failing('chart.broken', 'table')).toMatchObject({
      rows: [],
      message: expect.stringContaining('table as a whole') as string,
    })
    expect(await failing('chart.broken', 'nowhere')).toMatchObject({ rows: [], message: expect.stringContaining('"nowhere"') as string })
    await expectProblem(atlas.as('viewer')(`${API}/datasets/chart.broken/rules/none/failing-rows`), 404, 'quality.rule_not_found')
  })

  it('Q36: are at most 100, the first by key, with personal data as the policy masked it', async () => {
    const people = Array.from({ length: 150 }, (_, index) => `${150 - index},person${index}@example.dk,${index}`).join('\n')
    await run('many', `id,email,amount\n${people}\n`, {
      keys: ['id'],
      policy: { columns: { email: 'redact' } },
      checks: [{ id: 'none', check: 'range', options: { column: 'amount', max: -1 } }],
    })
    const found = await failing('chart.many', 'none', 'admin')
    expect([found.failing, found.rows.length, found.keys]).toEqual([150, 100, ['id']])
    const ids = found.rows.map(([id]) => id!)
    expect(ids).toEqual(
      Array.from({ length: 150 }, (_, index) => String(index + 1))
        .toSorted((a, b) => Number(a) - Number(b))
        .slice(0, 100),
    )
    expect(JSON.stringify(found.rows)).not.toContain('@example.dk')
    expect(await failing('chart.many', 'none', 'admin')).toEqual(found)
  })

  it('withhold personal data that the policy kept, and never come from explore', async () => {
    const people = Array.from({ length: 20 }, (_, index) => `${index},person${index}@example.dk`).join('\n')
    await run('kept', `id,email\n${people}\n`, {
      policy: { columns: { email: 'keep' } },
      checks: [{ id: 'late', check: 'range', options: { column: 'id', max: 18 } }],
    })
    const seen = await failing('chart.kept', 'late')
    expect(seen.rows).toEqual([['19', null]])
    expect(seen.columns.find(({ name }) => name === 'email')?.withheld).toBe(true)
    expect((await failing('chart.kept', 'late', 'admin')).rows).toEqual([['19', 'person19@example.dk']])
    expect(await failing('explore.kept', 'late', 'admin')).toMatchObject({
      rows: [],
      message: expect.stringContaining('Explore') as string,
    })
  })
})
