import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, literal, raw, sql } from '../../src/core/sql.ts'
import { classifyColumns } from '../../src/privacy/classify-columns.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

let tables = 0
async function found(column: string, cells: readonly string[]): Promise<string[]> {
  const table = raw(`persons_${++tables}`)
  await engine.run(sql`create table ${table} as select unnest(${list(cells)}) as ${raw(`"${column}"`)}`)
  return (await classifyColumns(engine, table, [{ name: column, type: 'VARCHAR' }])).map(({ entity, within }) => `${entity} ${within}`)
}

/** Each of the first with each of the second. */
const pairs = (first: readonly string[], second: readonly string[]) => first.flatMap((one) => second.map((two) => `${one} ${two}`))
const PEOPLE = pairs(['Håkon', 'Mette', 'Lars', 'Fatima', 'John', 'Søren'], ['Bø', 'Nielsen', 'Holm', 'Hansen', 'Smith', 'Østergaard'])
const GIVEN = ['Håkon', 'Mette', 'Lars', 'Fatima', 'John', 'Søren', 'Anna', 'Peter', 'Kirsten']

it('finds the names of the customers in the example', async () => {
  const file = new URL('../../examples/customers.csv', import.meta.url)
  expect((await readFile(file, 'utf8')).slice(0, 60)).toContain('customer_id,name,')
  const relation = sql`(select * from read_csv(${literal(file.pathname)}, all_varchar = true, ignore_errors = true))`
  const [finding, ...others] = await classifyColumns(engine, relation, [{ name: 'name', type: 'VARCHAR' }])
  expect(others).toEqual([])
  expect(finding).toMatchObject({ entity: 'PERSON', within: 'column', sampled: null })
  expect(finding!.matches / finding!.rows).toBeGreaterThan(0.9)
  expect(finding!.evidence.join()).toContain('the name of the column says so')
})

describe('columns of names', () => {
  it.each([
    ['of given name and surname', 'name', PEOPLE],
    ['in the plural', 'names', PEOPLE],
    ['in Danish', 'navn', PEOPLE],
    ['of customers', 'customer_name', PEOPLE],
    ['in one word', 'kundenavn', PEOPLE],
    ['under the word for a customer', 'Kunde', PEOPLE],
    ['of who did it', 'created_by', PEOPLE],
    ['under a name that says nothing', 'col7', PEOPLE],
    ['in capitals', 'name', PEOPLE.map((name) => name.toUpperCase())],
    ['in small letters', 'name', PEOPLE.map((name) => name.toLowerCase())],
    ['with the surname first', 'name', PEOPLE.map((name) => name.split(' ').toReversed().join(', '))],
    ['of given names alone', 'navn', GIVEN],
    [
      'half of which is something else',
      'name',
      [...PEOPLE.slice(0, 18), ...Array.from({ length: 18 }, (_, index) => `Kunde nr. ${index}`)],
    ],
  ])('%s (%s)', async (_what, column, cells) => {
    expect(await found(column, cells)).toEqual(['PERSON column'])
  })
})

describe('columns that are not of names', () => {
  it.each([
    ['products', 'name', pairs(['Bolt', 'Hex nut', 'Washer', 'Cable tie', 'Gasket'], ['M8 x 40', 'DIN 125', '200x4.8', 'steel', 'zinc'])],
    [
      'Danish products',
      'name',
      pairs(['Sengetæppe', 'Målebånd', 'Æbleskiver', 'Kaffekande', 'Bordlampe'], ['blå', 'stor', 'lille', '2 stk.']),
    ],
    [
      'companies',
      'name',
      [
        'Novo Nordisk A/S',
        'Danske Bank',
        'Hansen & Søn ApS',
        'Microsoft Corporation',
        'Lego System A/S',
        'Carlsberg Group',
        'Jensen Holding ApS',
      ],
    ],
    [
      'firms called like people',
      'company_name',
      ['Louis Vuitton', 'Ralph Lauren', 'Hugo Boss', 'Calvin Klein', 'Jack Daniels', 'Ernst Young'],
    ],
    ['towns called like people', 'city', ['Bergen', 'Odense', 'Sofia', 'Paris', 'Charlotte', 'Victoria', 'København', 'Aarhus']],
    ['the same under a name that says nothing', 'col7', ['Sofia', 'Paris', 'Charlotte', 'Victoria', 'Florence', 'Adelaide']],
    ['products called like people', 'product_name', pairs(['Anna', 'Billy', 'Ivar'], ['Chair', 'Table', 'Shelf', 'Lamp'])],
    ['countries', 'country', ['Denmark', 'Jordan', 'Chad', 'Georgia', 'Norway', 'Israel']],
    ['towns of two words', 'name', ['New York', 'San Francisco', 'Kuala Lumpur', 'Buenos Aires', 'Rio de Janeiro', 'Cape Town']],
    ['states', 'status', ['New Order', 'In Progress', 'Closed Lost', 'On Hold', 'Awaiting Payment']],
    ['columns', 'name', ['customer_id', 'order_date', 'created_at', 'unit_price']],
    ['reports', 'name', ['Monday Report', 'Sales Pipeline', 'Revenue by Region', 'Daily Active Users', 'Churn Forecast']],
  ])('%s (%s)', async (_what, column, cells) => {
    expect(await found(column, cells)).toEqual([])
  })
})

it('finds names in nested values and says where', async () => {
  await engine.run(
    sql`create table orders as select struct_pack("buyer" := struct_pack("name" := n), "item" := 'Bolt M8') as payload from (select unnest(${list(PEOPLE)}) as n)`,
  )
  const columns = [{ name: 'payload', type: 'STRUCT(buyer STRUCT("name" VARCHAR), item VARCHAR)' }]
  const findings = await classifyColumns(engine, raw('orders'), columns)
  expect(findings).toMatchObject([{ entity: 'PERSON', within: 'text', rows: PEOPLE.length, sampled: null }])
  expect(findings[0]!.evidence.at(-1)).toBe('at $.buyer.name')
})

describe('names inside text', () => {
  const plain = Array.from({ length: 400 }, (_, index) => `The order ${index} was sent on time and nobody complained`)

  it('are found in notes, with the rate of rows', async () => {
    const notes = PEOPLE.slice(0, 20).map((name) => `Spoke with ${name} about the delivery`)
    expect(await found('note', [...plain, ...notes])).toEqual(['PERSON text'])
  })

  it('are not said to be there for one look-alike among many', async () => {
    expect(await found('note', [...plain, 'Please call Max Power about the cable', 'Please call Max Power about the fuse'])).toEqual([])
  })
})
