import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RowFilter } from '../../../src/contract/pipelines.ts'
import { parseCustomSoql } from '../../../src/connectors/salesforce/custom-soql.ts'
import { filterConditions } from '../../../src/connectors/salesforce/soql.ts'
import { field } from '../../servers/salesforce/fields.ts'
import { openReadContext, readRequest } from '../../support/landing.ts'
import { body, fill, openReads, openServer, settingsFor } from './salesforce-source.ts'

const fields = [
  field('StageName', 'picklist'),
  field('Amount', 'currency'),
  field('IsWon', 'boolean'),
  field('CloseDate', 'date'),
  field('CreatedDate', 'datetime'),
  field('Tags__c', 'multipicklist'),
  field('PostalCode'),
  field('Notes__c', 'textarea'),
]

describe('queries in SOQL', () => {
  it.each<[RowFilter, string[]]>([
    [{ StageName: 'Closed Won', Amount__gt: 10000 }, ["StageName = 'Closed Won'", 'Amount > 10000']],
    [{ Amount__gte: 1.5, Amount__lt: '20' }, ['Amount >= 1.5', 'Amount < 20']],
    [{ Amount__lte: -3, Amount__ne: 0 }, ['Amount <= -3', 'Amount != 0']],
    [{ IsWon: true }, ['IsWon = true']],
    [{ CloseDate__gte: '2024-02-29' }, ['CloseDate >= 2024-02-29']],
    [{ CreatedDate__lt: '2024-05-01T10:00:00+02:00' }, ['CreatedDate < 2024-05-01T08:00:00.000Z']],
    [{ CreatedDate__lt: '2024-05-01' }, ['CreatedDate < 2024-05-01T00:00:00.000Z']],
    [{ PostalCode: 1000 }, ["PostalCode = '1000'"]],
    [{ StageName__in: ['Won', "O'Brien"] }, [String.raw`StageName IN ('Won', 'O\'Brien')`]],
    [{ StageName: ['Won'] }, ["StageName IN ('Won')"]],
    [{ Tags__c__in: ['a', 'b'] }, ["Tags__c INCLUDES ('a', 'b')"]],
    [{ StageName__like: 'Closed%' }, ["StageName LIKE 'Closed%'"]],
    [{ StageName__null: true, Amount__null: false, PostalCode: null }, ['StageName = null', 'Amount != null', 'PostalCode = null']],
    [{ StageName: "x' OR Name != '" }, [String.raw`StageName = 'x\' OR Name != \''`]],
    [{ StageName: 'back\\slash\nline' }, [String.raw`StageName = 'back\\slash\nline'`]],
    [{ stagename: 'any case' }, ["StageName = 'any case'"]],
  ])('a filter %j is quoted as its fields ask for', (filter, expected) => {
    expect(filterConditions(filter, fields, 'Opportunity')).toEqual(expected)
  })

  it.each<[RowFilter, string]>([
    [{ Stage: 'x' }, 'source.column_missing'],
    [{ Notes__c: 'x' }, 'source.column_missing'],
    [{ Amount: '1 OR 1=1' }, 'source.bad_settings'],
    [{ IsWon: 'yes' }, 'source.bad_settings'],
    [{ CloseDate: '29.02.2024' }, 'source.bad_settings'],
    [{ CreatedDate: 'yesterday' }, 'source.bad_settings'],
    [{ Amount__gt: null }, 'source.bad_settings'],
  ])('a filter %j is refused', (filter, code) => {
    expect(() => filterConditions(filter, fields, 'Opportunity')).toThrow(expect.objectContaining({ code }))
  })

  it('reads the rows that a filter asks for', async () => {
    const server = await openServer()
    const stages = ['Closed Won', 'Closed Lost', "O'Brien's \\ stage"]
    stages.forEach((StageName, index) =>
      server.org.upsert('Opportunity', { StageName, Amount: String(9000 + index * 1500), Tags__c: index === 1 ? 'x;y' : 'z' }),
    )
    const read = async (where: RowFilter) =>
      (await openReads(server, 'Opportunity').read({ mode: 'replace', request: { where } })).rows.map((row) => row['StageName'])
    expect(await read({ StageName: 'Closed Won', Amount__gt: 10000 })).toEqual([])
    expect(await read({ Amount__gt: 10000 })).toEqual(stages.slice(1))
    expect(await read({ StageName__like: 'Closed%', Amount__lte: 9000 })).toEqual(['Closed Won'])
    expect(await read({ StageName: stages[2] ?? '' })).toEqual([stages[2]])
    expect(await read({ Tags__c__in: ['y'] })).toEqual(['Closed Lost'])
  })

  it.each<[string, string, ReturnType<typeof parseCustomSoql>]>([
    [
      'fields, a condition and an order',
      "select Id, Account.Name from Opportunity where Name = 'a FROM b' order by Name limit 5",
      { select: ['Id', 'Account.Name'], from: 'Opportunity', where: "Name = 'a FROM b'", tail: 'order by Name limit 5', plain: false },
    ],
    [
      'a subquery',
      'SELECT Id, (SELECT Id FROM Contacts WHERE Name != null) FROM Account',
      { select: ['Id', '(SELECT Id FROM Contacts WHERE Name != null)'], from: 'Account', where: null, tail: '', plain: false },
    ],
    [
      'an aggregate',
      'SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName',
      { select: ['StageName', 'COUNT(Id) n'], from: 'Opportunity', where: null, tail: 'GROUP BY StageName', plain: false },
    ],
  ])('takes a query apart: %s', (_, query, expected) => {
    expect(parseCustomSoql(query)).toEqual(expected)
  })

  it.each([
    ['DELETE FROM Account', 'source.read_only'],
    ['SELECT Id FROM Account FOR UPDATE', 'source.read_only'],
    ['SELECT Id FROM Account UPDATE TRACKING', 'source.read_only'],
    ['SELECT Id FROM Account; DELETE FROM Account', 'source.read_only'],
    ["SELECT Id FROM Account WHERE Name = 'open", 'source.bad_query'],
    ['SELECT Id', 'source.bad_query'],
  ])('refuses %j', (query, code) => {
    expect(() => parseCustomSoql(query)).toThrow(expect.objectContaining({ code }))
  })

  it('reads a query of its own, parents included, in full and by the cursor', async () => {
    const server = await openServer()
    const account = server.org.upsert('Account', { Name: 'Acme' })
    server.org.upsert('Opportunity', { AccountId: account, Name: 'one', Amount: '5.00' })
    server.org.upsert('Opportunity', { Name: 'two', Amount: '7.00' })
    const query = 'SELECT Name, Account.Name, Amount FROM Opportunity WHERE Amount > 1 ORDER BY Name DESC'
    const request = { query }
    const full = await openReads(server, 'won').read({ mode: 'replace', request })
    expect(full.rows).toEqual([
      { 'Name': 'two', 'Account.Name': null, 'Amount': '7.00' },
      { 'Name': 'one', 'Account.Name': 'Acme', 'Amount': '5.00' },
    ])
    const reads = openReads(server, 'won')
    server.clock.advance(3_600_000)
    expect((await reads.read({ mode: 'append', request })).result.sourceRows).toBe(2)
    server.org.upsert('Opportunity', { Name: 'three', Amount: '8.00' })
    server.clock.advance(3_600_000)
    expect((await reads.read({ mode: 'append', request })).rows).toMatchObject([
      { 'Name': 'three', 'Amount': '8.00', 'Account.Name': null },
    ])
    const bulk = await openReads(server, 'won').read({ mode: 'replace', request, options: { api: 'bulk' } })
    expect(bulk.rows.map((row) => row['Account.Name'])).toEqual([null, null, 'Acme'])
  })

  it('an error of a query tells the reason and not the values in it', async () => {
    const server = await openServer()
    const query = "SELECT Id FROM Account WHERE Name = 'canary-f00d' AND Nope = 1"
    const { error } = await openReads(server, 'x').fail({ mode: 'replace', request: { query } })
    expect(error).toMatchObject({ code: 'source.column_missing', message: expect.stringContaining('Nope') })
    expect(String(error)).not.toContain('canary')
  })

  it('lists objects with label, queryable and custom; describes those that are asked for', async () => {
    const server = await openServer()
    fill(server, 'Invoice__c', 4)
    const context = await openReadContext(tmpdir())
    const all = await body.discover(settingsFor(server), context)
    expect(server.count('describe')).toBe(0)
    expect(all.find(({ name }) => name === 'Invoice__c')).toMatchObject({
      title: 'Invoice',
      rowEstimate: 4,
      columns: null,
      details: { label: 'Invoice', queryable: true, custom: true },
    })
    expect(all.at(-1)).toMatchObject({ name: 'AccountChangeEvent', details: { queryable: false, custom: false } })
    const [history, invoice] = (
      await body.discover(settingsFor(server), context, ['Invoice__c', 'ActivityFieldHistory', 'Nothing'])
    ).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    expect(invoice).toMatchObject({ primaryKey: ['Id'], cursors: ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'] })
    expect(invoice?.columns?.find(({ name }) => name === 'Total__c')).toEqual({
      name: 'Total__c',
      type: 'DECIMAL(18,2)',
      sourceType: 'currency',
      nullable: true,
    })
    expect(history).toMatchObject({ cursors: ['LastModifiedDate', 'CreatedDate'] })
  })

  it('an object that cannot be queried is refused in words', async () => {
    const server = await openServer()
    expect((await openReads(server, 'AccountChangeEvent').fail({ mode: 'replace' })).error).toMatchObject({
      code: 'source.permission_denied',
    })
  })

  it('shows the first 50 rows without a job', async () => {
    const server = await openServer()
    fill(server, 'Account', 2600)
    const stream = { name: 'Account', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    const preview = await body.preview(settingsFor(server), readRequest(stream), await openReadContext(tmpdir()))
    expect(preview.rows).toHaveLength(50)
    expect(preview.columns[0]).toEqual({ name: 'Id', type: 'VARCHAR' })
    expect(server.count('job-create')).toBe(0)
  })
})
