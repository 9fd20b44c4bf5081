import { describe, expect, it } from 'vitest'
import { Policy } from '../../src/contract/pii.ts'
import { toCsv } from '../../src/web/format/csv.ts'
import { type RuleKey, samePolicy, withAction, withRule } from '../../src/web/pages/pii/policy-draft.ts'
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
})
