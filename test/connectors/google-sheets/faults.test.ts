import { afterEach, describe, expect, it } from 'vitest'
import { apiErrors } from '../../servers/google-sheets/api-error.ts'
import { generatedSheet, shown } from '../../servers/google-sheets/spreadsheet-model.ts'
import type { Fault } from '../../servers/google-sheets/sheets-server.ts'
import { openSheetsSource, rowsOf, type SheetsSource } from './sheets-source.ts'

let source: SheetsSource
afterEach(() => source.close())

const ROWS = 3000
/** Wide enough for several pieces, so that a fault can hit one in the middle. */
const open = async (rows = ROWS) => {
  const text = 'x'.repeat(400)
  source = await openSheetsSource([{ title: 'Data', rows: rowsOf(rows, ['id', 'text', 'more'], (n) => [n, `${n} ${text}`, text]) }])
  return source
}
const readAll = async () => {
  const { table, result } = await source.read('Data')
  expect(table.map((row) => row['id'])).toEqual(Array.from({ length: ROWS }, (_, n) => String(n)))
  expect(result).toMatchObject({ sourceRows: ROWS, counted: { rows: ROWS, read: ROWS } })
  return result
}
const valueCalls = () => source.server.calls.filter(({ route, status }) => route === 'values' && status === 200).length

describe('quotas and outages', () => {
  it('case 78: 429 in the middle of a growing read is waited out, longer each time, and every row is there once', async () => {
    await open()
    source.server.faults.push({ on: 'values', from: 2, times: 6, answer: 'quota' })
    await readAll()
    const pauses = source.waits.filter((ms) => ms > 0)
    expect(pauses).toHaveLength(6)
    expect(pauses.at(-1)).toBeGreaterThan((pauses[0] ?? 0) * 4)
    expect(valueCalls()).toBeGreaterThan(3)
  })

  it('case 78: 429 for ever is a failure after more than a minute of waiting, and lands nothing', async () => {
    await open()
    source.server.faults.push({ on: 'values', from: 2, times: Infinity, answer: 'quota' })
    await expect(source.read('Data')).rejects.toMatchObject({ code: 'source.rate_limited' })
    expect(source.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(60_000)
  })

  it.each<[string, Fault['answer'], string]>([
    ['500', 'internal', 'source.bad_status'],
    ['503', 'unavailable', 'source.bad_status'],
    ['an answer cut short', 'truncated', 'source.incomplete'],
    ['a connection reset', 'reset', 'source.unreachable'],
  ])('case 78: %s twice is tried again; for ever it is a failure, never an empty table', async (_what, answer, code) => {
    await open()
    source.server.faults.push({ on: 'values', from: 2, times: 2, answer })
    await readAll()
    source.server.faults.push({ on: 'values', times: Infinity, answer })
    await expect(source.read('Data')).rejects.toMatchObject({ code })
  })

  it('a page of HTML with status 200 is a failure', async () => {
    await open()
    source.server.faults.push({ on: 'values', from: 2, times: Infinity, answer: 'html' })
    await expect(source.read('Data')).rejects.toMatchObject({ code: 'source.unexpected_answer' })
  })

  it('a range that takes Google longer than its 180 s is read in smaller pieces', async () => {
    await open()
    source.server.msPerCell = 100
    await readAll()
    expect(source.server.calls.some(({ status }) => status === 504)).toBe(true)
  })

  it('504 for ever is a failure', async () => {
    await open()
    source.server.faults.push({ on: 'values', times: Infinity, answer: 'deadline' })
    await expect(source.read('Data')).rejects.toMatchObject({ code: 'source.timeout' })
  })

  it('keeps to the requests of a minute, so that Google never says 429', async () => {
    await open()
    source.server.quota.perUser = 5
    source.settings.requestsPerMinute = 4
    for (const _turn of [1, 2, 3]) await readAll()
    expect(source.server.calls.filter(({ route }) => route !== 'token').length).toBeGreaterThan(12)
    expect(source.server.calls.filter(({ status }) => status === 429)).toEqual([])
    expect(source.waits.some((ms) => ms > 1000)).toBe(true)
  })

  it('asks for answers of at most 2 MB', async () => {
    source = await openSheetsSource([
      generatedSheet('Data', 20_000, 6, (row, column) => (row === 0 ? `c${column}` : shown.date(40_000 + row / 7))),
    ])
    const { result } = await source.read('Data')
    expect(result.sourceRows).toBe(19_999)
    expect(Math.max(...source.server.calls.map(({ bytes }) => bytes))).toBeLessThanOrEqual(2 << 20)
  })
})

describe('signing in', () => {
  it('a token that expires in the middle of a read is renewed', async () => {
    await open()
    source.server.onCall = ({ route, nth }) => {
      if (route === 'values' && nth === 2) source.server.clock.advance(3_700_000)
    }
    await readAll()
    expect(source.server.calls.filter(({ route }) => route === 'token')).toHaveLength(2)
  })

  it('a token that Google drops before its time is renewed once and the request repeated', async () => {
    await open()
    source.server.faults.push({ on: 'values', from: 2, answer: 'unauthenticated' })
    await readAll()
    expect(source.server.calls.filter(({ route }) => route === 'token')).toHaveLength(2)
  })

  it('a clock that is wrong is named as the cause', async () => {
    await open()
    const context = await source.context({ now: () => new Date(source.server.clock.now() + 3 * 3_600_000) })
    const error = await source.body.discover(source.settings, context).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'source.sign_in_failed',
      message: expect.stringContaining('clock'),
      next: expect.stringContaining('clock'),
    })
  })

  it('a person signs in with a refresh token; one that was revoked says so', async () => {
    await open()
    const person = {
      email: 'person@example.org',
      clientId: 'client-1',
      clientSecret: 'hush',
      refreshToken: '1//refresh',
      scopes: ['https://www.googleapis.com/auth/spreadsheets.readonly'],
    }
    source.server.tokens.users.push(person)
    const { clientId, clientSecret, refreshToken } = person
    const settings = {
      ...source.settings,
      tokenUrl: source.server.tokenUrl,
      credentials: { type: 'authorized_user' as const, clientId, clientSecret, refreshToken },
    }
    expect((await source.body.discover(settings, await source.context())).map(({ name }) => name)).toEqual(['Data'])
    const revoked = { ...settings, credentials: { ...settings.credentials, refreshToken: '1//gone' } }
    await expect(source.body.discover(revoked, await source.context())).rejects.toMatchObject({
      code: 'source.sign_in_failed',
      message: expect.stringContaining('revoked'),
    })
  })

  it.each([
    ['no JSON', 'not json at all: BEGIN PRIVATE KEY', 'not JSON'],
    ['another kind of file', '{"installed":{"client_id":"x"}}', 'client_email'],
    ['a key that is none', JSON.stringify({ type: 'service_account', client_email: 'a@b.c', private_key: 'no pem' }), 'RSA'],
  ])('a key file that is %s is a setting to mend, and nothing of it is shown', async (_what, key, says) => {
    await open()
    const settings = { ...source.settings, credentials: { type: 'service_account' as const, key } }
    const [part] = await source.body.check(settings, await source.context())
    expect(part).toMatchObject({ ok: false, part: 'sign_in', detail: expect.stringContaining(says) })
    expect(part?.detail).not.toContain(key)
  })

  it('asks for no more than it needs', async () => {
    await open()
    await source.read('Data')
    expect([...source.server.tokens.issued.values()].flatMap(({ scopes }) => scopes)).toEqual([
      'https://www.googleapis.com/auth/spreadsheets.readonly',
    ])
  })
})

describe('what Google refuses', () => {
  it.each<[string, () => void, string, string, string]>([
    [
      'not shared',
      () => (source.book.sharedWith = ['somebody@example.org']),
      'source.permission_denied',
      'permission',
      'Share it with reader@atlas-tests',
    ],
    [
      'the API is switched off',
      () => (source.server.apis.sheets = false),
      'source.permission_denied',
      'permission',
      'https://console.developers.google.com/apis/api/sheets',
    ],
    ['no such spreadsheet', () => source.server.books.clear(), 'source.stream_not_found', 'object', 'Give the address'],
    ['an Office file', () => (source.book.isOfficeFile = true), 'source.bad_settings', 'object', 'Save as Google Sheets'],
    [
      'an account that is gone',
      () => void (source.server.tokens.accounts.length = 0),
      'source.sign_in_failed',
      'sign_in',
      'make a new key',
    ],
  ])('%s: the error and the check say what to do', async (_what, prepare, code, part, advice) => {
    await open(1)
    prepare()
    await expect(source.read('Data')).rejects.toMatchObject({ code, next: expect.stringContaining(advice) })
    expect(await source.body.check(source.settings, await source.context())).toEqual([
      expect.objectContaining({ part, ok: false, detail: expect.stringContaining(advice) }),
    ])
  })

  it('a source that is well says so part by part', async () => {
    await open(1)
    const parts = await source.body.check(source.settings, await source.context())
    expect(parts.map(({ part, ok }) => `${part} ${String(ok)}`)).toEqual([
      'connection true',
      'sign_in true',
      'permission true',
      'object true',
    ])
  })

  it('a refusal in the middle of a read lands nothing', async () => {
    await open()
    source.server.faults.push({ on: 'values', from: 3, times: Infinity, answer: () => apiErrors.notShared() })
    await expect(source.read('Data')).rejects.toMatchObject({ code: 'source.permission_denied' })
  })
})
