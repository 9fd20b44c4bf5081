import { expect, it } from 'vitest'
import { recognizers } from '../../src/privacy/recognizers/index.ts'
import { impersonalKinds, notLookedFor, sampledEntities } from '../../src/privacy/sampling/sampled-entities.ts'

const always = [...recognizers.map(({ id }) => id), ...sampledEntities()]

it('names what is looked for only where a policy names it, and nothing that is looked for anyway', () => {
  expect(notLookedFor()).toEqual(expect.arrayContaining(['LOCATION', 'ORGANIZATION', 'NRP', 'POSTAL_CODE', 'URL', 'DATE_TIME']))
  expect(notLookedFor().filter((entity) => always.includes(entity) || entity === 'PERSON')).toEqual([])
})

it('leaves out what the policy names, which is then looked for', () => {
  const policy = { entities: { LOCATION: 'redact', URL: 'keep' } } as const
  expect(notLookedFor(policy)).not.toContain('LOCATION')
  expect(sampledEntities(policy)).toEqual(expect.arrayContaining(['LOCATION', 'URL']))
})

it('looks for no kind by itself that is no personal data', () => {
  expect([...impersonalKinds].filter((entity) => always.some((one) => one === entity))).toEqual([])
})
