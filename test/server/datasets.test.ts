import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish, quarantine } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
let first: string
let second: string

const people = {
  columns: { id: 'BIGINT', name: 'VARCHAR', mail: 'VARCHAR', amount: 'DECIMAL(12,2)', born: 'DATE', ratio: 'DOUBLE' },
  pii: { mail: { entity: 'EMAIL_ADDRESS', action: 'keep' } },
} as const

beforeAll(async () => {
  atlas = await startTestServer()
  first = await publish(atlas.platform, 'chart.people', {
    ...people,
    select: `select * from (values
      (9007199254740993::bigint, 'Åse; "Q"', 'a@example.org', 0.10::decimal(12,2), date '2001-02-03', 1.5::double),
      (2, '', null, -3.00, date '1999-12-31', 'infinity'::double),
      (3, null, 'c@example.org', 0.10, null, 'nan'::double)) t(id, name, mail, amount, born, ratio)`,
  })
  second = await publish(atlas.platform, 'chart.people', {
    ...people,
    append: true,
    score: 0.75,
    quarantined: 2,
    select: `select 4::bigint as id, '=1+1' as name, 'd@example.org' as mail, 7.25::decimal(12,2) as amount, date '2020-01-01' as born, 2.5::double as ratio`,
  })
  await publish(atlas.platform, 'explore.people', { columns: { mail: 'VARCHAR' }, select: `select 'raw@example.org' as mail` })
  await publish(atlas.platform, 'navigate.numbers', {
    columns: { n: 'BIGINT', k: 'INTEGER' },
    select: 'select range::bigint as n, (range % 3)::int as k from range(1000)',
  })
})
afterAll(() => atlas.close())

const get = (path: string, role: 'admin' | 'editor' | 'viewer' = 'viewer') => atlas.as(role)(`/api/v1${path}`)
const auditOf = (action: string) => replyOf('GET /audit', get(`/audit?action=${action}`, 'admin'))

describe('the list of datasets', () => {
  it('is by name, with what the published snapshot holds', async () => {
    const { datasets, next, total } = await replyOf('GET /datasets', get('/datasets'))
    expect(datasets.map(({ name }) => name)).toEqual(['chart.people', 'explore.people', 'navigate.numbers'])
    expect(datasets[0]).toMatchObject({ snapshotId: second, rows: 4, columns: 6, quarantined: 2, qualityScore: 0.75, piiColumns: null })
    expect({ next, total }).toEqual({ next: null, total: 3 })
  })

  it('is paged by name and filtered by layer and text, percent signs and underscores meaning themselves', async () => {
    const page = await replyOf('GET /datasets', get('/datasets?limit=2'))
    expect(page).toMatchObject({ next: 'explore.people', total: 3 })
    const rest = await replyOf('GET /datasets', get(`/datasets?limit=2&after=${page.next}`))
    expect(rest.datasets.map(({ name }) => name)).toEqual(['navigate.numbers'])
    expect((await replyOf('GET /datasets', get('/datasets?layer=chart'))).total).toBe(1)
    expect((await replyOf('GET /datasets', get('/datasets?q=PEOP'))).total).toBe(2)
    for (const text of ['%', '_', '\\'])
      expect((await replyOf('GET /datasets', get(`/datasets?q=${encodeURIComponent(text)}`))).total).toBe(0)
  })
})

describe('one dataset', () => {
  it('is told with its schema, also at an older snapshot and at a time', async () => {
    const now = await replyOf('GET /datasets/:name', get('/datasets/chart.people'))
    expect(now).toMatchObject({ snapshotId: second, rows: 4, snapshot: { parentId: first, operation: 'append', files: 2 } })
    expect(now.schema.map(({ name, type }) => [name, type])).toEqual(Object.entries(people.columns))
    const old = await replyOf('GET /datasets/:name', get(`/datasets/chart.people?snapshot=${first}`))
    expect(old).toMatchObject({ snapshotId: first, rows: 3 })
    const { snapshot } = old
    const then = await replyOf('GET /datasets/:name', get(`/datasets/chart.people?snapshot=${snapshot.committedAt}`))
    expect(then.rows).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['/datasets/chart.nobody', 404, 'dataset.not_found'],
    ['/datasets/chart.people?snapshot=s_999', 404, 'dataset.snapshot_not_found'],
    ['/datasets/chart.people?snapshot=1999-01-01T00:00:00Z', 404, 'dataset.snapshot_not_found'],
    ['/datasets/chart.people?snapshot=yesterday', 404, 'dataset.snapshot_not_found'],
    ['/datasets/people', 400, 'request.invalid'],
    [`/datasets/chart.${'x'.repeat(300)}`, 400, 'request.invalid'],
    ['/datasets/chart.people%27%20or%201=1', 400, 'request.invalid'],
    ['/datasets/chart.people/rows?sort=nothing', 400, 'dataset.column_not_found'],
    ['/datasets/chart.people/rows?limit=1001', 400, 'request.invalid'],
    ['/datasets/chart.people/rows?offset=-1', 400, 'request.invalid'],
    ['/quarantine/q_none/rows', 404, 'quarantine.not_found'],
  ] as const)('answers %s with %i %s', async (path, status, code) => {
    await expectProblem(get(path), status, code)
  })

  it('lists its snapshots, newest first', async () => {
    const snapshots = await replyOf('GET /datasets/:name/snapshots', get('/datasets/chart.people/snapshots'))
    expect(snapshots.map(({ id, rows, readable }) => [id, rows, readable])).toEqual([
      [second, 4, true],
      [first, 3, true],
    ])
  })

  it('says that a snapshot is gone when retention let go of its files', async () => {
    const gone = await publish(atlas.platform, 'chart.expiring', { columns: { a: 'INTEGER' }, select: 'select 1::int as a' })
    await publish(atlas.platform, 'chart.expiring', { columns: { a: 'INTEGER' }, select: 'select 2::int as a' })
    await atlas.database.db
      .updateTable('snapshots')
      .set({ expired_at: new Date() })
      .where('id', '=', Number(gone.slice(2)))
      .execute()
    await expectProblem(get(`/datasets/chart.expiring/rows?snapshot=${gone}`), 410, 'dataset.snapshot_expired')
  })
})

describe('rows', () => {
  it('are text exactly as stored, with null and the empty text told apart', async () => {
    const page = await replyOf('GET /datasets/:name/rows', get('/datasets/chart.people/rows'))
    expect(page.rows).toEqual([
      ['9007199254740993', 'Åse; "Q"', 'a@example.org', '0.10', '2001-02-03', '1.5'],
      ['2', '', null, '-3.00', '1999-12-31', 'inf'],
      ['3', null, 'c@example.org', '0.10', null, 'nan'],
      ['4', '=1+1', 'd@example.org', '7.25', '2020-01-01', '2.5'],
    ])
    expect(page).toMatchObject({ snapshotId: second, offset: 0, total: 4 })
  })

  it('are sorted by a column, nulls last either way', async () => {
    const born = async (sort: string) =>
      (await replyOf('GET /datasets/:name/rows', get(`/datasets/chart.people/rows?sort=${sort}`))).rows.map((row) => row[4])
    expect(await born('born')).toEqual(['1999-12-31', '2001-02-03', '2020-01-01', null])
    expect(await born('-born')).toEqual(['2020-01-01', '2001-02-03', '1999-12-31', null])
  })

  it('stand on exactly one page each, also where the sorted values are equal', async () => {
    const seen: (string | null | undefined)[] = []
    for (let offset = 0; offset < 1000; offset += 100) {
      const page = await replyOf('GET /datasets/:name/rows', get(`/datasets/navigate.numbers/rows?sort=-k&limit=100&offset=${offset}`))
      seen.push(...page.rows.map((row) => row[0]))
    }
    expect(new Set(seen).size).toBe(1000)
  })

  it('end beyond the last one', async () => {
    for (const offset of [4, 1_000_000, 9_007_199_254_740_991]) {
      for (const sort of ['', '&sort=id']) {
        expect((await replyOf('GET /datasets/:name/rows', get(`/datasets/chart.people/rows?offset=${offset}${sort}`))).rows).toEqual([])
      }
    }
  })
})

describe('the profile', () => {
  const column = async (path: string, name: string, role: 'admin' | 'viewer' = 'viewer') => {
    const profile = await replyOf('GET /datasets/:name/profile', get(path, role))
    return profile.columns.find((one) => one.name === name)
  }

  it('counts every row: nulls, distinct values, least, greatest, mean, the most frequent', async () => {
    expect(await column('/datasets/chart.people/profile', 'amount')).toMatchObject({
      nulls: 0,
      distinct: 3,
      min: '-3.00',
      max: '7.25',
      withheld: false,
    })
    expect((await column('/datasets/chart.people/profile', 'amount'))?.mean).toBeCloseTo((0.1 - 3 + 0.1 + 7.25) / 4, 12)
    expect((await column('/datasets/chart.people/profile', 'amount'))?.top).toEqual([
      { value: '0.10', rows: 2 },
      { value: '-3.00', rows: 1 },
      { value: '7.25', rows: 1 },
    ])
    expect(await column('/datasets/chart.people/profile', 'name')).toMatchObject({
      nulls: 1,
      distinct: 3,
      min: '',
      histogram: null,
      mean: null,
    })
  })

  it('leaves infinity and NaN out of mean and histogram', async () => {
    const ratio = await column('/datasets/chart.people/profile', 'ratio')
    expect(ratio?.mean).toBe(2)
    expect(ratio?.histogram?.reduce((sum, bin) => sum + bin.rows, 0)).toBe(2)
  })

  it('has twenty equal bins that hold all rows', async () => {
    const n = await column('/datasets/navigate.numbers/profile', 'n')
    expect(n?.histogram).toHaveLength(20)
    expect(n?.histogram?.map(({ rows }) => rows)).toEqual(Array(20).fill(50))
    expect(n?.histogram?.[0]).toMatchObject({ from: '0.0', to: '49.95' })
    expect(n?.distinct).toBe(1000)
    const born = await column('/datasets/chart.people/profile', 'born')
    expect(born?.histogram?.reduce((sum, bin) => sum + bin.rows, 0)).toBe(3)
    expect([born?.histogram?.[0]?.from, born?.histogram?.at(-1)?.to]).toEqual(['1999-12-31', '2020-01-01'])
  })

  it('withholds values of personal data that policy kept, except from who may see raw data', async () => {
    expect(await column('/datasets/chart.people/profile', 'mail')).toEqual({
      name: 'mail',
      type: 'VARCHAR',
      nulls: 1,
      distinct: null,
      min: null,
      max: null,
      mean: null,
      quartiles: null,
      deviation: null,
      text: null,
      top: [],
      histogram: null,
      withheld: true,
    })
    expect(await column('/datasets/chart.people/profile', 'mail', 'admin')).toMatchObject({
      distinct: 3,
      min: 'a@example.org',
      withheld: false,
    })
  })

  it('withholds what a transform took along: its columns have no policy, and were classified', async () => {
    const findings = [
      {
        column: 'contact',
        entity: 'EMAIL_ADDRESS' as const,
        matches: 1,
        rows: 1,
        confidence: 1,
        within: 'column' as const,
        evidence: [],
        action: 'keep' as const,
      },
    ]
    await publish(atlas.platform, 'navigate.contacts', {
      columns: { contact: 'VARCHAR' },
      select: `select 'x@example.org' as contact`,
      findings,
    })
    expect(await column('/datasets/navigate.contacts/profile', 'contact')).toMatchObject({ top: [], min: null, withheld: true })
    expect(await column('/datasets/navigate.contacts/profile', 'contact', 'admin')).toMatchObject({ min: 'x@example.org', withheld: false })
  })

  it('withholds every value of explore, and an admin who sees them is in the audit', async () => {
    expect(await column('/datasets/explore.people/profile', 'mail')).toMatchObject({ nulls: 0, distinct: null, top: [], withheld: true })
    expect(await column('/datasets/explore.people/profile', 'mail', 'admin')).toMatchObject({
      top: [{ value: 'raw@example.org', rows: 1 }],
    })
    expect((await auditOf('dataset.raw_read'))[0]).toMatchObject({
      actor: 'token:admin',
      target: 'explore.people',
      detail: { profile: true },
    })
  })

  it('of an empty dataset and of nested, binary and single values is told too', async () => {
    await publish(atlas.platform, 'chart.empty', {
      columns: { a: 'INTEGER', b: 'VARCHAR' },
      select: `select 1::int as a, 'x' as b where false`,
    })
    expect(await column('/datasets/chart.empty/profile', 'a')).toMatchObject({
      nulls: 0,
      distinct: 0,
      min: null,
      mean: null,
      top: [],
      histogram: [],
    })
    await publish(atlas.platform, 'chart.odd', {
      columns: { l: 'INTEGER[]', b: 'BLOB', one: 'INTEGER', t: 'TIMESTAMP WITH TIME ZONE', flag: 'BOOLEAN', long: 'VARCHAR' },
      select: `select [1, 2] as l, '\\xAA'::blob as b, 5::int as one, timestamptz '2020-01-01 00:00:00Z' as t, true as flag, repeat('x', 500) as long`,
    })
    expect(await column('/datasets/chart.odd/profile', 'l')).toMatchObject({ distinct: 1, top: [{ value: '[1, 2]', rows: 1 }], min: null })
    expect(await column('/datasets/chart.odd/profile', 'one')).toMatchObject({ histogram: [{ rows: 1 }] })
    expect(await column('/datasets/chart.odd/profile', 't')).toMatchObject({ min: '2020-01-01 00:00:00+00', histogram: [{ rows: 1 }] })
    expect((await column('/datasets/chart.odd/profile', 'long'))?.top[0]?.value).toBe(`${'x'.repeat(200)}…`)
  })

  it('has exact quartiles and the deviation of numbers, and quartiles of dates', async () => {
    await publish(atlas.platform, 'chart.spread', {
      columns: { n: 'INTEGER', x: 'DOUBLE', d: 'DATE', money: 'DECIMAL(8,2)', one: 'INTEGER' },
      select: `select i::int as n, case when i = 1 then 'inf'::double when i = 2 then null else i * 1.5 end as x, date '2026-01-01' + i::int as d,
        (i / 4)::decimal(8,2) as money, if(i = 0, 5, null)::int as one from range(10) r(i)`,
    })
    const of = (name: string) => column('/datasets/chart.spread/profile', name)
    const deviation = Math.sqrt(Array.from({ length: 10 }, (_, i) => (i - 4.5) ** 2).reduce((sum, each) => sum + each) / 9)
    expect(await of('n')).toMatchObject({ quartiles: { lower: '2.25', median: '4.5', upper: '6.75' }, mean: 4.5, text: null })
    expect((await of('n'))?.deviation).toBeCloseTo(deviation, 12)
    // 0, 4.5, 6, 7.5, 9, 10.5, 12, 13.5
    expect(await of('x')).toMatchObject({ quartiles: { lower: '5.625', median: '8.25', upper: '10.875' }, nulls: 1 })
    expect(await of('d')).toMatchObject({ quartiles: { lower: '2026-01-03', median: '2026-01-05', upper: '2026-01-07' }, deviation: null })
    expect(await of('money')).toMatchObject({ quartiles: { median: '1.125' } })
    expect(await of('one')).toMatchObject({ quartiles: { lower: '5.0', median: '5.0', upper: '5.0' }, deviation: null, mean: 5 })
  })

  it('has blanks, lengths in characters and shapes of text', async () => {
    await publish(atlas.platform, 'chart.codes', {
      columns: { code: 'VARCHAR' },
      select: `select unnest(['AB-1234', 'XY-0001', 'Ø-99', '  ', '', null, 'ab', repeat('x', 100), 'AB-1234']) as code`,
    })
    expect((await column('/datasets/chart.codes/profile', 'code'))?.text).toEqual({
      blanks: 2,
      lengths: { min: 0, mean: 129 / 8, max: 100 },
      patterns: [
        { pattern: 'AA-9999', rows: 3 },
        { pattern: '', rows: 1 },
        { pattern: '  ', rows: 1 },
        { pattern: 'A-99', rows: 1 },
        { pattern: 'aa', rows: 1 },
        { pattern: `${'a'.repeat(60)}…`, rows: 1 },
      ],
      patternRows: 8,
    })
  })

  it('of more different values than are put in order agrees with one that is', async () => {
    await publish(atlas.platform, 'chart.many', {
      columns: { few: 'INTEGER', many: 'DOUBLE', key: 'VARCHAR' },
      select: `select (i % 1000)::int as few, (i * 7919 % 300001)::double as many, 'K' || i as key from range(300001) r(i)`,
    })
    expect((await column('/datasets/chart.many/profile', 'few'))?.quartiles).toEqual({ lower: '249.0', median: '499.0', upper: '749.0' })
    expect((await column('/datasets/chart.many/profile', 'many'))?.quartiles).toEqual({
      lower: '75000.0',
      median: '150000.0',
      upper: '225000.0',
    })
    const key = await column('/datasets/chart.many/profile', 'key')
    expect(key?.distinct).toBe(300_001)
    expect(key?.text?.patternRows).toBeLessThan(200_000)
    expect(key?.text?.patterns[0]?.pattern).toBe('A999999')
  })

  it('that an older version kept is made anew', async () => {
    const path = '/datasets/chart.codes/profile'
    const { profile } = await atlas.platform.db.selectFrom('profiles').selectAll().orderBy('snapshot_id', 'desc').executeTakeFirstOrThrow()
    const old = { ...(profile as object), columns: [{ name: 'code', type: 'VARCHAR', nulls: 0, distinct: 0, top: [], withheld: false }] }
    await atlas.platform.db
      .updateTable('profiles')
      .set({ profile: JSON.stringify(old) })
      .execute()
    expect((await column(path, 'code'))?.text?.blanks).toBe(2)
  })

  it('is computed once for a snapshot', async () => {
    const one = await replyOf('GET /datasets/:name/profile', get('/datasets/navigate.numbers/profile'))
    atlas.advance(60_000)
    const two = await replyOf('GET /datasets/:name/profile', get('/datasets/navigate.numbers/profile'))
    expect(two.profiledAt).toBe(one.profiledAt)
  })
})

describe('raw data', () => {
  it.each(['/datasets/explore.people/rows', '/datasets/explore.people/export'])('is refused without the permission: %s', async (path) => {
    const problem = await expectProblem(get(path, 'editor'), 403, 'access.denied')
    expect(problem.detail).toContain('datasets.read_raw')
  })

  it('is read by who may, and written down first', async () => {
    const page = await replyOf('GET /datasets/:name/rows', get('/datasets/explore.people/rows', 'admin'))
    expect(page.rows).toEqual([['raw@example.org']])
    expect((await auditOf('dataset.raw_read'))[0]).toMatchObject({ actor: 'token:admin', target: 'explore.people', detail: { offset: 0 } })
  })

  it('is not read when it cannot be written down', async () => {
    await atlas.database.pool.query('alter table audit rename to audit_away')
    try {
      await expectProblem(get('/datasets/explore.people/rows', 'admin'), 500, 'internal')
    } finally {
      await atlas.database.pool.query('alter table audit_away rename to audit')
    }
  })
})

describe('an export', () => {
  const exported = async (format: string) => {
    const response = await get(`/datasets/chart.people/export?format=${format}`, 'editor')
    expect(response.status).toBe(200)
    return { response, body: Buffer.from(await response.arrayBuffer()) }
  }

  it('is CSV by RFC 4180, with null and the empty text told apart and formulas left as they are', async () => {
    const { response, body } = await exported('csv')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="chart.people.csv"')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(Number(response.headers.get('content-length'))).toBe(body.length)
    expect(body.toString().split('\n')).toEqual([
      'id,name,mail,amount,born,ratio',
      '9007199254740993,"Åse; ""Q""",a@example.org,0.10,2001-02-03,1.5',
      '2,"",,-3.00,1999-12-31,inf',
      '3,,c@example.org,0.10,,nan',
      '4,=1+1,d@example.org,7.25,2020-01-01,2.5',
      '',
    ])
  })

  it('is NDJSON with exact integers', async () => {
    const { body } = await exported('json')
    const lines = body.toString().trim().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toContain('"id":9007199254740993')
  })

  it('is Parquet', async () => {
    const { body } = await exported('parquet')
    expect([body.subarray(0, 4).toString(), body.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1'])
  })

  it('is written down and leaves no file behind, also when the client goes away', async () => {
    await publish(atlas.platform, 'chart.large', {
      columns: { t: 'VARCHAR' },
      select: `select md5(range::varchar) || md5(range::varchar) as t from range(300000)`,
    })
    const gone = new AbortController()
    const response = await atlas.as('editor')('/api/v1/datasets/chart.large/export', { signal: gone.signal })
    await response.body?.getReader().read()
    gone.abort()
    await expect.poll(() => readdir(atlas.platform.folders.scratch)).not.toContainEqual(expect.stringMatching(/^export/))
    expect((await auditOf('dataset.exported'))[0]).toMatchObject({
      actor: 'token:editor',
      target: 'chart.large',
      detail: { format: 'csv', rows: 300000 },
    })
  })
})

describe('quarantine', () => {
  it('lists batches, and shows the rows themselves to who may see raw data', async () => {
    const id = await quarantine(
      atlas.platform,
      'chart.people',
      'r_1',
      `select 'people.csv' as file, 7 as line, 'amount' as column_name, 'not a number' as reason, '7,x,secret@example.org' as "row"`,
    )
    const batches = await replyOf('GET /datasets/:name/quarantine', get('/datasets/chart.people/quarantine'))
    expect(batches).toMatchObject([
      { id, dataset: 'chart.people', runId: 'r_1', stage: 'standardise', rows: 1, reasons: [{ reason: 'not a number', rows: 1 }] },
    ])
    const row = { file: 'people.csv', line: 7, column: 'amount', reason: 'not a number' }
    const viewed = await replyOf('GET /quarantine/:quarantineId/rows', get(`/quarantine/${id}/rows`))
    expect(viewed).toEqual({ rows: [{ ...row, row: null }], total: 1 })
    const raw = await replyOf('GET /quarantine/:quarantineId/rows', get(`/quarantine/${id}/rows`, 'admin'))
    expect(raw.rows).toEqual([{ ...row, row: '7,x,secret@example.org' }])
    expect((await auditOf('quarantine.raw_read')).map(({ actor, target }) => [actor, target])).toEqual([['token:admin', id]])
  })
})

describe('SQL', () => {
  const run = (json: object, role: 'admin' | 'viewer' = 'viewer') => atlas.as(role)('/api/v1/sql', { method: 'POST', json })

  it('reads named datasets at one moment and says which snapshots', async () => {
    const reply = await replyOf('POST /sql', run({ sql: 'select count(*) as n, max(id) as top from chart.people' }))
    expect(reply).toMatchObject({ rows: [[4, '9007199254740993']], truncated: false, snapshots: { 'chart.people': second } })
    const old = await replyOf('POST /sql', run({ sql: 'select count(*) as n from chart.people', at: first }))
    expect(old).toMatchObject({ rows: [[3]], snapshots: { 'chart.people': first } })
  })

  it('says when there is more than the limit', async () => {
    const reply = await replyOf('POST /sql', run({ sql: 'select n from navigate.numbers order by n', limit: 2 }))
    expect(reply).toMatchObject({ rows: [[0], [1]], truncated: true })
  })

  it('reads explore only for who may, who is then in the audit', async () => {
    const sql = 'select * from EXPLORE.People'
    await expectProblem(run({ sql }), 403, 'access.denied')
    expect(await auditOf('sql.raw_read')).toEqual([])
    expect((await replyOf('POST /sql', run({ sql }, 'admin'))).rows).toEqual([['raw@example.org']])
    expect(await auditOf('sql.raw_read')).toMatchObject([{ actor: 'token:admin', target: 'explore.people' }])
  })

  it.each([
    ['delete from chart.people', 400, 'sql.not_select'],
    [`select * from read_csv('/etc/passwd')`, 403, 'sql.forbidden_function'],
    ['select * from duckdb_settings', 403, 'sql.forbidden_table'],
    ['selct 1', 400, 'sql.syntax'],
    ['select * from chart.nobody', 404, 'dataset.not_found'],
    ['select nothing from chart.people', 400, 'sql.failed'],
  ] as const)('answers %j with %i %s', async (sql, status, code) => {
    await expectProblem(run({ sql }), status, code)
  })
})
