import { describe, expect, it } from 'vitest'
import { decide } from '../../src/privacy/decide.ts'
import { recognizers } from '../../src/privacy/recognizers/index.ts'

const evidenceOf = (entity: string, inside: number, rows: number) => {
  const recognizer = recognizers.find(({ id }) => id === entity)!
  const [finding] = decide({ name: 'x' }, rows, [
    { recognizer: { ...recognizer, chance: 0 }, counts: { whole: 0, strong: 0, inside, shape: inside } },
  ])
  return finding?.evidence[0]
}

describe('evidence in words', () => {
  it.each([
    ['EMAIL_ADDRESS', 'an e-mail address'],
    ['PHONE_NUMBER', 'a phone number'],
    ['CREDIT_CARD', 'a payment card number'],
    ['IBAN_CODE', 'an IBAN bank account number'],
    ['DK_CPR', 'a Danish CPR number'],
    ['IP_ADDRESS', 'an IP address'],
  ])('names %s as %s', (entity, words) => {
    expect(evidenceOf(entity, 100, 100)).toBe(`100 % of the cells hold ${words}`)
  })

  it.each([
    [3, 101, '3.0 %'],
    [1, 3, '33.4 %'],
    [1, 10_000, '<0.1 %'],
    [9_999, 10_000, '>99.9 %'],
  ])('never makes %i of %i less by rounding: %s', (inside, rows, share) => {
    expect(evidenceOf('EMAIL_ADDRESS', inside, rows)).toBe(`${share} of the cells hold an e-mail address`)
  })
})
