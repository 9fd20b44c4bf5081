import { expect, test } from 'vitest'
import { columnLineage } from '../../../src/lake/user-sql/lineage.ts'
import { parseUserSql } from '../../../src/lake/user-sql/parse.ts'

const schemas = new Map([
  ['chart.customers', ['id', 'Name', 'country', 'tags']],
  ['chart.orders', ['order_id', 'customer_id', 'amount']],
])

/** `column < dataset.column, …` per result column; customers and orders shortened to c and o. */
async function lineage(sql: string, columns: string[]): Promise<string[] | null> {
  const { statement } = await parseUserSql(sql)
  const shorten = (dataset: string): string => (dataset === 'chart.customers' ? 'c' : 'o')
  const found = columnLineage(statement, schemas, columns)
  return (
    found?.map(({ column, inputs }) => `${column} < ${inputs.map((input) => `${shorten(input.dataset)}.${input.column}`).join(', ')}`) ??
    null
  )
}

test.each<[sql: string, columns: string[], expected: string[]]>([
  ['select id, name as n from chart.customers', ['id', 'n'], ['id < c.id', 'n < c.Name']],
  [
    'select * from chart.orders',
    ['order_id', 'customer_id', 'amount'],
    ['order_id < o.order_id', 'customer_id < o.customer_id', 'amount < o.amount'],
  ],
  [
    'select o.* exclude (amount) from chart.customers c join chart.orders o on c.id = o.customer_id',
    ['a', 'b'],
    ['a < o.order_id', 'b < o.customer_id'],
  ],
  [
    'select * replace (upper(name) as name) rename (country as land) from chart.customers',
    ['id', 'name', 'land', 'tags'],
    ['id < c.id', 'name < c.Name', 'land < c.country', 'tags < c.tags'],
  ],
  [
    'select country, sum(amount) filter (where order_id > 1) s from chart.customers c join chart.orders o on c.id = o.customer_id group by all',
    ['country', 's'],
    ['country < c.country', 's < o.amount, o.order_id'],
  ],
  ['select chart.customers.name, 1, current_date from chart.customers where id > 2', ['name', '1', 'd'], ['name < c.Name', '1 < ', 'd < ']],
  ['with x(a, b) as (select id, name from chart.customers) select b || a as ab from x', ['ab'], ['ab < c.Name, c.id']],
  ['select id from chart.customers union all select order_id from chart.orders', ['id'], ['id < c.id, o.order_id']],
  [
    'select id as a, 1 as b from chart.customers union all by name select amount as b from chart.orders',
    ['a', 'b'],
    ['a < c.id', 'b < o.amount'],
  ],
  [
    'with recursive t(i, p) as (select id, id from chart.customers union all select amount, i from t join chart.orders on i = order_id) select p from t',
    ['p'],
    ['p < c.id, o.amount'],
  ],
  ['select (select max(amount) from chart.orders o where o.customer_id = c.id) m from chart.customers c', ['m'], ['m < o.amount']],
  ['select list_transform(tags, lambda name: name || country) t from chart.customers', ['t'], ['t < c.tags, c.country']],
  ['select u.v, id from chart.customers, unnest(tags) as u(v)', ['v', 'id'], ['v < c.tags', 'id < c.id']],
  ['select id + 1 as a, a * 2 as b from chart.customers', ['a', 'b'], ['a < c.id', 'b < c.id']],
  ['select row_number() over (partition by country order by id) n from chart.customers', ['n'], ['n < c.country, c.id']],
  [
    'select * from (select id as customer_id from chart.customers) join chart.orders using (customer_id)',
    ['customer_id', 'order_id', 'amount'],
    ['customer_id < c.id, o.customer_id', 'order_id < o.order_id', 'amount < o.amount'],
  ],
  ['select * from (values (1, 2)) v(a, b)', ['a', 'b'], ['a < ', 'b < ']],
])('the lineage of %s', async (sql, columns, expected) => {
  expect(await lineage(sql, columns)).toEqual(expected)
})

test.each([
  ["select columns('.*') from chart.customers", ['id', 'Name', 'country', 'tags']],
  ['from chart.orders pivot (sum(amount) for customer_id in (1, 2))', ['order_id', '1', '2']],
  ['select id from chart.customers', ['id', 'another']],
])('is null rather than wrong for %s', async (sql, columns) => {
  expect(await lineage(sql, columns)).toBeNull()
})
