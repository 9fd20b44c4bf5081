import { describe, expect, it } from 'vitest'
import { raw } from '../../../src/core/sql.ts'
import { field } from '../../servers/salesforce/fields.ts'
import { fill, openReads, openServer } from './salesforce-source.ts'

const apis = [['rest'], ['bulk']] as const
const opportunity = {
  Name: 'Big\r\n"deal", 櫻花 🌸',
  StageName: 'Closed Won',
  Amount: '1234567890123456.78',
  Probability: '75',
  CloseDate: '2024-02-29',
  IsWon: true,
  StartTime__c: '10:30:00.000Z',
  Tags__c: 'a;b',
  Quantity__c: '0.1250',
  Seats__c: '2147483647',
  SystemModstamp: '2024-05-01T10:00:00.000Z',
}

describe('values of Salesforce', () => {
  it.each(apis)('case 69: currency, percent, double and times are exact by %s', async (api) => {
    const server = await openServer()
    server.org.upsert('Opportunity', opportunity)
    const { result, rows } = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { api } })
    expect(rows).toMatchObject([
      {
        Name: 'Big\r\n"deal", 櫻花 🌸',
        Amount: '1234567890123456.78',
        Probability: '75',
        CloseDate: '2024-02-29',
        IsWon: 'true',
        StartTime__c: '10:30:00',
        Tags__c: 'a;b',
        Quantity__c: '0.1250',
        Seats__c: '2147483647',
        SystemModstamp: '2024-05-01 10:00:00+00',
        Weighted__c: null,
        AccountId: null,
      },
    ])
    const types = Object.fromEntries(result.columns.map(({ name, type }) => [name, type]))
    expect(types).toMatchObject({
      Id: 'VARCHAR',
      Amount: 'DECIMAL(18,2)',
      Probability: 'DECIMAL(18,0)',
      Quantity__c: 'DECIMAL(18,4)',
      Weighted__c: 'DOUBLE',
      Seats__c: 'BIGINT',
      CloseDate: 'DATE',
      SystemModstamp: 'TIMESTAMPTZ',
      StartTime__c: 'TIME',
      IsWon: 'BOOLEAN',
      _deleted: 'BOOLEAN',
    })
  })

  it('case 69: a datetime with +0000 and one with Z are the same instant', async () => {
    const server = await openServer()
    server.org.upsert('Opportunity', opportunity)
    const rest = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { api: 'rest' } })
    const bulk = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { api: 'bulk' } })
    expect(rest.rows).toEqual(bulk.rows)
  })

  it.each(apis)('case 69: of a compound address the parts are read by %s', async (api) => {
    const server = await openServer()
    server.org.upsert('Account', { BillingCity: 'Aarhus', BillingLatitude: '56.162939', BillingStreet: 'Åboulevarden 1\n2. sal' })
    const { result, rows } = await openReads(server, 'Account').read({ mode: 'replace', options: { api } })
    expect(rows).toMatchObject([{ BillingCity: 'Aarhus', BillingLatitude: '56.162939000000000', BillingStreet: 'Åboulevarden 1\n2. sal' }])
    expect(result.columns.map(({ name }) => name)).not.toContain('BillingAddress')
  })

  it('case 69: a compound address is kept as JSON too where that was chosen', async () => {
    const server = await openServer()
    server.org.upsert('Account', { BillingCity: 'Aarhus', BillingCountry: 'Denmark' })
    const { rows } = await openReads(server, 'Account').read({ mode: 'replace', options: { compound: true } })
    expect(JSON.parse(rows[0]?.['BillingAddress'] ?? '')).toMatchObject({ city: 'Aarhus', country: 'Denmark' })
  })

  it.each(apis)('numbers written with an exponent keep their value by %s', async (api) => {
    const server = await openServer()
    server.org.upsert('Opportunity', { Amount: '1.0E7', Weighted__c: '1.5E-9', Quantity__c: '2.50000' })
    const { rows, landing } = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { api } })
    expect(rows).toMatchObject([{ Amount: '10000000.00', Weighted__c: '1.5e-09', Quantity__c: '2.5000' }])
    expect(landing.refused).toEqual([])
  })

  it.each(apis)('a number with more digits than its field declares goes to quarantine and is not rounded, by %s', async (api) => {
    const server = await openServer()
    server.org.upsert('Opportunity', { Name: 'good', Amount: '10.12' })
    server.org.upsert('Opportunity', { Name: 'bad', Amount: '10.125' })
    const reads = openReads(server, 'Opportunity')
    const { rows, landing, result } = await reads.read({ mode: 'replace', options: { api } })
    expect(rows.map((row) => row['Name'])).toEqual(['good'])
    expect(landing.refused).toMatchObject([{ column_name: 'Amount', reason: expect.stringContaining('DECIMAL(18,2)') }])
    expect(JSON.parse(landing.refused[0]?.row ?? '{}')).toMatchObject({ Name: 'bad', Amount: '10.125' })
    expect(result.sourceRows).toBe(2)
    const doubles = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { api, numbers: 'double' } })
    expect(doubles.rows.map((row) => row['Amount'])).toEqual(['10.12', '10.125'])
  })

  it('a row that cannot be kept is refused once in a read by the cursor', async () => {
    const server = await openServer()
    server.org.upsert('Opportunity', { Name: 'bad', Amount: '10.125', SystemModstamp: '2024-05-01T00:00:00.000Z' })
    fill(server, 'Opportunity', 3)
    const { result, landing } = await openReads(server, 'Opportunity').read()
    expect(result.sourceRows).toBe(4)
    expect(landing.refused).toHaveLength(1)
  })

  it('contents of files are read where that was chosen, and left out otherwise', async () => {
    const server = await openServer()
    const bytes = Buffer.from([0, 1, 2, 255, 254, 10, 34])
    server.org.upsert('Attachment', { Name: 'a.bin', Body: bytes.toString('base64'), BodyLength: bytes.length })
    server.org.upsert('Attachment', { Name: 'empty' })
    const without = await openReads(server, 'Attachment').read({ mode: 'replace' })
    expect(without.result.columns.map(({ name }) => name)).not.toContain('Body')
    const { landing } = await openReads(server, 'Attachment').read({ mode: 'replace', options: { base64: true } })
    expect(await landing.query(raw('select hex("Body") as hex from landed order by "Name"'))).toEqual([
      { hex: '000102FFFE0A22' },
      { hex: null },
    ])
  })

  it('an object with more columns than an address can name is read by Bulk', async () => {
    const server = await openServer()
    fill(server, 'Wide__c', 3, '2024-05-01T00:00:00.000Z', { A_rather_long_name_of_a_field_699__c: 'last' })
    const { rows } = await openReads(server, 'Wide__c').read({ mode: 'replace' })
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ A_rather_long_name_of_a_field_699__c: 'last', A_rather_long_name_of_a_field_000__c: null })
    expect(server.count('job-create')).toBe(1)
  })

  it('and by several queries whose rows are put together, where Bulk cannot; a row that changes in between is not lost', async () => {
    const server = await openServer()
    server.org.object('Wide__c').bulkRefusal = { status: 400, errorCode: 'INVALIDENTITY', message: 'not supported' }
    const names = ['A_rather_long_name_of_a_field_000__c', 'A_rather_long_name_of_a_field_699__c']
    const values = { [names[0] ?? '']: 'old', [names[1] ?? '']: 'old' }
    const ids = fill(server, 'Wide__c', 300, '2024-05-01T00:00:00.000Z', values)
    server.faults.add({
      on: 'query',
      when: 'field_699__c',
      before: () => void server.org.upsert('Wide__c', { Id: ids[7] ?? '', [names[0] ?? '']: 'new', [names[1] ?? '']: 'new' }),
    })
    const { rows } = await openReads(server, 'Wide__c').read({ mode: 'replace', request: { select: null } })
    expect(rows).toHaveLength(300)
    expect(rows.filter((row) => row[names[0] ?? ''] !== row[names[1] ?? ''])).toEqual([])
    expect(rows.filter((row) => row[names[0] ?? ''] === 'new').map((row) => row['Id'])).toEqual([ids[7]])
    expect(server.log.filter(({ status }) => status === 414)).toEqual([])
  })

  it('reads only the columns that were chosen, and those it needs', async () => {
    const server = await openServer()
    fill(server, 'Account', 1)
    const columns = async (mode: 'replace' | 'merge') =>
      (await openReads(server, 'Account').read({ mode, request: { select: ['Name'] } })).result.columns.map(({ name }) => name)
    expect(await columns('replace')).toEqual(['Id', 'Name', '_deleted'])
    expect(await columns('merge')).toEqual(['Id', 'Name', 'SystemModstamp', '_deleted'])
    const { error } = await openReads(server, 'Account').fail({ request: { select: ['Nmae'] } })
    expect(error).toMatchObject({ code: 'source.column_missing', message: expect.stringContaining('Nmae') })
  })

  it('a type that nobody has heard of is text', async () => {
    const server = await openServer()
    server.org.object('Account').fields.push(field('Shape__c', 'hologram'))
    server.org.upsert('Account', { Shape__c: 'round' })
    expect((await openReads(server, 'Account').read({ mode: 'replace' })).rows).toMatchObject([{ Shape__c: 'round' }])
  })
})
