import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareTypes, nameSimilarity, typeOfWord } from '../../../src/quality/checks/column-types.ts'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

const setup = `create table t as select 1::bigint id, 'a' customer_name, 2 amount`
const agreed = [
  { name: 'id', type: 'bigint' },
  { name: 'customer_name', type: 'text' },
  { name: 'amount', type: 'integer' },
]
const withFirst = (column: object) => [column, ...agreed.slice(1)]

describe('the schema', () => {
  it('Q38: a wider type warns, whatever the severity, and a type that cannot hold the values fails', async () => {
    const { expect: expected } = caseOf('Q38')
    const widened = await bench.rule(setup, { check: 'schema', options: { columns: withFirst({ name: 'id', type: 'int' }) } })
    const narrowed = await bench.rule(`create table t as select 1 x`, {
      check: 'schema',
      options: { columns: [{ name: 'x', type: 'text' }] },
    })
    const words = { warned: 'warn', failed: 'fail' } as Record<string, string>
    expect([words[widened.status], words[narrowed.status]]).toEqual([expected['widen'], expected['narrow']])
    expect(widened.message).toBe('"id" is BIGINT, expected INTEGER.')
  })

  it('Q38: a rename is a column missing and one added, with a hint', async () => {
    const columns = agreed.map((column) => (column.name === 'customer_name' ? { ...column, name: 'customername_old' } : column))
    const result = await bench.rule(setup, { check: 'schema', options: { columns } })
    expect([result.status, result.figures['missing'], result.figures['added']]).toEqual(['failed', 1, 1])
    expect(result.message).toContain('"customername_old" is missing; was it renamed to "customer_name"?')
  })

  it('Q38: another order is ignored unless it is agreed', async () => {
    const columns = agreed.toReversed()
    expect((await bench.rule(setup, { check: 'schema', options: { columns } })).status).toBe('passed')
    expect((await bench.rule(setup, { check: 'schema', options: { columns, order: true } })).status).toBe('failed')
  })

  it.each([
    [{}, 'warned'],
    [{ added: 'fail' }, 'failed'],
    [{ added: 'allow' }, 'passed'],
  ])('a column that nobody named, under %j: %s', async (options, status) => {
    const result = await bench.rule(setup, { check: 'schema', options: { columns: agreed.slice(0, 2), ...options } })
    expect(result.status).toBe(status)
  })

  it('a column may be optional, and any type will do where none is named', async () => {
    const columns = [{ name: 'id' }, { name: 'customer_name' }, { name: 'amount' }, { name: 'vat', optional: true }]
    expect((await bench.rule(setup, { check: 'schema', options: { columns } })).status).toBe('passed')
  })

  it.each([
    ['select 1::bigint x, 2 y', 'warned'],
    ['select 1::smallint x, 2 y', 'failed'],
    ['select 1 x', 'failed'],
    ['select 1 x, 2 y, 3 z', 'warned'],
    ['select 2 y, 1 x', 'passed'],
  ])('compares %s with the snapshot before: %s', async (now, status) => {
    const result = await bench.rule(`create table before as select 1 x, 2 y; create table t as ${now}`, { check: 'schema' })
    expect(result.status).toBe(status)
  })

  it('a list of types is kept by any of them', async () => {
    const columns = [
      { name: 'id', type: ['int', 'bigint'] },
      { name: 'amount', type: ['text', 'date'] },
    ]
    const result = await bench.rule(setup, { check: 'schema', options: { columns, added: 'allow' } })
    expect(result.message).toBe('"amount" is INTEGER, expected VARCHAR or DATE.')
  })

  it('of the first snapshot has nothing to be compared with', async () => {
    expect((await bench.rule(setup, { check: 'schema' })).status).toBe('not_run')
  })

  it('cannot agree on a column twice', async () => {
    const result = await bench.rule(setup, { check: 'schema', options: { columns: [{ name: 'id' }, { name: 'id' }] } })
    expect([result.status, result.message]).toEqual(['error', 'The column "id" is named twice.'])
  })
})

describe('the columns', () => {
  it.each([
    [{ min: 3, max: 3 }, 'passed'],
    [{ below: 3 }, 'failed'],
  ])('are as many as expected: %j', async (options, status) => {
    const result = await bench.rule(setup, { check: 'column-count', options })
    expect([result.status, result.value]).toEqual([status, 3])
  })

  it.each([
    [['amount', 'id', 'customer_name'], {}, 'passed'],
    [['amount', 'id', 'customer_name'], { order: true }, 'failed'],
    [['id'], {}, 'failed'],
    [['id'], { match: 'at-least' }, 'passed'],
    [['id', 'customer_name', 'amount', 'vat'], { match: 'at-most' }, 'passed'],
    [['id', 'vat'], { match: 'at-least' }, 'failed'],
    [['vat', 'cpr'], { match: 'none' }, 'passed'],
    [['vat', 'id'], { match: 'none' }, 'failed'],
  ])('are those named: %j %j', async (columns, options, status) => {
    expect((await bench.rule(setup, { check: 'column-set', options: { columns, ...options } })).status).toBe(status)
  })
})

describe('types', () => {
  it.each([
    ['INTEGER', 'BIGINT', 'widened'],
    ['BIGINT', 'INTEGER', 'narrowed'],
    ['VARCHAR', 'INTEGER', 'narrowed'],
    ['INTEGER', 'VARCHAR', 'narrowed'],
    ['DECIMAL(9,2)', 'DECIMAL(12,2)', 'widened'],
    ['DECIMAL(12,2)', 'DECIMAL(12,4)', 'narrowed'],
    ['INTEGER', 'DECIMAL(12,2)', 'widened'],
    ['FLOAT', 'DOUBLE', 'widened'],
    ['DATE', 'TIMESTAMP', 'widened'],
    ['DECIMAL', 'DECIMAL(5,1)', 'same'],
    ['DATE', 'DATE', 'same'],
  ])('from %s to %s are %s', (expected, actual, outcome) => {
    expect(compareTypes(expected, actual)).toBe(outcome)
  })

  it.each([
    ['int', 'INTEGER'],
    ['Text', 'VARCHAR'],
    ['character varying(20)', 'VARCHAR'],
    ['decimal(12, 2)', 'DECIMAL(12,2)'],
    ['numeric', 'DECIMAL'],
    ['timestamp with time zone', 'TIMESTAMP WITH TIME ZONE'],
    ['INTEGER[]', 'INTEGER[]'],
  ])('the word %s means %s', (word, type) => {
    expect(typeOfWord(word)).toBe(type)
  })

  it('names that differ in spelling alone are the same', () => {
    expect(nameSimilarity('Customer-Name', 'customer_name')).toBe(1)
    expect(nameSimilarity('name', 'amount')).toBeLessThan(0.5)
  })
})
