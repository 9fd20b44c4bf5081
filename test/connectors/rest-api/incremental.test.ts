import { describe, expect, it } from 'vitest'
import type { CursorRule } from '../../../src/contract/pipelines.ts'
import type { RestServer } from '../../servers/rest/rest-server.ts'
import { ids, readApi, records, serve, type ApiRead, type ApiReadOptions, type StreamInput } from './read-api.ts'

const stream: StreamInput = { name: 'rows', path: '/rows', cursor: { column: 't', startParam: 'since', endParam: 'until' } }
type Row = Record<string, unknown>

/** Reads again and again, each read with what the ones before left behind. */
function reader(server: RestServer, cursor: Partial<CursorRule> & { column: string }, given: StreamInput = stream) {
  const earlier: ApiRead[] = []
  return {
    read: async (more: ApiReadOptions = {}): Promise<ApiRead> => {
      const before = earlier.at(-1)?.result.state
      const read = await readApi(server, [given], {
        mode: 'append',
        state: before,
        earlier: earlier.map(({ landing }) => landing),
        cursor,
        ...more,
      })
      earlier.push(read)
      return read
    },
    rows: () => earlier.flatMap(({ rows }) => rows),
  }
}

/** Gives the rows from `since` on, as most APIs do. */
const since = (rows: () => Row[]) => ({
  '/rows': ({ query }: { query: URLSearchParams }) => ({ body: rows().filter((row) => String(row['t']) >= (query.get('since') ?? '')) }),
})

describe('incremental reads of a REST API', () => {
  it.each([['id'], []])('cases 1 and 2: ties at the last value are neither lost nor doubled, with the key %j', async (...keys) => {
    const first = [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [3, 'd'],
      [3, 'e'],
    ].map(([t, v]) => ({ t, v }))
    const second = [
      [3, 'c'],
      [3, 'd'],
      [3, 'e'],
      [3, 'f'],
      [4, 'g'],
    ].map(([t, v]) => ({ t, v }))
    const server = await serve({ '/rows': ({ turn }) => ({ body: turn === 1 ? first : second }) })
    const { read, rows } = reader(server, { column: 't' })
    await read({ request: { keys } })
    const { result } = await read({ request: { keys } })
    expect(
      rows()
        .map((row) => String(row['v']))
        .toSorted((one, other) => one.localeCompare(other)),
    ).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(result.sourceRows).toBe(2)
    expect(server.requests[1]?.query.get('since')).toBe('3')
  })

  it('case 7: a NULL cursor fails the run before any write, and names the column', async () => {
    const server = await serve({
      '/rows': () => ({
        body: [
          { id: 1, t: 1 },
          { id: 2, t: null },
          { id: 3, t: 2 },
        ],
      }),
    })
    const { read } = reader(server, { column: 't' })
    await expect(read()).rejects.toMatchObject({ code: 'source.cursor_null', message: expect.stringContaining(' t.') })
  })

  it.each([
    ['exclude', [1, 3]],
    ['include', [1, 2, 3]],
  ] as const)('case 7: rows without a cursor, %s: the second run adds nothing and leaves the state as it is', async (nulls, expected) => {
    const server = await serve({
      '/rows': () => ({
        body: [
          { id: 1, t: 1 },
          { id: 2, t: null },
          { id: 3, t: 2 },
        ],
      }),
    })
    const { read, rows } = reader(server, { column: 't', nulls })
    const first = await read()
    const second = await read()
    expect(ids(rows())).toEqual(expected)
    expect(first.result.state).toMatchObject({ cursor: '2' })
    expect(second.result).toMatchObject({ sourceRows: 0, reached: '2' })
    expect(JSON.stringify(second.result.state)).toBe(JSON.stringify(first.result.state))
  })

  it.each([
    ['a record without the key', [{ t: 1 }, { id: 2 }], 'source.cursor_missing'],
    ['a record whose key is null', [{ t: 1 }, { t: null }], 'source.cursor_null'],
    ['no record with the key', [{ id: 1 }], 'source.cursor_missing'],
  ])('case 8: %s has an error code of its own', async (_what, body, code) => {
    const server = await serve({ '/rows': () => ({ body }) })
    await expect(reader(server, { column: 't' }).read()).rejects.toMatchObject({ code })
  })

  it.each([
    [{ start: '0' }, 8],
    [{ start: '1' }, 6],
    [{ end: '2' }, 6],
    [{ start: '0', end: '1' }, 2],
  ])('case 9: of the values 0 0 1 1 1 1 2 2 the range %j has %i, whatever the server gives', async (range, count) => {
    const server = await serve({ '/rows': () => ({ body: [0, 0, 1, 1, 1, 1, 2, 2].map((t, id) => ({ id, t })) }) })
    expect((await reader(server, { column: 't', ...range }).read()).rows).toHaveLength(count)
  })

  it('case 9: an API whose parameter leaves its own value out is asked for a little less, so that no tie is lost', async () => {
    const exclusive: StreamInput = { ...stream, cursor: { startParam: 'after', startIsExclusive: true } }
    const all = [0, 0, 1, 1, 1, 1, 2, 2].map((t, id) => ({ id, t }))
    const server = await serve({ '/rows': ({ query }) => ({ body: all.filter(({ t }) => t > Number(query.get('after') ?? -1)) }) })
    expect((await reader(server, { column: 't', start: '1' }, exclusive).read()).rows).toHaveLength(6)
  })

  it('case 9: windows that follow each other overlap nowhere and leave nothing out, and the state stays as it is', async () => {
    const server = await serve({ '/rows': () => ({ body: [0, 0, 1, 1, 1, 1, 2, 2].map((t, id) => ({ id, t })) }) })
    const counts: number[] = []
    for (const backfill of [
      { from: '0', to: '1' },
      { from: '1', to: '2' },
      { from: '2', to: '3' },
    ]) {
      const { result, rows } = await reader(server, { column: 't', backfill }).read({
        state: { version: 1, cursor: '7', kind: 'number', columns: [] },
      })
      counts.push(rows.length)
      expect(result.state).toEqual({ version: 1, cursor: '7', kind: 'number', columns: [] })
    }
    expect(counts).toEqual([2, 4, 2])
  })

  it('case 11: the lookback never goes below the start', async () => {
    const rows = ['2024-05-01', '2024-05-02', '2024-05-03'].map((day, id) => ({ id, t: `${day}T00:00:00Z` }))
    const server = await serve(since(() => rows))
    const { read } = reader(server, { column: 't', start: '2024-05-02T00:00:00Z', lookback: '7d' })
    await read()
    const second = await read()
    expect(server.requests.map(({ query }) => query.get('since'))).toEqual(['2024-05-02T00:00:00Z', '2024-05-02T00:00:00Z'])
    expect(second.result.sourceRows).toBe(0)
  })

  it('case 11: a saved cursor in the future gives no rows, no error, and stays to the byte', async () => {
    const state = {
      version: 1,
      cursor: '2999-01-01T00:00:00.000000Z',
      kind: 'time',
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 't', type: 'VARCHAR' },
      ],
    }
    const server = await serve({ '/rows': () => ({ body: records(3, (id) => ({ t: `2024-05-0${id}T00:00:00Z` })) }) })
    const { result } = await reader(server, { column: 't' }).read({ state })
    expect(result.sourceRows).toBe(0)
    expect(JSON.stringify(result.state)).toBe(JSON.stringify(state))
  })

  it('a row that becomes visible late within the lookback is delivered', async () => {
    let rows: Row[] = [
      { id: 1, t: '2024-05-01T10:00:00Z' },
      { id: 2, t: '2024-05-01T12:00:00Z' },
    ]
    const server = await serve(since(() => rows))
    const { read, rows: all } = reader(server, { column: 't', lookback: '2h' })
    await read()
    rows = [...rows, { id: 3, t: '2024-05-01T11:00:00Z' }]
    expect((await read()).result.sourceRows).toBe(1)
    expect(ids(all())).toEqual([1, 2, 3])
  })

  it.each([
    ['2024-05-01T10:00:00Z', ['2024-05-01T10:00:00', '2024-05-01T10:00:01']],
    ['2024-05-01T10:00:00', ['2024-05-01T12:00:00+02:00', '2024-05-01T12:00:01+02:00']],
  ])('case 12: a saved %s beside a column of the other kind is compared in UTC, with one warning', async (saved, [same, next]) => {
    const state = { version: 1, cursor: saved, kind: 'time', columns: [] }
    const server = await serve({
      '/rows': () => ({
        body: [
          { id: 1, t: same },
          { id: 2, t: next },
        ],
      }),
    })
    const { result, rows } = await reader(server, { column: 't', start: saved }).read({ state })
    expect(ids(rows)).toEqual([1, 2])
    expect(result.warnings).toHaveLength(1)
    expect(String((result.state as { cursor: string }).cursor)).toMatch(/^2024-05-01T10:00:01\.000000Z?$/)
  })

  it('case 12: the hour that a clock change repeats is told apart by its offsets', async () => {
    const rows = [
      { id: 1, t: '2024-10-27T02:30:00+02:00' },
      { id: 2, t: '2024-10-27T02:30:00+01:00' },
    ]
    const server = await serve({ '/rows': () => ({ body: rows }) })
    const { read, rows: all } = reader(server, { column: 't' })
    const first = await read()
    await read()
    expect(ids(all())).toEqual([1, 2])
    expect(first.result.reached).toBe('2024-10-27T01:30:00.000000Z')
  })

  it('case 14: a source that gives the newest first still has its new rows found', async () => {
    let rows = [3, 2, 1]
    const server = await serve({ '/rows': () => ({ body: rows.map((t) => ({ id: t, t })) }) })
    const { read, rows: all } = reader(server, { column: 't' })
    await read()
    rows = [5, 4, 3, 2, 1]
    expect((await read()).result).toMatchObject({ sourceRows: 2, reached: '5' })
    expect(ids(all())).toEqual([1, 2, 3, 4, 5])
  })

  it('case 19: a full read forgets the cursor', async () => {
    const server = await serve({ '/rows': () => ({ body: records(3, (t) => ({ t })) }) })
    const { result, rows } = await readApi(server, [stream], { cursor: { column: 't', start: '2' } })
    expect(ids(rows)).toEqual([1, 2, 3])
    expect(result.state).toBeNull()
  })

  it('case 20: a state of the first version is understood', async () => {
    const server = await serve({ '/rows': () => ({ body: records(3, (t) => ({ t })) }) })
    const { rows } = await reader(server, { column: 't' }).read({ state: { version: 1, cursor: '2', kind: 'number' } })
    expect(ids(rows)).toEqual([2, 3])
  })

  it.each([{ version: 9 }, { rows: 3 }])('a state that is not understood is refused: %j', async (state) => {
    const server = await serve({ '/rows': () => ({ body: records(3) }) })
    await expect(reader(server, { column: 'id' }).read({ state })).rejects.toMatchObject({ code: 'source.cursor_invalid' })
  })

  it('without a cursor the error names columns that could be one', async () => {
    const server = await serve({ '/rows': () => ({ body: records(3) }) })
    const request = { stream: { name: 'rows', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1, cursors: ['updated_at'] } }
    await expect(readApi(server, [stream], { mode: 'merge', request })).rejects.toMatchObject({
      code: 'source.cursor_invalid',
      message: expect.stringContaining('updated_at'),
    })
  })

  it.each([
    ['iso', '2024-05-01T10:00:00.123456Z'],
    ['iso_ms', '2024-05-01T10:00:00.123Z'],
    ['date', '2024-05-01'],
    ['datetime', '2024-05-01 10:00:00'],
    ['epoch', '1714557600'],
    ['epoch_ms', '1714557600123'],
  ] as const)('the start is sent as %s: %s', async (format, sent) => {
    const server = await serve({ '/rows': () => ({ body: [] }) })
    await reader(
      server,
      { column: 't', start: '2024-05-01T12:00:00.123456+02:00' },
      { ...stream, cursor: { startParam: 'since', format } },
    ).read()
    expect(server.requests[0]?.query.get('since')).toBe(sent)
  })

  it('many rows on one cursor value: read twice they are there once, and the state stays small', async () => {
    const rows = records(20_000, (id) => ({ t: '2024-05-01T10:00:00Z', v: id % 7 })).map(({ id: _, ...rest }) => rest)
    const server = await serve({ '/rows': () => ({ body: rows }) })
    const { read, rows: all } = reader(server, { column: 't' })
    await read()
    const second = await read()
    expect(all()).toHaveLength(20_000)
    expect(JSON.stringify(second.result.state).length).toBeLessThan(1000)
  })
})
