import { describe, expect, it } from 'vitest'
import { fill, openReads, openServer } from './salesforce-source.ts'

const HOUR = 3_600_000

describe('deleted rows and fields that change without a stamp', () => {
  it('case 66: a row in the recycle bin comes with _deleted true, by REST and by Bulk', async () => {
    for (const api of ['rest', 'bulk']) {
      const server = await openServer()
      const [first = ''] = fill(server, 'Account', 3)
      const reads = openReads(server, 'Account')
      await reads.read({ options: { api } })
      server.clock.advance(HOUR)
      server.org.remove('Account', first)
      server.clock.advance(HOUR)
      const { rows } = await reads.read({ options: { api } })
      expect(rows).toMatchObject([{ Id: first, Name: 'row 0', IsDeleted: 'true', _deleted: 'true' }])
      expect((await reads.all()).map((row) => row['_deleted'])).toEqual(['false', 'false', 'false', 'true'])
    }
  })

  it('case 66: a row that was purged is found by /deleted, once', async () => {
    const server = await openServer()
    const [first = '', second = ''] = fill(server, 'Account', 3)
    const reads = openReads(server, 'Account')
    await reads.read()
    server.clock.advance(HOUR)
    server.org.remove('Account', first)
    server.org.purge('Account', first)
    server.org.remove('Account', second)
    server.clock.advance(HOUR)
    const { rows, result } = await reads.read()
    expect(rows.find((row) => row['Id'] === first)).toMatchObject({
      Name: null,
      _deleted: 'true',
      SystemModstamp: '2024-06-01 13:00:00+00',
    })
    expect(rows.find((row) => row['Id'] === second)).toMatchObject({ Name: 'row 1', _deleted: 'true' })
    expect(rows).toHaveLength(2)
    expect(result.counted).toMatchObject({ rows: 2, read: 2 })
    server.clock.advance(HOUR)
    expect((await reads.read()).result.sourceRows).toBe(0)
  })

  it('leaves deleted rows out where that was chosen', async () => {
    const server = await openServer()
    const [first = ''] = fill(server, 'Account', 3)
    server.org.remove('Account', first)
    const { rows, result } = await openReads(server, 'Account').read({ mode: 'replace', settings: { includeDeleted: false } })
    expect(rows).toHaveLength(2)
    expect(result.columns.map(({ name }) => name)).not.toContain('_deleted')
  })

  it('case 67: a formula whose value changed without a stamp is read at the next refresh pass', async () => {
    const server = await openServer()
    const ids = fill(server, 'Opportunity', 20, '2024-05-01T00:00:00.000Z', { Amount: '100.00', Weighted__c: '10' })
    const reads = openReads(server, 'Opportunity')
    await reads.read()
    server.org.changeSilently('Opportunity', ids[4] ?? '', { Weighted__c: '33.3333333333' })
    server.clock.advance(HOUR)
    expect((await reads.read()).result.sourceRows).toBe(0)
    server.clock.advance(24 * HOUR)
    const refreshed = await reads.read()
    expect(refreshed.rows).toMatchObject([{ Id: ids[4], Weighted__c: '33.3333333333', Amount: '100.00' }])
    server.clock.advance(HOUR)
    expect((await reads.read()).result.sourceRows).toBe(0)
  })

  it('case 67: a field that changes silently and is not marked as calculated can be named', async () => {
    const server = await openServer()
    const ids = fill(server, 'Invoice__c', 5, '2024-05-01T00:00:00.000Z', { Total__c: '1.00' })
    const reads = openReads(server, 'Invoice__c')
    const options = { formulaRefresh: 'every_read', formulaFields: ['Total__c'] }
    await reads.read({ options })
    server.org.changeSilently('Invoice__c', ids[2] ?? '', { Total__c: '2.00' })
    server.clock.advance(HOUR)
    expect((await reads.read({ options })).rows).toMatchObject([{ Id: ids[2], Total__c: '2.00' }])
    server.clock.advance(HOUR)
    expect((await reads.read({ options: { ...options, formulaRefresh: 'off' } })).rows).toEqual([])
  })
})
