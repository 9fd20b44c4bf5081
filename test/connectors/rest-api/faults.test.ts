import { describe, expect, it } from 'vitest'
import { tokenRoute } from '../../servers/rest/paged-routes.ts'
import type { RestAnswer } from '../../servers/rest/rest-server.ts'
import { ids, readApi, records, serve, upTo, type StreamInput } from './read-api.ts'

const stream: StreamInput = { name: 'rows', path: '/rows', pagination: { type: 'cursor', param: 'token', path: 'meta.next' } }
const rows = () => serve({ '/rows': tokenRoute(records(25), 10) })
const broken: [string, RestAnswer][] = [
  ['the connection broke behind the head', { body: { items: records(3) }, fault: 'reset' }],
  ['the body was cut', { body: { items: records(3) }, fault: 'cut' }],
  ['the gzip body was cut', { body: { items: records(300) }, fault: 'cut_gzip' }],
  ['the Content-Length was too long', { body: { items: records(3) }, fault: 'short' }],
]

describe('answers that fail', () => {
  it('case 54: 500, 500 and then 200 give the rows once', async () => {
    const server = await rows()
    server.script('/rows', { status: 500 }, { status: 500 })
    const read = await readApi(server, [stream])
    expect(ids(read.rows)).toEqual(upTo(25))
    expect(server.requests).toHaveLength(5)
  })

  it('case 54: 404 fails at once', async () => {
    const server = await rows()
    server.script('/rows', { status: 404 })
    await expect(readApi(server, [stream])).rejects.toMatchObject({ code: 'source.stream_not_found' })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    [false, 1],
    [true, 2],
  ])('case 54: a POST that is answered 503 is tried again only when it is marked safe: %j', async (safe, requests) => {
    const server = await serve({ '/rows': () => ({ body: records(2) }) })
    server.script('/rows', { status: 503 })
    const reading = readApi(server, [{ name: 'rows', path: '/rows', method: 'POST', body: {}, safe, pagination: { type: 'none' } }])
    if (safe) expect(ids((await reading).rows)).toEqual([1, 2])
    else await expect(reading).rejects.toMatchObject({ code: 'source.bad_status' })
    expect(server.requests).toHaveLength(requests)
  })

  it.each(broken)('case 54: after %s the page is read again, and no row is lost or doubled', async (_what, answer) => {
    const server = await rows()
    server.script('/rows', answer)
    expect(ids((await readApi(server, [stream])).rows)).toEqual(upTo(25))
  })

  it.each(broken)('case 54: when again and again %s the read fails and lands nothing', async (_what, answer) => {
    const server = await rows()
    server.script('/rows', answer, answer)
    await expect(readApi(server, [stream], { settings: { attempts: 2 } })).rejects.toMatchObject({ code: 'source.incomplete' })
  })

  it.each([
    [{ error: { code: 'quota_exceeded', message: 'canary' } }, 'quota_exceeded'],
    [{ errors: [{ message: 'canary' }] }, 'errors'],
    [{ items: null, error: 'canary' }, 'error'],
  ])('case 54: 200 with %j is a failure, not an empty page', async (body, named) => {
    const server = await serve({ '/rows': () => ({ body }) })
    const error = (await readApi(server, [{ name: 'rows', path: '/rows' }]).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'source.unexpected_answer', message: expect.stringContaining(named) })
    expect(error.message).not.toContain('canary')
  })

  it('case 54: an error can be looked for where the settings say', async () => {
    const server = await serve({ '/rows': () => ({ body: { ok: 0, failure: { type: 'Nope' }, items: [{ id: 1 }] } }) })
    const reading = readApi(server, [{ ...stream, error: 'failure' }])
    await expect(reading).rejects.toMatchObject({ code: 'source.unexpected_answer', message: expect.stringContaining('Nope') })
  })

  it.each([
    ['empty', [], 0],
    ['ignore', [expect.stringContaining('status 410')], 0],
  ] as const)('a status that the rules call %s is an answer without records', async (rule, warnings, count) => {
    const server = await serve({ '/rows': () => ({ status: 410 }) })
    const { result } = await readApi(server, [{ ...stream, statuses: { 410: rule } }])
    expect(result).toMatchObject({ sourceRows: count, warnings })
  })

  it.each([
    ['retry', 409, 4],
    ['fail', 503, 1],
  ] as const)('a status that the rules say to %s', async (rule, status, requests) => {
    const server = await rows()
    server.script('/rows', { status })
    const reading = readApi(server, [{ ...stream, statuses: { [status]: rule } }])
    if (rule === 'retry') expect(ids((await reading).rows)).toEqual(upTo(25))
    else await expect(reading).rejects.toMatchObject({ code: 'source.bad_status' })
    expect(server.requests).toHaveLength(requests)
  })

  it('an HTML page instead of JSON is named by its title', async () => {
    const server = await serve({ '/rows': () => ({ body: '<!doctype html><html><title>Sign in</title><body>canary</body></html>' }) })
    const error = (await readApi(server, [stream]).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'source.unexpected_answer', message: expect.stringMatching(/HTML page titled "Sign in"/) })
    expect(error.message).not.toContain('canary')
  })

  it('records that are not where they should be are an error that names what is there', async () => {
    const server = await serve({ '/rows': () => ({ body: { data: [], page: 1 } }) })
    const error = readApi(server, [{ ...stream, records: 'items' }])
    await expect(error).rejects.toMatchObject({ code: 'source.unexpected_answer', message: expect.stringContaining('data, page') })
    expect((await readApi(server, [{ ...stream, records: 'items', missingRecords: 'empty' }])).result.sourceRows).toBe(0)
  })

  it('a read that is cancelled stops within two seconds', async () => {
    const server = await serve({ '/rows': () => ({ body: { items: records(3) }, fault: 'silent' }) })
    const stop = new AbortController()
    const reading = readApi(server, [stream], { context: { signal: stop.signal } }).catch((error: unknown) => error)
    await expect.poll(() => server.requests.length).toBe(1)
    const startedMs = performance.now()
    stop.abort()
    expect(await reading).toMatchObject({ code: 'run.cancelled' })
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })

  it('a server that goes silent within its answer is given up on', async () => {
    const server = await serve({ '/rows': () => ({ body: { items: records(3) }, fault: 'silent' }) })
    const reading = readApi(server, [stream], { settings: { attempts: 1, idleSeconds: 0.3 } })
    await expect(reading).rejects.toMatchObject({ code: 'source.timeout' })
  })
})
