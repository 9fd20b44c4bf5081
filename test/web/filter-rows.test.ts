import { describe, expect, it } from 'vitest'
import { StreamRule } from '../../src/contract/pipelines.ts'
import { parseFilter } from '../../src/core/filter.ts'
import { type FilterRow, filterOf, filterRows, problemOfRow, rowInWords } from '../../src/web/pages/sources/filter-rows.ts'
import { problemOfRule } from '../../src/web/pages/sources/problem-of-rule.ts'

const TYPES: Record<string, string> = { id: 'BIGINT', amount: 'DECIMAL(12,2)', email: 'VARCHAR', paid: 'BOOLEAN' }
const typeOf = (column: string) => TYPES[column]
const row = (column: string, operator: FilterRow['operator'], value = ''): FilterRow => ({ column, operator, value })

describe('conditions on rows', () => {
  it.each([
    [row('email', 'eq', 'a@example.com'), { email: 'a@example.com' }, [{ column: 'email', operator: 'eq', value: 'a@example.com' }]],
    [row('amount', 'gt', '10000'), { amount__gt: 10_000 }, [{ column: 'amount', operator: 'gt', value: 10_000 }]],
    [row('email', 'eq', '10'), { email: '10' }, [{ column: 'email', operator: 'eq', value: '10' }]],
    [row('id', 'lte', '9007199254740993'), { id__lte: '9007199254740993' }, [{ column: 'id', operator: 'lte', value: '9007199254740993' }]],
    [row('amount', 'gte', '10.50'), { amount__gte: '10.50' }, [{ column: 'amount', operator: 'gte', value: '10.50' }]],
    [row('paid', 'ne', 'true'), { paid__ne: true }, [{ column: 'paid', operator: 'ne', value: true }]],
    [row('id', 'in', '1\n2\n\n3'), { id__in: [1, 2, 3] }, [{ column: 'id', operator: 'in', value: [1, 2, 3] }]],
    [row('email', 'like', 'a%'), { email__like: 'a%' }, [{ column: 'email', operator: 'like', value: 'a%' }]],
    [row('email', 'null'), { email__null: true }, [{ column: 'email', operator: 'null', value: true }]],
    [row('email', 'not_null'), { email__null: false }, [{ column: 'email', operator: 'null', value: false }]],
    [row('unknown', 'eq', '5'), { unknown: 5 }, [{ column: 'unknown', operator: 'eq', value: 5 }]],
    [row('unknown', 'eq', '007'), { unknown: '007' }, [{ column: 'unknown', operator: 'eq', value: '007' }]],
    [row('weight__gt', 'eq', '5'), { weight__gt__in: [5] }, [{ column: 'weight__gt', operator: 'in', value: [5] }]],
  ] as const)('%j are sent as %j, and the server reads them so', (condition, filter, parsed) => {
    const sent = filterOf([condition], typeOf)
    expect(sent).toEqual(filter)
    expect(parseFilter(sent!)).toEqual(parsed)
    expect(filterOf(filterRows(sent), typeOf)).toEqual(filter)
  })

  it('all of one stream make one filter, and none makes none', () => {
    expect(filterOf([row('id', 'gte', '1'), row('id', 'lt', '9')], typeOf)).toEqual({ id__gte: 1, id__lt: 9 })
    expect(filterOf([], typeOf)).toBeUndefined()
  })

  it.each([
    [{ a: null }, [row('a', 'null')]],
    [{ a__ne: null }, [row('a', 'not_null')]],
    [{ a: [1, 2] }, [row('a', 'in', '1\n2')]],
    [{ a: false }, [row('a', 'eq', 'false')]],
  ])('that a file has as %j are shown', (filter, rows) => {
    expect(filterRows(filter)).toEqual(rows)
  })

  it.each([
    [row('', 'eq', '1'), [], 'Choose the column'],
    [row('amount', 'gt', 'ten'), [], 'amount is a number'],
    [row('amount', 'in', '1\nten'), [], 'amount is a number'],
    [row('id', 'in', ' \n'), [], 'at least one value'],
    [row('paid', 'eq', 'yes'), [], 'true or false'],
    [row('id', 'gt', '1'), [row('id', 'gt', '2')], 'The same stands above'],
    [row('id', 'null'), [row('id', 'not_null')], 'The same stands above'],
  ])('%j are refused in words', (condition, before, words) => {
    expect(problemOfRow(condition, before, typeOf(condition.column))).toContain(words)
  })

  it.each([
    [row('email', 'eq'), 'email is “”'],
    [row('id', 'in', '1\n2'), 'id is one of 1, 2'],
    [row('email', 'not_null'), 'email has a value'],
  ])('%j are said as %j', (condition, words) => {
    expect(problemOfRow(condition, [], typeOf(condition.column))).toBeNull()
    expect(rowInWords(condition)).toBe(words)
  })
})

describe('a rule of a stream', () => {
  const rule = (part: object) => StreamRule.parse({ name: 's', ...part })

  it.each([
    [{ query: ' ' }, 'Write the query'],
    [{ query: 'select 1 as id', mode: 'append' }, 'Choose a cursor'],
    [{ where: { '': 1 } }, 'condition 1: Choose the column'],
    [{ mode: 'append', cursor: { column: 'at', backfill: { from: '2026-01-01', to: '' } } }, 'A backfill needs both'],
  ])('of %j says what is missing', (part, words) => {
    expect(problemOfRule(rule(part), undefined)).toContain(words)
  })

  it('says what a look back is', () => {
    const cursor = { column: 'at', nulls: 'raise' as const, lookback: '2 weeks' }
    expect(problemOfRule({ ...rule({ mode: 'append' }), cursor }, undefined)).toContain('30s, 10min, 2h or 1d')
    expect(problemOfRule({ ...rule({ mode: 'append' }), cursor: { ...cursor, lookback: '2h' } }, undefined)).toBeNull()
  })
})
