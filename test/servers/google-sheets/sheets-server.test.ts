import { createSign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSheetsServer, type SheetsServer } from './sheets-server.ts'
import { sheet, shown, spreadsheet } from './spreadsheet-model.ts'
import type { ServiceAccount } from './token-endpoint.ts'

let server: SheetsServer
let account: ServiceAccount
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets.readonly'

beforeEach(async () => {
  server = await startSheetsServer()
  account = server.tokens.addServiceAccount('reader@example.org', server.tokenUrl)
  const first = sheet({
    title: 'Sheet1',
    rowCount: 20,
    columnCount: 5,
    rows: [['a', 'b'], [1.5, shown.date(37621)], [], [true, null, 'x']],
    merges: [{ startRow: 1, endRow: 3, startColumn: 0, endColumn: 1 }],
    hiddenColumns: [1],
  })
  const names = sheet({ title: "It's", rows: [['quoted']] })
  server.books.set(
    'b',
    spreadsheet({
      id: 'b',
      title: 'Book',
      sheets: [first, names, sheet({ title: 'Chart', sheetType: 'OBJECT' })],
      namedRanges: [{ name: 'Area', sheetId: first.sheetId, range: { startRow: 1, endRow: 2, startColumn: 0, endColumn: 2 } }],
    }),
  )
})
afterEach(() => server.close())

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const requestToken = async (claims: Record<string, unknown> = {}, key = account) => {
  const now = Math.floor(server.clock.now() / 1000)
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: key.clientEmail, scope: SCOPE, aud: server.tokenUrl, iat: now, exp: now + 3600, ...claims })}`
  const signature = createSign('RSA-SHA256')
    .update(text)
    .sign((JSON.parse(key.keyFile) as { private_key: string }).private_key, 'base64url')
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: `${text}.${signature}` })
  const reply = await fetch(server.tokenUrl, { method: 'POST', body })
  return (await reply.json()) as { access_token?: string; error?: string; error_description?: string }
}
const get = async (path: string, token?: string) => {
  const bearer = token ?? (await requestToken()).access_token ?? ''
  const reply = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}
const values = async (range: string, query = '') => get(`/v4/spreadsheets/b/values/${encodeURIComponent(range)}${query}`)

describe('tokens', () => {
  it.each([
    [
      'a clock that is an hour ahead',
      () => ({ iat: server.clock.now() / 1000 + 3600, exp: server.clock.now() / 1000 + 7200 }),
      'invalid_grant',
      'short-lived token (60 minutes)',
    ],
    ['a life of two hours', () => ({ exp: server.clock.now() / 1000 + 7200 }), 'invalid_grant', 'short-lived token (60 minutes)'],
    ['another audience', () => ({ aud: 'https://example.org' }), 'invalid_grant', 'audience'],
    ['an account that nobody knows', () => ({ iss: 'nobody@example.org' }), 'invalid_grant', 'account not found'],
    ['no scope', () => ({ scope: '' }), 'invalid_scope', ''],
  ])('%s is refused', async (_what, claims, error, says) => {
    expect(await requestToken(claims())).toMatchObject({ error, error_description: expect.stringContaining(says) })
  })

  it('a signature by another key is refused', async () => {
    const other = server.tokens.addServiceAccount('other@example.org', server.tokenUrl)
    expect(await requestToken({ iss: account.clientEmail }, other)).toMatchObject({ error_description: 'Invalid JWT Signature.' })
  })

  it('ends after an hour of its clock', async () => {
    const { access_token: token } = await requestToken()
    expect((await get('/v4/spreadsheets/b', token)).status).toBe(200)
    server.clock.advance(3_600_000)
    expect(await get('/v4/spreadsheets/b', token)).toMatchObject({ status: 401, body: { error: { status: 'UNAUTHENTICATED' } } })
  })
})

describe('ranges', () => {
  it.each([
    [
      'Sheet1!A1:B2',
      'Sheet1!A1:B2',
      [
        ['a', 'b'],
        ['1.5', '2002-12-31'],
      ],
    ],
    ['Sheet1', 'Sheet1!A1:E20', [['a', 'b'], ['1.5', '2002-12-31'], [], ['TRUE', '', 'x']]],
    ['B:B', 'Sheet1!B1:B20', [['b'], ['2002-12-31']]],
    ['2:2', 'Sheet1!A2:E2', [['1.5', '2002-12-31']]],
    ['A2:A', 'Sheet1!A2:A20', [['1.5'], [], ['TRUE']]],
    ['Sheet1!R1C1:R2C1', 'Sheet1!A1:A2', [['a'], ['1.5']]],
    ['Area', 'Sheet1!A2:B2', [['1.5', '2002-12-31']]],
    ["'It''s'!A1", "'It''s'!A1", [['quoted']]],
    ['Sheet1!A3:ZZ5001', 'Sheet1!A3:E20', [[], ['TRUE', '', 'x']]],
    ['Sheet1!D10:E12', 'Sheet1!D10:E12', undefined],
  ])('%s is %s', async (asked, range, cells) => {
    const { body } = await values(asked)
    expect(body).toEqual({ range, majorDimension: 'ROWS', ...(cells === undefined ? {} : { values: cells }) })
  })

  it.each([
    ['Nope!A1', 'Unable to parse range: Nope!A1'],
    ["'Sheet1'!nonsense!", "Unable to parse range: 'Sheet1'!nonsense!"],
    ['Sheet1!A21:B30', 'Range (Sheet1!A21:B30) exceeds grid limits. Max rows: 20, max columns: 5'],
    ['Chart', 'Unable to parse range: Chart'],
  ])('%s is refused: %s', async (asked, message) => {
    expect(await values(asked)).toEqual({ status: 400, body: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } } })
  })
})

describe('cells', () => {
  it.each([
    ['UNFORMATTED_VALUE', 37621, 12.5, 0.5, true, '#REF!', 4],
    ['FORMATTED_VALUE', '2002-12-31', '$12.50', '50.00%', 'TRUE', '#REF!', '4'],
    ['FORMULA', 37621, 12.5, 0.5, true, '=A99', '=2+2'],
  ])('%s shows one cell model in its own way', async (option, ...cells) => {
    const tab = sheet({
      title: 'Kinds',
      rows: [[shown.date(37621), shown.currency(12.5), shown.percent(0.5), true, shown.error('REF', '=A99'), shown.formula('=2+2', 4)]],
    })
    server.books.get('b')?.sheets.push(tab)
    expect((await values('Kinds', `?valueRenderOption=${option}`)).body['values']).toEqual([cells])
  })

  it('dates are texts with FORMATTED_STRING, numbers stay numbers', async () => {
    const { body } = await values('Sheet1!A2:B2', '?valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING')
    expect(body['values']).toEqual([[1.5, '2002-12-31']])
  })

  it.each([
    [shown.number(42, '00000'), '00042'],
    [shown.number(1234567.891, '#,##0.00'), '1,234,567.89'],
    [shown.duration(1.0625), '25:30:00'],
    [shown.time(0.5), '12:00:00'],
    [shown.dateTime(44927.75, 'd/m/yy hh:mm'), '1/1/23 18:00'],
    [0.1 + 0.2, '0.3'],
    [2 ** 60, '1.15292E+18'],
  ])('%j is shown as %s', async (cell, text) => {
    server.books.get('b')?.sheets.push(sheet({ title: 'Shown', rows: [[cell]] }))
    expect((await values('Shown')).body['values']).toEqual([[text]])
  })
})

describe('the spreadsheet', () => {
  it('lists its sheets, merges and named ranges; a mask leaves the rest out', async () => {
    const { body } = await get(
      '/v4/spreadsheets/b?fields=properties.title,sheets(properties(title,sheetType),merges.startRowIndex),namedRanges.name',
    )
    expect(body).toEqual({
      properties: { title: 'Book' },
      sheets: [
        { properties: { title: 'Sheet1', sheetType: 'GRID' }, merges: [{ startRowIndex: 1 }] },
        { properties: { title: "It's", sheetType: 'GRID' } },
        { properties: { title: 'Chart', sheetType: 'OBJECT' } },
      ],
      namedRanges: [{ name: 'Area' }],
    })
  })

  it('gives grid data for ranges, by the mask or by includeGridData', async () => {
    const masked = await get("/v4/spreadsheets/b?ranges='Sheet1'!A2:B2&fields=sheets.data.rowData.values.effectiveFormat.numberFormat.type")
    expect(masked.body).toEqual({
      sheets: [{ data: [{ rowData: [{ values: [{ effectiveFormat: {} }, { effectiveFormat: { numberFormat: { type: 'DATE' } } }] }] }] }],
    })
    const whole = await get('/v4/spreadsheets/b?ranges=Sheet1!B2&includeGridData=true')
    expect(whole.body['sheets']).toMatchObject([
      {
        data: [
          {
            startRow: 1,
            startColumn: 1,
            rowData: [{ values: [{ effectiveValue: { numberValue: 37621 }, formattedValue: '2002-12-31' }] }],
            columnMetadata: [{ hiddenByUser: true }],
          },
        ],
      },
    ])
  })
})

describe('limits and refusals', () => {
  it('the quota of a user and of the project is full again when the minute turns', async () => {
    const { access_token: token } = await requestToken()
    server.quota.perUser = 2
    const statuses: number[] = []
    for (const _turn of [1, 2, 3]) statuses.push((await get('/v4/spreadsheets/b', token)).status)
    server.clock.advance(60_000)
    statuses.push((await get('/v4/spreadsheets/b', token)).status)
    expect(statuses).toEqual([200, 200, 429, 200])
    server.quota.perProject = 0
    server.clock.advance(60_000)
    expect(await get('/v4/spreadsheets/b', token)).toMatchObject({
      status: 429,
      body: { error: { status: 'RESOURCE_EXHAUSTED', details: [{ reason: 'RATE_LIMIT_EXCEEDED' }] } },
    })
  })

  it('a request that takes longer than 180 s of its clock ends with 504 after them', async () => {
    server.msPerCell = 10_000
    const before = server.clock.now()
    expect((await values('Sheet1')).status).toBe(504)
    expect(server.clock.now() - before).toBe(180_000)
  })

  it.each([
    ['another user', (): void => void (server.books.get('b')!.sharedWith = ['else@example.org']), 403, 'PERMISSION_DENIED'],
    ['an API that is switched off', (): void => void (server.apis.sheets = false), 403, 'PERMISSION_DENIED'],
    ['no spreadsheet', (): void => server.books.clear(), 404, 'NOT_FOUND'],
    ['an Office file', (): void => void (server.books.get('b')!.isOfficeFile = true), 400, 'FAILED_PRECONDITION'],
  ])('%s is refused in Google’s words', async (_what, prepare, status, word) => {
    prepare()
    expect(await values('Sheet1')).toMatchObject({ status, body: { error: { code: status, status: word } } })
  })

  it('Drive tells the version to those whose token allows it', async () => {
    expect((await get('/drive/v3/files/b?fields=version')).status).toBe(403)
    const { access_token: token } = await requestToken({ scope: `${SCOPE} https://www.googleapis.com/auth/drive.metadata.readonly` })
    expect(await get('/drive/v3/files/b?fields=version,modifiedTime', token)).toEqual({
      status: 200,
      body: { version: '1', modifiedTime: '2026-01-01T00:00:00.000Z' },
    })
  })
})
