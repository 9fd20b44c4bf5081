import { expect, it } from 'vitest'
import { startTestServer } from '../support/platform.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { expectProblem } from '../support/replies.ts'

it('answers 503 and says nothing of where the database is, when the database goes away', async () => {
  const atlas = await startTestServer({ cliToken: 'cli' })
  const other = await createTestDatabase()
  try {
    const { pathname, hostname, searchParams } = new URL(atlas.database.url)
    await other.pool.query(`drop database "${pathname.slice(1)}" with (force)`)
    for (const path of ['/api/v1/datasets', '/api/v1/runs', '/api/v1/dashboard/stats']) {
      const response = await fetch(`${atlas.url}${path}`, { headers: { authorization: 'Bearer cli' } })
      const problem = await expectProblem(response, 503, 'store.unreachable')
      expect(problem.retry).toBe(true)
      expect(JSON.stringify(problem)).not.toContain(searchParams.get('host') ?? hostname)
    }
    expect((await fetch(`${atlas.url}/health/live`)).status).toBe(200)
  } finally {
    await atlas.close()
    await other.drop()
  }
})
