import { describe, expect, it } from 'vitest'
import { linkRoute, offsetRoute, pageRoute, tokenRoute } from '../../servers/rest/paged-routes.ts'
import { ids, readApi, records, serve, upTo } from './read-api.ts'

const offset = { type: 'offset', limitParam: 'limit', limit: 100 } as const
const token = { type: 'cursor', param: 'token', path: 'meta.next' } as const

describe('pages of a REST API', () => {
  it.each([
    [250, 40],
    [80, 40],
    [0, 40],
    [1, 1],
    [100, 100],
  ])('case 46: a server that caps pages: %i rows at %i a page are all read, each once', async (count, cap) => {
    const server = await serve({ '/rows': offsetRoute(records(count), cap) })
    const { rows, result } = await readApi(server, [{ name: 'rows', path: '/rows', pagination: offset }])
    expect(ids(rows)).toEqual(upTo(count))
    expect(result.sourceRows).toBe(count)
  })

  it.each([
    ['by page number', { type: 'page', sizeParam: 'size' }, pageRoute(records(25), 10)],
    ['by a token in the body', token, tokenRoute(records(25), 10)],
  ] as const)('are read %s', async (_how, pagination, route) => {
    const server = await serve({ '/rows': route })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination }])
    expect(ids(rows)).toEqual(upTo(25))
  })

  it.each([{ type: 'link_header' }, { type: 'auto' }] as const)(
    'are read by the Link header, however it is written: %j',
    async (pagination) => {
      const server = await serve({ '/rows': linkRoute(records(25), 10, () => server.origin) })
      const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination }])
      expect(ids(rows)).toEqual(upTo(25))
    },
  )

  it.each([
    ['@odata.nextLink', { type: 'auto' }],
    ['next', { type: 'next_url', path: 'next' }],
  ] as const)('are read by the address in the body at %s', async (name, pagination) => {
    const route = pageRoute(records(25), 10, (page) => ({ [name]: page < 3 ? `/rows?page=${page + 1}` : null }))
    const server = await serve({ '/rows': route })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination }])
    expect(ids(rows)).toEqual(upTo(25))
  })

  it('are read by a token in a header, sent back in a header', async () => {
    const server = await serve({
      '/rows': ({ headers }) => {
        const at = Number(headers['x-at'] ?? 0)
        return { body: records(25).slice(at, at + 10), headers: at + 10 < 25 ? { 'x-next': String(at + 10) } : {} }
      },
    })
    const { rows } = await readApi(server, [
      { name: 'rows', path: '/rows', pagination: { type: 'cursor', param: 'x-at', in: 'header', header: 'x-next' } },
    ])
    expect(ids(rows)).toEqual(upTo(25))
  })

  it.each([250, '250'])('case 47: a total of %j ends the reading without one more request', async (total) => {
    const server = await serve({ '/rows': offsetRoute(records(250), 100, () => ({ total })) })
    const { rows, result } = await readApi(server, [{ name: 'rows', path: '/rows', pagination: { ...offset, total: 'total' } }])
    expect(ids(rows)).toEqual(upTo(250))
    expect(server.requests).toHaveLength(3)
    expect(result.counted).toEqual({ rows: 250, read: 250, tolerance: 0 })
  })

  it.each([{ total: 'n/a' }, {}])('case 47: a total that is %j is a clear error and nothing is landed', async (more) => {
    const server = await serve({ '/rows': offsetRoute(records(250), 100, () => more) })
    const reading = readApi(server, [{ name: 'rows', path: '/rows', pagination: { ...offset, total: 'total' } }])
    await expect(reading).rejects.toMatchObject({ code: 'source.unexpected_answer', message: expect.stringContaining('total') })
  })

  it.each([
    ['"true" and "false"', (isLast: boolean) => ({ has_more: String(!isLast) })],
    ['true and false', (isLast: boolean) => ({ has_more: !isLast })],
    ['nothing at all', () => ({})],
  ])('case 47: whether there is more may be %s', async (_what, more) => {
    const server = await serve({ '/rows': offsetRoute(records(250), 100, (sent) => more(sent >= 250)) })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination: { ...offset, hasMore: 'has_more' } }])
    expect(ids(rows)).toEqual(upTo(250))
  })

  it.each([
    ['offset', { ...offset, maximum: 200 }, 200],
    ['page', { type: 'page', size: 40, maximum: 3 }, 80],
  ] as const)('case 47: a maximum %s stops without an error', async (_what, pagination, count) => {
    const server = await serve({ '/rows': pagination.type === 'page' ? pageRoute(records(250), 40) : offsetRoute(records(250), 100) })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination }])
    expect(ids(rows)).toEqual(upTo(count))
  })

  it('case 49: a next link to another host gets neither credentials nor a request, and the read fails', async () => {
    const other = await serve({ '*': () => ({ body: records(5) }) })
    const server = await serve({ '/rows': () => ({ body: { items: records(5), next: `${other.origin}/rows?page=2` } }) })
    const settings = { auth: { type: 'bearer', token: 'canary-49' } } as const
    const reading = readApi(server, [{ name: 'rows', path: '/rows' }], { settings })
    await expect(reading).rejects.toMatchObject({ code: 'source.foreign_host', message: expect.stringContaining(other.origin.slice(7)) })
    expect(other.requests).toEqual([])
  })

  it('a next link to a host that the settings allow is followed with credentials', async () => {
    const other = await serve({ '/rows': () => ({ body: { items: [{ id: 6 }], next: null } }) })
    const server = await serve({ '/rows': () => ({ body: { items: records(5), next: `${other.origin}/rows` } }) })
    const settings = { auth: { type: 'bearer' as const, token: 'allowed' }, hosts: [other.origin] }
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows' }], { settings })
    expect(ids(rows)).toEqual(upTo(6))
    expect(other.requests[0]?.headers['authorization']).toBe('Bearer allowed')
  })

  it('case 50: a token that repeats itself is a loop, found within two pages', async () => {
    const server = await serve({ '/rows': () => ({ body: { items: records(2), meta: { next: 'same' } } }) })
    const reading = readApi(server, [{ name: 'rows', path: '/rows', pagination: token }])
    await expect(reading).rejects.toMatchObject({ code: 'source.pagination_loop' })
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  it.each([{ type: 'page' }, { type: 'offset' }] as const)(
    'a server that gives the same page whatever is asked for is a loop: %j',
    async (pagination) => {
      const server = await serve({ '/rows': () => ({ body: records(3) }) })
      await expect(readApi(server, [{ name: 'rows', path: '/rows', pagination }])).rejects.toMatchObject({ code: 'source.pagination_loop' })
      expect(server.requests.length).toBeLessThanOrEqual(3)
    },
  )

  it('pages without an end stop at the limit with an error', async () => {
    const server = await serve({ '/rows': ({ turn }) => ({ body: { items: [{ id: turn }], meta: { next: `t${turn}` } } }) })
    const reading = readApi(server, [{ name: 'rows', path: '/rows', pagination: token, maxPages: 5 }])
    await expect(reading).rejects.toMatchObject({ code: 'source.pagination_loop', message: expect.stringContaining('limit of 5') })
    expect(server.requests).toHaveLength(5)
  })

  it.each([
    ['an empty last page', { items: [], meta: { next: null } }, 2],
    ['null instead of the last records', { items: null, meta: { next: null } }, 2],
    ['an empty token', { items: [{ id: 3 }], meta: { next: '' } }, 3],
    ['no token at all', { items: [{ id: 3 }] }, 3],
  ])('case 51: %s ends the reading', async (_what, last, count) => {
    const server = await serve({
      '/rows': ({ query }) => ({ body: query.has('token') ? last : { items: records(2), meta: { next: 'n' } } }),
    })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', records: 'items', pagination: token }])
    expect(ids(rows)).toEqual(upTo(count))
  })

  it('case 51: a page of which all rows were filtered out is not the end', async () => {
    const pages = [
      { items: records(2), meta: { next: 'b' } },
      { items: [], meta: { next: 'c' } },
      { items: [{ id: 3 }], meta: { next: null } },
    ]
    const server = await serve({ '/rows': ({ turn }) => ({ body: pages[turn - 1] }) })
    const { rows } = await readApi(server, [{ name: 'rows', path: '/rows', pagination: token }])
    expect(ids(rows)).toEqual([1, 2, 3])
  })

  it('case 51: an answer that is a single object is one row', async () => {
    const server = await serve({ '/me': () => ({ body: { id: 7, name: 'x', settings: { a: 1 } } }) })
    const { rows } = await readApi(server, [{ name: 'me', path: '/me' }])
    expect(rows).toEqual([{ id: '7', name: 'x', settings: '{"a":1}' }])
  })

  it('case 52: a token goes into the body at a nested path, and what the body held stays', async () => {
    const seen: unknown[] = []
    const server = await serve({
      '/search': ({ body }) => {
        const asked = JSON.parse(body) as { filter: unknown; page: { size: number; after?: number } }
        seen.push(asked)
        const at = Number(asked.page.after ?? 0)
        return { body: { items: records(25).slice(at, at + 10), meta: { next: at + 10 < 25 ? at + 10 : null } } }
      },
    })
    const stream = {
      name: 'rows',
      path: '/search',
      method: 'POST',
      body: { filter: { state: 'open' }, page: { size: 10 } },
      pagination: { ...token, param: 'page.after', in: 'body' },
    } as const
    expect(ids((await readApi(server, [stream])).rows)).toEqual(upTo(25))
    expect(seen).toEqual(
      [undefined, 10, 20].map((after) => ({ filter: { state: 'open' }, page: { size: 10, ...(after === undefined ? {} : { after }) } })),
    )
  })

  it('an answer that says there is more, without saying where, is not taken for the whole', async () => {
    const server = await serve({ '/rows': () => ({ body: { items: records(2), has_more: true } }) })
    await expect(readApi(server, [{ name: 'rows', path: '/rows' }])).rejects.toMatchObject({ code: 'source.incomplete' })
  })
})
