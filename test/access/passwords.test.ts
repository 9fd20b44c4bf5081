import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from '../../src/access/passwords.ts'

describe('passwords', () => {
  it('are kept as argon2id with the OWASP parameters', async () => {
    expect(await hashPassword('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('are right only when they are the same text, however it is composed', async () => {
    const hash = await hashPassword('blåbærgrød på æbler')
    expect(await verifyPassword('blåbærgrød på æbler'.normalize('NFD'), hash)).toBe(true)
    expect(await verifyPassword('blåbærgrød på æble', hash)).toBe(false)
  })

  it('are never right for a user without a hash, after the same work', async () => {
    expect(await verifyPassword('a password that is nobody’s', null)).toBe(false)
    expect(await verifyPassword('', null)).toBe(false)
  })

  it('are all answered when many are asked at once', async () => {
    const hash = await hashPassword('correct horse battery')
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => verifyPassword(n % 2 === 0 ? 'correct horse battery' : 'wrong', hash)),
    )
    expect(answers).toEqual(Array.from({ length: 12 }, (_, n) => n % 2 === 0))
  })
})
