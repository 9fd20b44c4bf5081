import { describe, expect, it } from 'vitest'
import { AtlasError } from '../../../src/core/errors.ts'
import { sql } from '../../../src/core/sql.ts'
import { restApiBody } from '../../../src/connectors/rest-api/body.ts'
import { RestApiSettings } from '../../../src/connectors/rest-api/settings.ts'
import { tokenRoute } from '../../servers/rest/paged-routes.ts'
import type { RestRoute } from '../../servers/rest/rest-server.ts'
import { openLanding, openReadContext, readRequest, readStream } from '../../support/landing.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ids, readApi, records, serve, upTo, type StreamInput } from './read-api.ts'

const token: StreamInput = { name: 'rows', path: '/rows', pagination: { type: 'cursor', param: 'token', path: 'meta.next' } }

describe('records of a REST API', () => {
  it('keep 64-bit integers, long decimals and nested values as they are written', async () => {
    const text =
      '[{"id":9223372036854775807,"amount":1234567890.1234567,"long":12345678901234567890123.5,"nested":{"b": 1.10, "a":[1,2]},"ok":true,"text":"1.10"}]'
    const server = await serve({ '/rows': () => ({ body: text }) })
    const { rows, result } = await readApi(server, [{ name: 'rows', path: '/rows' }])
    expect(rows).toEqual([
      {
        id: '9223372036854775807',
        amount: '1234567890.123456700',
        long: '12345678901234567890123.500000000',
        nested: '{"b": 1.10, "a":[1,2]}',
        ok: 'true',
        text: '1.10',
      },
    ])
    expect(result.columns.map(({ type }) => type)).toEqual(['BIGINT', 'DECIMAL(38,9)', 'DECIMAL(38,9)', 'JSON', 'BOOLEAN', 'VARCHAR'])
  })

  it('take their types from the whole stream, also when a late page widens one after pieces were landed', async () => {
    const all = records(40, (id) => ({ v: id < 35 ? id : id / 2 }))
    const server = await serve({ '/rows': tokenRoute(all, 5) })
    const { rows, result, landing } = await readApi(server, [{ ...token, checkpointPages: 2 }])
    expect(ids(rows)).toEqual(upTo(40))
    expect(result.columns).toContainEqual({ name: 'v', type: 'DECIMAL(18,2)' })
    expect(new Set(landing.parts.flatMap(({ columns }) => columns.filter(({ name }) => name === 'v').map(({ type }) => type)))).toEqual(
      new Set(['DECIMAL(18,2)']),
    )
  })

  it('that are no objects go to quarantine, and are counted', async () => {
    const server = await serve({ '/rows': () => ({ body: '[{"id":1},5,{"t":"\\ud800"},[1]]' }) })
    const { result, landing } = await readApi(server, [{ name: 'rows', path: '/rows' }])
    expect(result.sourceRows).toBe(4)
    expect(landing.refused.map(({ reason, row }) => [reason, row])).toEqual([
      ['not a JSON object', '5'],
      ['half of a surrogate pair, which is no text', '{"t":"\\ud800"}'],
      ['not a JSON object', '[1]'],
    ])
  })

  it('are flattened one level when that is asked for', async () => {
    const server = await serve({
      '/rows': () => ({
        body: [
          { id: 1, a: { b: 2, c: { d: 3 } } },
          { id: 2, a: null },
        ],
      }),
    })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows' }], { request: { options: { unnest: true } } })
    expect(rows.map(({ id, a__b, a__c }) => ({ id, a__b, a__c }))).toEqual([
      { id: '1', a__b: '2', a__c: '{"d":3}' },
      { id: '2', a__b: null, a__c: null },
    ])
  })

  it('can be chosen by column and by filter', async () => {
    const server = await serve({
      '/rows': () => ({ body: records(9, (id) => ({ state: id % 2 === 0 ? 'open' : "it's", amount: id * 10 })) }),
    })
    const request = { select: ['id', 'amount'], where: { state: "it's", amount__gte: 30 } }
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows' }], { request })
    expect(rows).toEqual([3, 5, 7, 9].map((id) => ({ id: String(id), amount: String(id * 10) })))
    const missing = readApi(server, [{ name: 'rows', path: '/rows' }], { request: { select: ['nope'] } })
    await expect(missing).rejects.toMatchObject({
      code: 'source.column_missing',
      message: expect.stringMatching(/nope.*id, state, amount/),
    })
  })

  it('are compared in number with what the API states', async () => {
    const server = await serve({ '/rows': () => ({ body: records(3), headers: { 'x-total-count': '4' } }) })
    expect((await readApi(server, [{ name: 'rows', path: '/rows' }])).result.counted).toEqual({ rows: 4, read: 3, tolerance: 0 })
  })

  it('may be apart from a total that is only estimated by what is declared, rounded down', async () => {
    const server = await serve({ '/rows': () => ({ body: records(39), headers: { 'x-total-count': '43' } }) })
    const { result } = await readApi(server, [{ name: 'rows', path: '/rows', total: { tolerance: 10 } }])
    expect(result.counted).toEqual({ rows: 43, read: 39, tolerance: 4 })
  })

  it('of a child stream are asked for once for each parent, with fields of the parent added', async () => {
    const server = await serve({
      '/shops': () => ({
        body: [
          { id: 12345678901234567890n.toString(), name: 'a/b' },
          { id: 's 2', name: 'B' },
        ],
      }),
      '/shops/12345678901234567890/orders': () => ({ body: records(2) }),
      '/shops/s%202/orders': () => ({ body: [{ id: 3 }] }),
    })
    const streams: StreamInput[] = [
      { name: 'orders', path: '/shops/{id}/orders', parent: { stream: 'shops', include: ['id', 'name'] } },
      { name: 'shops', path: '/shops' },
    ]
    const { rows } = await readApi(server, streams)
    expect(rows).toEqual([
      { id: '1', _shops_id: '12345678901234567890', _shops_name: 'a/b' },
      { id: '2', _shops_id: '12345678901234567890', _shops_name: 'a/b' },
      { id: '3', _shops_id: 's 2', _shops_name: 'B' },
    ])
  })
})

describe('a full read that is cut off', () => {
  it('case 16: goes on from its last checkpoint, and ends with the rows of a clean read', async () => {
    const all = records(100, (id) => ({ v: `row ${id}` }))
    const server = await serve({ '/rows': tokenRoute(all, 10) })
    const given = { ...token, checkpointPages: 1 }
    const cutOff = await openLanding()
    const asked: string[] = []
    const cut: RestRoute = (request) => (asked.push(request.path), request.turn > 4 ? { status: 403 } : tokenRoute(all, 10)(request))
    const broken = await serve({ '/rows': cut })
    const settings = RestApiSettings.parse({ url: broken.origin, streams: [given] })
    const context = await openReadContext(await temporaryFolder({}))
    const stream = { name: 'rows', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    await expect(readStream(restApiBody, settings, readRequest(stream), context, cutOff)).rejects.toBeInstanceOf(AtlasError)
    const done = cutOff.checkpoints.length
    expect(done).toBeGreaterThanOrEqual(3)
    const { rows, result } = await readApi(server, [given], { cutOff })
    await cutOff.close()
    expect(rows.map(({ id }) => Number(id))).toEqual(upTo(100))
    expect(server.requests).toHaveLength(10 - done)
    expect(result.sourceRows).toBe(100)
  })

  it.each([
    [
      'the token has expired',
      (request: Parameters<RestRoute>[0]) => (request.query.get('token') === 'at-40' && request.turn === 1 ? { status: 410 } : null),
      '',
    ],
    ['a column was widened since', () => null, 'text now'],
  ])('reads all anew when %s', async (_why, instead, late) => {
    const all = records(60, (id) => ({ v: id > 50 && late !== '' ? late : id }))
    const server = await serve({ '/rows': (request) => instead(request) ?? tokenRoute(all, 10)(request) })
    const cutOff = await openLanding()
    await cutOff.write(
      sql`select 1::bigint as id, 1::bigint as v`,
      [
        { name: 'id', type: 'BIGINT' },
        { name: 'v', type: 'BIGINT' },
      ],
      { file: null, firstLine: null },
    )
    const columns = [
      { name: 'id', type: 'BIGINT' },
      { name: 'v', type: 'BIGINT' },
    ]
    await cutOff.checkpoint({ version: 1, next: '"at-40"', columns, landed: 1, received: 1 })
    const { rows, result } = await readApi(server, [token], { cutOff })
    await cutOff.close()
    expect(ids(rows)).toEqual(upTo(60))
    expect(result.sourceRows).toBe(60)
  })
})

describe('finding streams', () => {
  const shop = {
    openapi: '3.0.3',
    paths: {
      '/orders': {
        get: {
          parameters: [
            { name: 'page', in: 'query', schema: { type: 'integer' } },
            { name: 'per_page', in: 'query', schema: { type: 'integer' } },
          ],
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: { type: 'object', properties: { data: { type: 'array', items: { $ref: '#/components/schemas/Order' } } } },
                },
              },
            },
          },
        },
      },
      '/orders/{id}': {
        get: { responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } } },
      },
      '/health': { get: { responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } } } },
    },
    components: {
      schemas: {
        Order: { allOf: [{ type: 'object', properties: { id: { type: 'integer' } } }, { properties: { updated_at: { type: 'string' } } }] },
      },
    },
  }

  it.each(['text', 'address'] as const)(
    'an OpenAPI document, given by its %s, proposes its lists as streams that can be read',
    async (how) => {
      const server = await serve({
        '/openapi.json': () => ({ body: shop }),
        '/orders': ({ query }) => ({
          body: { data: query.get('page') === '1' ? records(3, () => ({ updated_at: '2024-05-01T00:00:00Z' })) : [] },
        }),
      })
      const openApi = how === 'text' ? JSON.stringify(shop) : `${server.origin}/openapi.json`
      const settings = RestApiSettings.parse({ url: server.origin, openApi })
      const context = await openReadContext(await temporaryFolder({}))
      const [orders, ...others] = await restApiBody.discover(settings, context)
      expect(others).toEqual([])
      expect(orders).toMatchObject({
        name: 'orders',
        primaryKey: ['id'],
        cursors: expect.arrayContaining(['updated_at']),
        columns: [
          { name: 'id', type: 'BIGINT' },
          { name: 'updated_at', type: 'VARCHAR' },
        ],
      })
      const landing = await openLanding()
      const result = await readStream(restApiBody, settings, readRequest(orders ?? expect.fail()), context, landing)
      await landing.close()
      expect(result.sourceRows).toBe(3)
    },
  )

  it('says which of several streams cannot be read, and lists the others', async () => {
    const server = await serve({ '/a': () => ({ body: records(1) }), '/b': () => ({ status: 403 }) })
    const settings = RestApiSettings.parse({
      url: server.origin,
      streams: [
        { name: 'a', path: '/a' },
        { name: 'b', path: '/b' },
      ],
    })
    const [a, b] = await restApiBody.discover(settings, await openReadContext(await temporaryFolder({})))
    expect(a?.columns).toHaveLength(1)
    expect(b).toMatchObject({ columns: null, details: { error: expect.stringContaining('403') } })
  })

  it.each([
    ['a wrong password', { status: 401 }, 'sign_in'],
    ['a missing right', { status: 403 }, 'permission'],
    ['a missing path', { status: 404 }, 'object'],
    ['an HTML page', { body: '<html></html>' }, 'object'],
  ])('a check names the part that failed: %s', async (_what, answer, part) => {
    const server = await serve({ '/a': () => answer })
    const settings = RestApiSettings.parse({ url: server.origin, streams: [{ name: 'a', path: '/a' }] })
    const parts = await restApiBody.check(settings, await openReadContext(await temporaryFolder({})))
    expect(parts.at(-1)).toMatchObject({ part, ok: false })
    expect(parts.slice(0, -1).every(({ ok }) => ok)).toBe(true)
  })

  it('a preview shows at most fifty rows, numbers as they are written', async () => {
    const server = await serve({
      '/a': () => ({
        body: `[${records(70)
          .map(({ id }) => `{"id":${String(id)},"n":9007199254740993,"d":1.10,"o":{"x": null}}`)
          .join(',')}]`,
      }),
    })
    const settings = RestApiSettings.parse({ url: server.origin, streams: [{ name: 'a', path: '/a' }] })
    const stream = { name: 'a', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    const preview = await restApiBody.preview(settings, readRequest(stream), await openReadContext(await temporaryFolder({})))
    expect(preview.rows).toHaveLength(50)
    expect(preview.rows[0]).toEqual(['1', '9007199254740993', '1.10', '{"x": null}'])
  })
})
