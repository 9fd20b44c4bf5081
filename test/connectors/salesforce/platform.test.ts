import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sql } from '../../../src/core/sql.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { openRunPlatform } from '../../support/run-platform.ts'
import { TOTAL_REQUESTS } from '../../servers/salesforce/faults.ts'
import { fill, openServer } from './salesforce-source.ts'

it('through the whole platform: rows are merged by Id, deleted ones are marked, and a limit is no success', async () => {
  const server = await openServer()
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-salesforce-'))
  const database = await createTestDatabase()
  const platform = await openRunPlatform(database, folder)
  onTestFinished(async () => {
    await platform.close()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })
  const { clientId, clientSecret } = server.tokens.app
  const pipeline = {
    name: 'crm',
    source: {
      connector: 'salesforce' as const,
      settings: { loginUrl: server.loginUrl, auth: { method: 'client_credentials', clientId, clientSecret } },
    },
    streams: [{ name: 'Opportunity', mode: 'merge' as const, select: ['Name', 'Amount', 'StageName'] }],
  }
  const ids = fill(server, 'Opportunity', 2100, '2024-05-01T00:00:00.000Z', { Amount: '10.50' })
  const first = await platform.run(pipeline)
  expect(first).toMatchObject({ status: 'succeeded', error: null })
  server.clock.advance(3_600_000)
  server.org.upsert('Opportunity', { Id: ids[5] ?? '', Amount: '99.99' })
  server.org.remove('Opportunity', ids[6] ?? '')
  server.clock.advance(3_600_000)
  expect(await platform.run(pipeline)).toMatchObject({ status: 'succeeded', error: null })
  const chart = sql`select count(*), count(*) filter (where amount = 99.99), count(*) filter (where deleted)`
  expect(await platform.rows('chart.opportunity', chart)).toEqual([['2100', '1', '1']])
  expect(await platform.rows('explore.opportunity', sql`select count(*)`)).toEqual([['2102']])
  server.faults.add({ on: 'query', when: 'COUNT()', times: 99, reply: TOTAL_REQUESTS })
  expect(await platform.run(pipeline)).toMatchObject({ status: 'rate_limited' })
})
