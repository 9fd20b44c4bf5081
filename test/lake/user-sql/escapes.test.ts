import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AtlasError } from '../../../src/core/errors.ts'
import { closeWarmChild } from '../../../src/lake/user-sql/child-process.ts'
import { runUserSql } from '../../../src/lake/user-sql/run.ts'
import { escapeAttempts, resourceAttacks } from './escape-attempts.ts'
import { makeUserSqlFixture, type UserSqlFixture } from './user-sql-fixture.ts'

let fixture: UserSqlFixture
let before: Record<string, string>
beforeAll(async () => {
  fixture = await makeUserSqlFixture()
  before = await fixture.checksums()
})
afterAll(async () => {
  closeWarmChild()
  await fixture.remove()
})

const shorten = (sql: string): string => (sql.length > 110 ? `${sql.slice(0, 110)}… (${sql.length} characters)` : sql)
const attempt = (sql: string, options: { timeoutMs?: number } = {}): Promise<AtlasError> =>
  runUserSql({ ...fixture.query, ...options, sql: fixture.fill(sql), limit: 10 }).then(
    (result) => expect.fail(`it ran and gave ${JSON.stringify(result.rows)}`),
    (error: AtlasError) => error,
  )

describe('an escape attempt is refused', () => {
  test.each(escapeAttempts.map(({ sql, code }) => [code, shorten(sql), sql] as const))('%s: %s', async (code, _shown, sql) => {
    const error = await attempt(sql)
    expect(error).toMatchObject({ code })
    expect(error.message).not.toContain('the secret')
  })

  test('and none of them touches a file', async () => {
    expect(await fixture.checksums()).toEqual(before)
  })
})

describe('a query that would take too much ends by its limit', () => {
  test.each(resourceAttacks.map(({ sql, codes }) => [sql, codes] as const))('%s', { timeout: 15_000, retry: 2 }, async (sql, codes) => {
    const started = performance.now()
    const error = await attempt(sql, { timeoutMs: 1500 })
    expect(codes).toContain(error.code)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('and the next query works, with nothing left behind', async () => {
    const { rows } = await runUserSql({ ...fixture.query, sql: 'select count(*) from chart.customers', limit: 10 })
    expect(rows).toEqual([[100]])
    expect(await fixture.checksums()).toEqual(before)
  })
})
