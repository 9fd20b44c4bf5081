import { describe, expect, it } from 'vitest'
import { Policy } from '../../src/contract/pii.ts'
import { toCsv } from '../../src/web/format/csv.ts'
import { type RuleKey, isSound, samePolicy, withAction, withNewColumn, withRule } from '../../src/web/pages/pii/policy-draft.ts'
import { partsOf, selOf } from '../../src/web/pages/pii/selection.ts'

describe('a CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+45 12', "'+45 12"],
    ['@cmd', "'@cmd"],
    ['-2+3', "'-2+3"],
    ['=a,b', '"\'=a,b"'],
  ])('writes %j so that a spreadsheet reads text', (value, cell) => {
    expect(toCsv(['a'], [[value]])).toBe(`\uFEFFa\r\n${cell}\r\n`)
  })

  it('leaves numbers as they are, also below zero', () => {
    expect(toCsv(['a', 'b'], [[-5, 9_007_199_254_740_991]])).toBe('\uFEFFa,b\r\n-5,9007199254740991\r\n')
  })
})

describe('the address of a finding', () => {
  it.each([
    { dataset: 'chart.customers', column: 'email', entity: 'EMAIL_ADDRESS' },
    { dataset: 'explore.a', column: 'in/out / Søren', entity: 'DK_CPR' },
  ])('goes there and back for column $column', (finding) => {
    expect(partsOf(selOf(finding))).toEqual(finding)
  })

  it.each(['', 'chart.customers', 'chart.customers/email', 'a/b/not a kind'])('is none: %j', (sel) => {
    expect(partsOf(sel)).toBeNull()
  })
})

describe('a policy that is being changed', () => {
  const policy = Policy.parse({ entities: { DK_CPR: 'hash' }, columns: { note: 'redact' }, purpose: 'sales' })
  const email: RuleKey = { by: 'entity', name: 'EMAIL_ADDRESS' }

  it('takes a rule and loses it again', () => {
    const more = withRule(policy, undefined, email, { action: 'mask', last: 4 })
    expect(more.entities).toEqual({ DK_CPR: 'hash', EMAIL_ADDRESS: { action: 'mask', last: 4 } })
    expect(more.purpose).toBe('sales')
    expect(samePolicy(more, policy)).toBe(false)
    expect(samePolicy(withRule(more, undefined, email, undefined), policy)).toBe(true)
  })

  it('writes a rule without parameters as the name of its action', () => {
    expect(withRule(policy, undefined, { by: 'column', name: 'note' }, { action: 'drop' }).columns).toEqual({ note: 'drop' })
    expect(withRule(policy, undefined, { by: 'default' }, { action: 'mask' }).default).toBe('mask')
  })

  it('keeps the rules of one dataset apart, and no dataset without a rule', () => {
    const own = withRule(policy, 'orders', email, { action: 'hash' })
    expect(own.datasets).toEqual({ orders: { entities: { EMAIL_ADDRESS: 'hash' }, columns: {}, default: undefined } })
    expect(own.entities).toEqual(policy.entities)
    expect(withRule(own, 'orders', email, undefined).datasets).toBeUndefined()
  })

  it('is what the contract takes after each action was chosen', () => {
    for (const action of ['keep', 'redact', 'mask', 'hash', 'replace', 'pseudonymise', 'encrypt', 'generalise', 'fake', 'drop'] as const)
      expect(Policy.safeParse(withRule(policy, undefined, email, withAction(action))).success).toBe(true)
  })

  it('takes and loses what it says of new columns, which holds for every dataset', () => {
    const more = withRule(policy, 'orders', { by: 'new' }, { action: 'redact' })
    expect(more).toEqual({ ...policy, newColumns: 'redact' })
    expect(withRule(more, undefined, { by: 'new' }, undefined).newColumns).toBeUndefined()
  })

  it('says of a new column what a run would, unless a rule names it', () => {
    const more = withRule(
      { ...policy, datasets: { orders: { entities: {}, columns: { code: 'keep' } } } },
      undefined,
      { by: 'new' },
      { action: 'drop' },
    )
    expect(withNewColumn(more, 'orders', 'phone').columns).toEqual({ note: 'redact', phone: 'drop' })
    expect(withNewColumn(more, 'orders', 'note').columns).toEqual({ note: 'redact' })
    expect(withNewColumn(more, 'orders', 'code').columns).toEqual({ note: 'redact' })
    expect(withNewColumn(more, 'customers', 'code').columns).toEqual({ note: 'redact', code: 'drop' })
    expect(withNewColumn(policy, 'orders', 'phone')).toEqual(policy)
  })

  it.each([
    { entities: { DK_CPR: { action: 'generalise', to: 'age_band', size: 5, on: '2026-01-31' } } },
    { entities: { DK_CPR: { action: 'generalise', to: 'age_band', on: '2026-02-31' } } },
    { entities: { DK_CPR: { action: 'generalise', to: 'age_band', on: 'soon' } } },
    { columns: { amount: { action: 'generalise', to: 'bucket', size: 0.5 } } },
    { columns: { amount: { action: 'generalise', to: 'bucket', size: 0 } } },
    { default: { action: 'mask', last: 20 } },
    { default: { action: 'mask', last: 21 } },
    { newColumns: { action: 'mask', last: 21 } },
    { datasets: { orders: { entities: {}, columns: { amount: { action: 'generalise', to: 'prefix', size: 0 } } } } },
    { purpose: 'sales_2026' },
    { purpose: 'Sales' },
    { purpose: '2026' },
    { purpose: 'a'.repeat(41) },
  ])('is sound where the contract takes it: %j', (part) => {
    const given = { entities: {}, columns: {}, ...part } as Policy
    expect(isSound(given)).toBe(Policy.safeParse(part).success)
  })
})
