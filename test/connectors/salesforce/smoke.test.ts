import { expect, it } from 'vitest'
import { fill, openReads, openServer } from './salesforce-source.ts'

it('reads a small object over REST and a big one by Bulk', async () => {
  const server = await openServer()
  fill(server, 'Account', 5)
  fill(server, 'Opportunity', 2500)
  const small = await openReads(server, 'Account').read({ mode: 'replace' })
  expect(small.result).toMatchObject({ sourceRows: 5, counted: { rows: 5, read: 5 } })
  expect(server.count('job-create')).toBe(0)
  const big = await openReads(server, 'Opportunity').read({ mode: 'replace', options: { pageRows: 1000 } })
  expect(big.result).toMatchObject({ sourceRows: 2500, counted: { rows: 2500, read: 2500 } })
  expect(server.log.map(({ route }) => route).filter((route) => route === 'job-results')).toHaveLength(3)
})
