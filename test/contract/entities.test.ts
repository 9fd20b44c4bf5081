import { describe, expect, it } from 'vitest'
import { closestEntity, ENTITIES } from '../../src/contract/entities.ts'
import { Policy } from '../../src/contract/pii.ts'
import { recognizers } from '../../src/privacy/recognizers/index.ts'
import { textRecognizers } from '../../src/privacy/text/recognizers/index.ts'

describe('the table of kinds of personal data', () => {
  it('has every kind that a recognizer finds', () => {
    const found = [...textRecognizers.map(({ entity }) => entity), ...recognizers.map(({ id }) => id)]
    expect(found.filter((entity) => !ENTITIES.has(entity))).toEqual([])
  })

  it('names each kind differently, in words that begin with a capital', () => {
    const titles = [...ENTITIES.values()].map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(titles.filter((title) => !/^\p{Lu}/u.test(title))).toEqual([])
  })
})

describe('a policy that names what is not known', () => {
  it.each([
    ['EMAIL', 'EMAIL_ADDRESS'],
    ['email_adress', 'EMAIL_ADDRESS'],
    ['CPR', 'DK_CPR'],
    ['DK_CPRR', 'DK_CPR'],
    ['creditcard', 'CREDIT_CARD'],
    ['PERSONS', 'PERSON'],
  ])('%s is told that %s is nearest', (wrong, nearest) => {
    expect(closestEntity(wrong)).toBe(nearest)
    const parsed = Policy.safeParse({ entities: { [wrong]: 'mask' } })
    expect(parsed.error?.issues[0]?.message).toBe(`"${wrong}" is no kind of personal data that is known here; did you mean ${nearest}?`)
  })

  it('an unknown action, and a parameter of another action, are said in words', () => {
    expect(Policy.safeParse({ columns: { a: 'maks' } }).error?.issues[0]?.message).toMatch(/^one of keep, redact, mask/)
    expect(Policy.safeParse({ columns: { a: { action: 'mask', label: 'x' } } }).error?.issues[0]?.message).toBe(
      'label says nothing with the action mask; it goes with replace',
    )
  })
})
