import { expect, it } from 'vitest'
import { ENTITIES } from '../../src/contract/entities.ts'
import { PiiAction } from '../../src/contract/pii.ts'
import { ACTION_NAMES, ENTITY_NAMES } from '../../src/web/format/pii-words.ts'

it('the page calls each kind of personal data what the contract calls it', () => {
  expect(ENTITY_NAMES).toEqual(Object.fromEntries([...ENTITIES.values()].map(({ id, title }) => [id, title])))
})

it('the page has words for each action of a policy', () => {
  expect(Object.keys(ACTION_NAMES).toSorted()).toEqual(PiiAction.options.toSorted())
})
