import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countAttempt, delayAfter, forgive } from '../../src/access/throttle.ts'
import type { AtlasError } from '../../src/core/errors.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const start = new Date('2026-01-01T12:00:00Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)

/** Seconds to wait, or 0 when the attempt was counted. */
async function attempt(email: string, address: string, at: Date): Promise<number> {
  try {
    await countAttempt(database.db, email, address, at)
    return 0
  } catch (error) {
    expect((error as AtlasError).code).toBe('access.too_many_attempts')
    return (error as AtlasError).retryAfterS ?? Number.NaN
  }
}

describe('the delay', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [10, 32],
    [13, 256],
    [14, 300],
    [1000, 300],
  ])('after %i failures is %i s', (failures, seconds) => {
    expect(delayAfter(failures, { free: 5, longestS: 300 })).toBe(seconds)
  })
})

describe('the throttle', () => {
  it('lets five attempts through and then makes each next one wait longer', async () => {
    for (let n = 0; n < 5; n++) expect(await attempt('a@example.org', '192.0.2.1', start)).toBe(0)
    expect(await attempt('a@example.org', '192.0.2.2', start)).toBe(1)
    expect(await attempt('A@Example.org ', '192.0.2.3', after(1))).toBe(0)
    expect(await attempt('a@example.org', '192.0.2.4', after(1))).toBe(2)
  })

  it('counts attempts that are sent at once one by one', async () => {
    const waits = await Promise.all(Array.from({ length: 30 }, (_, n) => attempt('b@example.org', `192.0.2.${100 + n}`, start)))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
  })

  it('starts afresh after a right password', async () => {
    for (let n = 0; n < 5; n++) await attempt('c@example.org', '198.51.100.1', start)
    await forgive(database.db, 'c@example.org', '198.51.100.1')
    expect(await attempt('c@example.org', '198.51.100.1', start)).toBe(0)
  })

  it('forgets failures after a day', async () => {
    for (let n = 0; n < 5; n++) await attempt('d@example.org', '198.51.100.9', start)
    for (let n = 0; n < 5; n++) expect(await attempt('d@example.org', '198.51.100.9', after(86_401 + n))).toBe(0)
  })

  it('makes one address wait that tries many e-mails, and all addresses of an IPv6 /64 are one', async () => {
    const waits: number[] = []
    for (let n = 0; n < 21; n++) waits.push(await attempt(`e${n}@example.org`, `2001:db8:0:1::${n + 1}`, start))
    expect(waits.slice(0, 20)).toEqual(Array(20).fill(0))
    expect(waits[20]).toBe(1)
    expect(await attempt('f@example.org', '2001:db8:0:2::1', start)).toBe(0)
  })

  it('keeps neither e-mail nor secret in the clear', async () => {
    const rows = await database.db.selectFrom('sign_in_failures').select('key').execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter(({ key }) => key.includes('@'))).toEqual([])
  })
})
