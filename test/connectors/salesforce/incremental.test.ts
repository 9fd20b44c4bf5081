import { describe, expect, it } from 'vitest'
import { CONCURRENT_REQUESTS, refused, TOTAL_REQUESTS } from '../../servers/salesforce/faults.ts'
import { fill, openReads, openServer } from './salesforce-source.ts'

const at = (minutes: number): string => new Date(Date.parse('2024-05-01T00:00:00.000Z') + minutes * 60_000).toISOString()
const ids = (rows: Record<string, string | null>[]): (string | null | undefined)[] => rows.map((row) => row['Id'])

describe('reading by the cursor', () => {
  it('case 1: rows at the last stamp that come with a later read are each read once', async () => {
    const server = await openServer()
    for (const [name, minute] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 3],
      ['e', 3],
    ] as const)
      server.org.upsert('Account', { Name: name, SystemModstamp: at(minute) })
    const reads = openReads(server, 'Account')
    const first = await reads.read({ mode: 'append' })
    expect(first.result).toMatchObject({ sourceRows: 5, reached: at(3), counted: { rows: 5, read: 5 } })
    server.org.upsert('Account', { Name: 'f', SystemModstamp: at(3) })
    server.org.upsert('Account', { Name: 'g', SystemModstamp: at(4) })
    const second = await reads.read({ mode: 'append' })
    expect(second.result.sourceRows).toBe(2)
    expect((await reads.all()).map((row) => row['Name'])).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })

  it('a read with nothing new lands nothing and leaves the state as it is, byte for byte', async () => {
    const server = await openServer()
    fill(server, 'Account', 30)
    const reads = openReads(server, 'Account')
    await reads.read()
    const before = JSON.stringify(reads.state())
    server.clock.advance(3600_000)
    const { result, rows } = await reads.read()
    expect(rows).toEqual([])
    expect(result.sourceRows).toBe(0)
    expect(JSON.stringify(result.state)).toBe(before)
  })

  it('case 4: 20,000 rows with one stamp are 20,000 rows, and the state stays small', async () => {
    const server = await openServer()
    for (let index = 0; index < 20_000; index++) server.org.upsert('Invoice__c', { SystemModstamp: at(5) })
    const reads = openReads(server, 'Invoice__c')
    const first = await reads.read({ options: { pageRows: 2000 } })
    expect(first.result.sourceRows).toBe(20_000)
    server.org.upsert('Invoice__c', { SystemModstamp: at(5) })
    const second = await reads.read()
    expect(second.result.sourceRows).toBe(1)
    expect(new Set(ids(await reads.all())).size).toBe(20_001)
    expect(JSON.stringify(reads.state()).length).toBeLessThan(1000)
  })

  it('reads up to half a minute ago by the clock of Salesforce, not by that of this machine', async () => {
    const server = await openServer({ start: '2024-06-01T12:00:00.000Z' })
    server.org.upsert('Account', { Name: 'settled', SystemModstamp: '2024-06-01T11:59:29.000Z' })
    server.org.upsert('Account', { Name: 'too young', SystemModstamp: '2024-06-01T11:59:31.000Z' })
    const reads = openReads(server, 'Account')
    expect((await reads.read({ context: { now: () => new Date('2030-01-01') } })).rows.map((row) => row['Name'])).toEqual(['settled'])
    server.clock.advance(60_000)
    expect((await reads.read()).rows.map((row) => row['Name'])).toEqual(['too young'])
  })

  it('case 11: the look-back never goes before the start, and a state in the future reads nothing and stays', async () => {
    const server = await openServer()
    fill(server, 'Account', 10)
    const reads = openReads(server, 'Account')
    const cursor = { column: 'SystemModstamp', nulls: 'raise', start: at(5), lookback: '1h' } as const
    const first = await reads.read({ request: { cursor } })
    expect(first.result.sourceRows).toBe(5)
    expect((await reads.read({ request: { cursor } })).result.sourceRows).toBe(0)
    const windows = server.log.filter(({ url }) => url.includes('SystemModstamp')).map(({ url }) => decodeURIComponent(url))
    expect(windows.filter((url) => /WHERE.*>=? 2024-05-01T00:0[0-4]/.test(url))).toEqual([])
    const future = { version: 1, field: 'SystemModstamp', cursor: '2999-01-01T00:00:00.000Z' }
    const { result } = await reads.read({ state: future, request: { cursor } })
    expect(result).toMatchObject({ sourceRows: 0, state: future })
  })

  it('case 19: a backfill reads its window, lands what is not there, and leaves the state as it is', async () => {
    const server = await openServer()
    fill(server, 'Account', 10)
    const reads = openReads(server, 'Account')
    const cursor = { column: 'SystemModstamp', nulls: 'raise', start: at(6) } as const
    await reads.read({ request: { cursor } })
    const before = reads.state()
    const { result } = await reads.read({ request: { cursor: { ...cursor, backfill: { from: at(2), to: at(8) } } } })
    expect(result.sourceRows).toBe(4)
    expect(result.state).toEqual(before)
    expect(ids(await reads.all()).length).toBe(8)
  })

  it('case 20: a state with nothing but a version and a cursor is read on from', async () => {
    const server = await openServer()
    fill(server, 'Account', 10)
    const { rows } = await openReads(server, 'Account').read({ state: { version: 1, cursor: at(7) }, settings: { lookbackMinutes: 0 } })
    expect(rows.map((row) => row['Name'])).toEqual(['row 7', 'row 8', 'row 9'])
  })

  it('case 7: rows without a cursor fail the read, are left out, or are read once, as chosen', async () => {
    const server = await openServer()
    server.org.object('Account').fields.push({ ...server.org.object('Account').fields[3]!, name: 'Reviewed__c', nillable: true })
    const values = [at(1), at(2), null]
    for (const value of values) server.org.upsert('Account', { Reviewed__c: value })
    const cursor = (nulls: 'raise' | 'exclude' | 'include') => ({ request: { cursor: { column: 'Reviewed__c', nulls } } })
    const { error, landing } = await openReads(server, 'Account').fail(cursor('raise'))
    expect(error).toMatchObject({ code: 'source.cursor_null', message: expect.stringContaining('Reviewed__c') })
    expect(landing.parts).toEqual([])
    expect((await openReads(server, 'Account').read(cursor('exclude'))).result.sourceRows).toBe(2)
    const reads = openReads(server, 'Account')
    const included = await reads.read(cursor('include'))
    expect(included.result).toMatchObject({ sourceRows: 3, reached: at(2) })
    expect((await reads.read(cursor('include'))).result.sourceRows).toBe(0)
  })

  it('case 63: the limit of the day in mid-stream keeps what was read, and the next run goes on', async () => {
    const server = await openServer()
    fill(server, 'Account', 6000)
    const reads = openReads(server, 'Account')
    const options = { pageRows: 1000, sliceDays: 1.5 }
    server.faults.add({ on: 'job-results', at: 5, reply: TOTAL_REQUESTS })
    const first = await reads.read({ options })
    expect(first.result.parked?.detail).toContain('REQUEST_LIMIT_EXCEEDED')
    expect(first.result.sourceRows).toBe(3160)
    const second = await reads.read({ options })
    expect(second.result.parked).toBeUndefined()
    const all = ids(await reads.all())
    expect(all).toHaveLength(6000)
    expect(new Set(all).size).toBe(6000)
    expect((await reads.read({ options })).result.sourceRows).toBe(0)
  })

  it('case 63: too many long requests at once is waited out', async () => {
    const server = await openServer()
    fill(server, 'Account', 5)
    server.faults.add({ on: 'query', times: 3, reply: CONCURRENT_REQUESTS })
    const { result } = await openReads(server, 'Account').read()
    expect(result).toMatchObject({ sourceRows: 5 })
    expect(result.parked).toBeUndefined()
  })

  it('stops at the share of the calls of the day that it may use', async () => {
    const server = await openServer({ limits: { used: 780, max: 1000 } })
    fill(server, 'Account', 50_000, at(0), {})
    const first = await openReads(server, 'Account').read({ settings: { apiBudgetPercent: 80 }, options: { pageRows: 1000 } })
    expect(first.result.parked?.detail).toContain('80 percent')
    expect(server.limits.used).toBe(800)
    const { error } = await openReads(server, 'Account').fail({ settings: { apiBudgetPercent: 50 } })
    expect(error).toMatchObject({ code: 'source.rate_limited' })
  })

  it('case 64: of three slices the second fails; the others are kept, and the state has the gap', async () => {
    const server = await openServer()
    fill(server, 'Account', 3 * 1440)
    const reads = openReads(server, 'Account')
    const options = { api: 'rest', sliceDays: 1, formulaRefresh: 'off' }
    server.clock.set('2024-05-04T00:00:30.000Z')
    server.faults.add({ on: 'query', when: '< 2024-05-03T00:00:00.000Z', at: 2, reply: refused(400, 'UNKNOWN_EXCEPTION') })
    const first = await reads.read({ options })
    expect(first.result.sourceRows).toBe(2 * 1440)
    expect(first.result.parked?.detail).toContain('2024-05-02T00:00:00.000Z to 2024-05-03T00:00:00.000Z')
    expect(first.result.state).toMatchObject({ gaps: [{ from: at(1440), to: at(2880) }], cursor: at(3 * 1440 - 1) })
    const second = await reads.read({ options })
    expect(second.result).toMatchObject({ sourceRows: 1440 })
    expect(second.result.parked).toBeUndefined()
    expect(second.result.state).not.toHaveProperty('gaps')
    expect(new Set(ids(await reads.all())).size).toBe(3 * 1440)
    expect(await reads.all()).toHaveLength(3 * 1440)
  })

  it('case 64: a slice that fails after some of its pages lands none of their rows twice', async () => {
    const server = await openServer()
    fill(server, 'Account', 3 * 2880)
    const reads = openReads(server, 'Account')
    const options = { pageRows: 1000, sliceDays: 2 }
    server.clock.set('2024-05-07T00:00:30.000Z')
    server.faults.add({ on: 'job-results', at: 5, reply: refused(400, 'UNKNOWN_EXCEPTION') })
    const first = await reads.read({ options })
    expect(first.result.sourceRows).toBe(2 * 2880 + 1000)
    expect(first.result.state).toMatchObject({ gaps: [{ from: at(2880), to: at(2 * 2880) }] })
    expect((await reads.read({ options })).result.sourceRows).toBe(1880)
    expect(await reads.all()).toHaveLength(3 * 2880)
    expect(new Set(ids(await reads.all())).size).toBe(3 * 2880)
  })

  it('fails when no slice can be read', async () => {
    const server = await openServer()
    fill(server, 'Account', 2880)
    server.faults.add({ on: 'query', when: 'BillingCity', times: 99, reply: refused(400, 'UNKNOWN_EXCEPTION') })
    const { error } = await openReads(server, 'Account').fail({ options: { api: 'rest', sliceDays: 1 } })
    expect(error).toMatchObject({ code: 'source.bad_status' })
  })

  it('case 65: a row that becomes visible late is read when its stamp lies within the look-back', async () => {
    const server = await openServer()
    fill(server, 'Account', 30)
    server.org.upsert('Account', { Name: 'late', SystemModstamp: at(25) }, { visibleFrom: new Date('2024-06-01T12:05:00Z') })
    const reads = openReads(server, 'Account')
    expect((await reads.read()).result.sourceRows).toBe(30)
    server.clock.advance(600_000)
    const { rows, result } = await reads.read()
    expect(rows.map((row) => row['Name'])).toEqual(['late'])
    expect(result.warnings).toEqual([])
  })

  it('case 65: a row that becomes visible too late for the look-back is told of by the count', async () => {
    const server = await openServer()
    fill(server, 'Account', 30)
    server.org.upsert('Account', { Name: 'late', SystemModstamp: at(3) }, { visibleFrom: new Date('2024-06-01T12:05:00Z') })
    const reads = openReads(server, 'Account')
    await reads.read()
    server.clock.advance(600_000)
    const { rows, result } = await reads.read()
    expect(rows).toEqual([])
    expect(result.warnings.join()).toContain('1 row of Account became visible')
    fill(server, 'Account', 1, at(40))
    expect((await reads.read()).result.warnings.join()).toContain('1 row of Account')
    expect((await reads.read()).result.warnings.join()).toContain('1 row of Account')
  })

  it('case 70: without a start date all history is read', async () => {
    const server = await openServer()
    fill(server, 'Account', 3, '1999-12-31T00:00:00.000Z')
    expect((await openReads(server, 'Account').read()).rows).toHaveLength(3)
    expect((await openReads(server, 'Account').read({ settings: { startDate: '2020-01-01' } })).rows).toHaveLength(0)
  })

  it('takes the next stamp for a cursor where Salesforce does not filter by the first', async () => {
    const server = await openServer()
    fill(server, 'ActivityFieldHistory', 4)
    const { result } = await openReads(server, 'ActivityFieldHistory').read()
    expect(result).toMatchObject({ sourceRows: 4, state: { field: 'LastModifiedDate' } })
    const { error } = await openReads(server, 'ActivityFieldHistory').fail({
      request: { cursor: { column: 'SystemModstamp', nulls: 'raise' } },
    })
    expect(error).toMatchObject({ code: 'source.cursor_invalid', message: expect.stringContaining('LastModifiedDate, CreatedDate') })
  })

  it('refuses to read on by another cursor than the one before', async () => {
    const server = await openServer()
    fill(server, 'Account', 4)
    const reads = openReads(server, 'Account')
    await reads.read()
    const { error } = await reads.fail({ request: { cursor: { column: 'CreatedDate', nulls: 'raise' } } })
    expect(error).toMatchObject({ code: 'source.cursor_invalid' })
  })

  it('goes on with a look-back of more than 2,000 rows by Bulk', async () => {
    const server = await openServer()
    fill(server, 'Account', 3000)
    const reads = openReads(server, 'Account')
    await reads.read()
    fill(server, 'Account', 10, at(3000))
    const { result } = await reads.read({ settings: { lookbackMinutes: 2500 } })
    expect(result).toMatchObject({ sourceRows: 10, counted: { rows: 2511, read: 2511 } })
    expect(server.count('job-create')).toBe(2)
  })
})
