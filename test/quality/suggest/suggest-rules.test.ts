import { describe, expect, it } from 'vitest'
import type { ColumnProfile, Profile } from '../../../src/contract/datasets.ts'
import type { DatasetRule } from '../../../src/contract/quality-rules.ts'
import { CheckRule, type CheckRuleInput } from '../../../src/contract/quality.ts'
import { suggestedPattern } from '../../../src/quality/suggest/suggested-pattern.ts'
import { suggestedRange } from '../../../src/quality/suggest/suggested-range.ts'
import { type Suggestion, suggestRules } from '../../../src/quality/suggest/suggest-rules.ts'
import { withoutKnown } from '../../../src/quality/suggest/without-known.ts'

describe('a pattern that values suggest', () => {
  it.each([
    [['ORD-00001', 'ORD-00002', 'ORD-00013', 'ORD-00004', 'ORD-00005'], 'ORD-[0-9]{5}'],
    [['a1', 'b22', 'c3', 'd4', 'e5'], '[a-z][0-9]+'],
    [['DK', 'SE', 'NO', 'FI', 'IS'], '[A-Z]{2}'],
    [['1.5', '2.5', '3.1', '4.0', '5.9'], String.raw`[0-9]\.[0-9]`],
    [['anna', 'bo', 'carl', 'dan', 'eva'], null],
    [['a1', 'b2', 'c3', 'd4', '5e'], null],
    [['a1', 'b2', 'c3', 'd4'], null],
  ])('%j: %s', (values, pattern) => {
    expect(suggestedPattern(values)).toBe(pattern)
    for (const value of pattern === null ? [] : values) expect(value).toMatch(new RegExp(`^(?:${pattern})$`))
  })
})

describe('a range that values suggest', () => {
  it.each([
    ['BIGINT', '10', '110', { min: 0, max: 120 }],
    ['DOUBLE', '-1.5', '8.5', { min: -2.5, max: 9.5 }],
    ['INTEGER', '1000', '1100', { min: 990, max: 1110 }],
    ['DATE', '2020-02-03', '2024-01-01', { min: '2020-02-03' }],
    ['VARCHAR', 'a', 'b', null],
    ['DOUBLE', '-Infinity', '1', null],
  ])('%s from %s to %s', (type, min, max, limits) => {
    expect(suggestedRange({ type, min, max })?.limits ?? null).toEqual(limits)
  })
})

describe('rules that a profile suggests', () => {
  const column = (more: Partial<ColumnProfile>): ColumnProfile => ({
    name: 'a',
    type: 'VARCHAR',
    nulls: 0,
    distinct: 100,
    min: null,
    max: null,
    mean: null,
    top: [],
    histogram: null,
    withheld: false,
    ...more,
  })
  const profile = (columns: ColumnProfile[], rows = 100): Profile => ({
    snapshotId: 's_1',
    rows,
    profiledAt: '2026-01-01T00:00:00Z',
    columns,
  })
  const suggested = (given: ColumnProfile, rows?: number, masked: string[] = []) =>
    suggestRules(profile([given], rows), new Map(), new Set(masked), new Date('2026-01-02T00:00:00Z'))
      .map(({ rule }) => rule)
      .filter(({ check }) => !['schema', 'row-count', 'row-count-change'].includes(check))

  it('say nothing of a column without a value, and nothing of values in a table of a few rows', () => {
    expect(suggested(column({ nulls: 100, distinct: 0 }))).toEqual([])
    expect(suggested(column({ distinct: 1, top: [{ value: 'x', rows: 3 }] }), 3).map(({ check }) => check)).toEqual(['not-null'])
  })

  it('allow about twice the NULLs of now, and none where there are many', () => {
    expect(suggested(column({ nulls: 2, distinct: 50 }))).toMatchObject([{ check: 'not-null', severity: 'warning', warn: { percent: 4 } }])
    expect(suggested(column({ nulls: 30, distinct: 50 }))).toEqual([])
  })

  it('take no list that was cut, and none of many values', () => {
    const few = column({
      distinct: 2,
      top: [
        { value: 'x', rows: 50 },
        { value: 'y…', rows: 50 },
      ],
    })
    expect(suggested(few).map(({ check }) => check)).toEqual(['not-null'])
    expect(suggested(column({ distinct: 50, top: [{ value: 'x', rows: 2 }] })).map(({ check }) => check)).toEqual(['not-null'])
  })

  it('have no values of a column that is withheld', () => {
    const withheld = column({ distinct: null, withheld: true })
    expect(suggested(withheld).map(({ check }) => check)).toEqual(['not-null'])
  })

  const listOf = (...values: string[]) => ({ distinct: values.length, top: values.map((value) => ({ value, rows: 20 })) })

  it('say nothing of values that a policy masked: they are what Atlas made', () => {
    const codes = column(listOf('A1', 'B2', 'C3', 'D4', 'E5'))
    expect(suggested(codes).map(({ check }) => check)).toEqual(['not-null', 'set'])
    expect(suggested(codes, 100, ['a']).map(({ check }) => check)).toEqual(['not-null'])
  })

  it.each([
    ['the name of a kind', ['<DK_CPR>', 'none']],
    ['the name of a kind within a text', ['Write to <EMAIL_ADDRESS>, please', 'call']],
    ['stars', ['*** 12', '*** 13']],
  ])('know a mask by %s, where nobody remembers that the column was masked', (_, values) => {
    expect(suggested(column(listOf(...values))).map(({ check }) => check)).toEqual(['not-null'])
  })

  it('ask for the age of the newest time, twice what it is now', () => {
    const at = column({
      name: 'at',
      type: 'TIMESTAMP WITH TIME ZONE',
      distinct: 90,
      min: '2025-12-01 00:00:00+00',
      max: '2025-12-31 00:00:00+00',
    })
    expect(suggested(at)).toContainEqual(expect.objectContaining({ check: 'freshness', options: { column: 'at', maxAgeHours: 96 } }))
  })
})

describe('suggestions beside the rules that a dataset has', () => {
  const suggestion = (rule: CheckRuleInput): Suggestion => ({ rule: CheckRule.parse(rule), why: '', isGuess: false })
  const standing = (rule: CheckRuleInput, id: string, origin: DatasetRule['origin'] = 'pipeline'): DatasetRule => ({
    dataset: 'chart.a',
    id,
    rule: CheckRule.parse(rule),
    origin,
    source: origin === 'browser' ? null : 'shop',
    editable: origin === 'browser',
    version: null,
    changedBy: null,
    changedAt: null,
  })
  const range = (more: Partial<CheckRuleInput> = {}) => ({ check: 'range', options: { column: 'amount', min: 0 }, ...more })
  const added = (rule: CheckRuleInput, ...rules: DatasetRule[]) => withoutKnown([suggestion(rule)], rules).added.map((one) => one.rule.id)

  it.each([
    ['the same rule', range(), standing(range(), 'range.amount')],
    ['the same under another id', range(), standing(range(), 'amount-is-positive', 'file')],
    ['other limits', range(), standing(range({ options: { column: 'amount', max: 9 } }), 'mine', 'browser')],
    ['an earlier name of its check', range(), standing(range({ check: 'value_range' }), 'old')],
    ['one that is turned off', range(), standing(range({ enabled: false }), 'range.amount')],
    [
      'one that asks for more',
      { check: 'not-null', options: { column: 'amount' } },
      standing({ check: 'not-blank', options: { column: 'amount' } }, 'filled'),
    ],
  ])('leave out what %s answers', (_, rule, other) => {
    const { id, origin, source } = other
    expect(withoutKnown([suggestion(rule)], [other])).toEqual({ added: [], known: [{ rule: id, origin, source }] })
  })

  it('stay beside a rule about some rows, with an id of their own', () => {
    expect(added(range(), standing(range({ where: 'open' }), 'range.amount'))).toEqual(['range.amount.2'])
  })

  it('stay beside rules of other columns and other checks', () => {
    expect(added(range(), standing(range({ options: { column: 'vat', min: 0 } }), 'range.vat'))).toEqual(['range.amount'])
    expect(added(range(), standing({ check: 'finite', options: { column: 'amount' } }, 'finite.amount'))).toEqual(['range.amount'])
  })
})
