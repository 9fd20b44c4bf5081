import { literal, raw, sql, type Sql } from '../../src/core/sql.ts'
import type { CheckRuleInput } from '../../src/contract/quality.ts'

/** Writes a table of orders, 12 columns of all common types, about 13 bytes a row; the text of `email` is too varied for a dictionary. */
export function writeOrders(rows: number, file: string): Sql {
  return sql`copy (select i::bigint as order_id, (c % 100000)::integer as customer_id,
    (1 + hash(i + 1) % 2000 / 10.0)::decimal(12, 2) as net, ((1 + hash(i + 1) % 2000 / 10.0) * 1.25)::decimal(12, 2) as gross,
    (1 + hash(i + 2) % 8)::smallint as quantity, (hash(i + 3) % 8) / 8.0 as discount,
    ['DK', 'SE', 'NO', 'DE', 'FI'][1 + (hash(i + 4) % 5)::bigint] as country, ['new', 'open', 'sent', 'closed', 'lost'][1 + (hash(i + 5) % 5)::bigint] as state,
    timestamp '2024-01-01' + to_seconds((i // 8 * 32)::bigint) as ordered_at,
    date '2024-01-01' + ((i * 4) // 86400 + 1 + hash(i + 7) % 4)::integer as shipped_on,
    case when hash(i + 8) % 50 = 0 then null else 'user' || c % 100000 || '@example' || c % 50 || '.dk' end as email,
    'SKU-' || lpad((hash(i + 9) % 200)::varchar, 6, '0') as sku
    from (select i, hash(i) as c from range(${rows}) r(i))) to ${literal(file)} (format parquet, compression zstd)`
}

/** Reads every column and does next to nothing with it: what any look at the whole table costs. */
export function decodeFloor(relation: Sql, columns: readonly { name: string }[]): Sql {
  const aggregates = columns.map(({ name }) => `count("${name}"), min("${name}")`).join(', ')
  return sql`select ${raw(aggregates)} from ${relation}`
}

const rule = (check: string, options: Record<string, unknown>, more: Partial<CheckRuleInput> = {}): CheckRuleInput => ({
  check,
  options,
  ...more,
})

/** 30 rules of all dimensions but uniqueness, as a team would write them. */
export const thirtyRules: readonly CheckRuleInput[] = [
  ...['order_id', 'customer_id', 'net', 'ordered_at'].map((column) => rule('not-null', { column })),
  ...['country', 'state', 'sku', 'email'].map((column) => rule('not-blank', { column }, { fail: { percent: 3 } })),
  rule('range', { column: 'net', min: 0, max: 1000 }),
  rule('range', { column: 'gross', min: 0, max: 1250 }),
  rule('range', { column: 'quantity', min: 1, max: 100 }),
  rule('range', { column: 'discount', min: 0, max: 1 }),
  rule('range', { column: 'ordered_at', min: '2024-01-01', max: '2030-01-01' }),
  rule('range', { column: 'shipped_on', min: '2024-01-01', max: '2030-01-01' }),
  rule('range', { column: 'order_id', min: 0 }),
  rule('range', { column: 'customer_id', min: 1, max: 99_000 }),
  rule('set', { column: 'country', values: ['DK', 'SE', 'NO', 'DE', 'FI', 'IS', 'NL', 'BE', 'FR', 'ES', 'IT', 'PL'] }),
  rule('set', { column: 'state', values: ['new', 'open', 'sent', 'closed'] }),
  rule('pattern', { column: 'sku', pattern: 'SKU-[0-9]{6}' }),
  rule('pattern', { column: 'email', pattern: '[^@ ]+@[^@ ]+[.][a-z]{2,}' }),
  rule('length', { column: 'email', max: 254 }),
  rule('length', { column: 'country', min: 2, max: 2 }),
  rule('length', { column: 'sku', min: 10, max: 10 }),
  rule('compare', { left: 'net', operator: '<=', right: 'gross' }),
  rule('compare', { left: 'shipped_on', operator: '>=', right: 'ordered_at' }),
  rule('finite', { column: 'discount' }),
  rule('freshness', { column: 'ordered_at', maxAgeHours: 24, zone: 'UTC' }),
  rule('expression', { expression: 'gross = round(net * 1.25, 2)' }),
  rule('expression', { expression: 'quantity * net < 10000' }),
  rule('not-null', { column: 'shipped_on' }, { where: "state in ('sent', 'closed')" }),
]

/** 30 more on the same columns, none of them equal to one of the first. */
export const thirtyMoreRules: readonly CheckRuleInput[] = [
  ...['quantity', 'discount', 'country', 'state', 'sku', 'email', 'gross', 'shipped_on'].map((column) =>
    rule('not-null', { column }, { severity: 'warning' }),
  ),
  rule('range', { column: 'net', min: 1, max: 150 }),
  rule('range', { column: 'gross', min: 1, max: 190 }),
  rule('range', { column: 'quantity', min: 2, max: 7 }),
  rule('range', { column: 'discount', min: 0, max: 0.5 }),
  rule('range', { column: 'ordered_at', max: '2025-01-01' }),
  rule('range', { column: 'shipped_on', max: '2025-01-01' }),
  rule('range', { column: 'order_id', max: 9_000_000 }),
  rule('range', { column: 'customer_id', max: 90_000 }),
  rule('set', { column: 'country', values: ['DK', 'SE', 'NO'] }),
  rule('set', { column: 'state', values: ['new', 'open', 'sent'] }),
  rule('set', { column: 'quantity', values: [1, 2, 3, 4, 5, 6, 7] }),
  rule('pattern', { column: 'sku', pattern: 'SKU-000[0-9]{3}' }),
  rule('pattern', { column: 'country', pattern: '[A-Z]{2}' }),
  rule('length', { column: 'email', min: 10, max: 60 }),
  rule('length', { column: 'state', min: 3, max: 6 }),
  rule('compare', { left: 'gross', operator: '>=', right: 'net', tolerance: 0.01 }),
  rule('compare', { left: 'quantity', operator: '>', right: 'discount' }),
  rule('expression', { expression: "net > 0 or state = 'lost'" }),
  rule('expression', { expression: 'discount < 0.9 or quantity > 1' }),
  rule('expression', { expression: 'order_id >= customer_id or customer_id < 100000' }),
  rule('range', { column: 'net', max: 100 }, { where: "country = 'DK'" }),
  rule('range', { column: 'gross', max: 100 }, { where: "state = 'new'" }),
]

/** Two exact keys: one column, and two that are unique together with a few exceptions. */
export const keyRules: readonly CheckRuleInput[] = [
  rule('unique', { columns: ['order_id'] }),
  rule('unique', { columns: ['customer_id', 'ordered_at'] }),
]
