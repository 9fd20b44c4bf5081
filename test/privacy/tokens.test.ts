import { describe, expect, it } from 'vitest'
import { deriveKey } from '../../src/privacy/tokens/derive-key.ts'
import { fakeValue } from '../../src/privacy/tokens/fake.ts'
import { pseudonymise, revealPseudonym } from '../../src/privacy/tokens/pseudonym.ts'
import { decryptText, encryptText } from '../../src/privacy/tokens/sealed.ts'

const master = new Uint8Array(32).fill(7)
const [pseudonymKey, sealKey] = [deriveKey(master, 'pseudonymise', 'default'), deriveKey(master, 'encrypt', 'default')]
const texts = ['', 'a', '0707614285', 'Søren Ægidius 👩‍💻\nline two\t\u0000', 'x'.repeat(100_000)]

describe('keys', () => {
  it('differ by use, purpose and master key, and so do their ids', () => {
    const other = new Uint8Array(32).fill(8)
    const keys = [
      deriveKey(master, 'hash', 'default'),
      deriveKey(master, 'hash', 'research'),
      deriveKey(master, 'fake', 'default'),
      deriveKey(other, 'hash', 'default'),
    ]
    expect(new Set(keys.map((key) => Buffer.from(key.bytes).toString('hex'))).size).toBe(4)
    expect(new Set(keys.map(({ id }) => id)).size).toBe(4)
    expect(deriveKey(master, 'hash', 'default')).toEqual(keys[0])
  })

  it('a missing or short master key is an error that says so', () => {
    expect(() => deriveKey(new Uint8Array(0), 'hash', 'default')).toThrow(expect.objectContaining({ code: 'privacy.key_missing' }))
    expect(() => deriveKey(new Uint8Array(16), 'hash', 'default')).toThrow(/16 bytes; it needs 32/)
  })
})

describe('pseudonyms', () => {
  it.each(texts.map((text) => [text.slice(0, 20), text]))('P29: of %j are the same each time and give it back', (_, text) => {
    const token = pseudonymise(pseudonymKey, text)
    expect(token).toBe(pseudonymise(pseudonymKey, text))
    expect(token).toMatch(new RegExp(`^p1_${pseudonymKey.id}_[A-Za-z0-9_-]+$`))
    expect(revealPseudonym(pseudonymKey, token)).toBe(text)
  })

  it('are others under another key, which cannot reveal them', () => {
    const other = deriveKey(master, 'pseudonymise', 'research')
    const token = pseudonymise(pseudonymKey, '0707614285')
    expect(pseudonymise(other, '0707614285').slice(12)).not.toBe(token.slice(12))
    expect(() => revealPseudonym(other, token)).toThrow(expect.objectContaining({ code: 'privacy.wrong_key' }))
    const forged = token.replace(pseudonymKey.id, other.id)
    expect(() => revealPseudonym(other, forged)).toThrow(expect.objectContaining({ code: 'privacy.bad_token' }))
  })

  it('with any character changed, added or taken away are an error, never another text', () => {
    const token = pseudonymise(pseudonymKey, 'anna@example.dk')
    const changed = [...token].map((character, at) => token.slice(0, at) + (character === 'A' ? 'B' : 'A') + token.slice(at + 1))
    for (const damaged of [...changed, `${token}A`, token.slice(0, -1), '', 'p1_', 'anna@example.dk'])
      expect(() => revealPseudonym(pseudonymKey, damaged)).toThrow(expect.objectContaining({ name: 'AtlasError' }))
  })
})

describe('encrypted texts', () => {
  it.each(texts.map((text) => [text.slice(0, 20), text]))('P30: of %j come back exactly, from another token each time', (_, text) => {
    const [one, two] = [encryptText(sealKey, text), encryptText(sealKey, text)]
    expect(one).not.toBe(two)
    expect([decryptText(sealKey, one), decryptText(sealKey, two)]).toEqual([text, text])
  })

  it('P30: with one bit flipped anywhere are an error, and so is another key', () => {
    const token = encryptText(sealKey, 'Søren 🙂')
    const body = Buffer.from(token.slice(12), 'base64url')
    for (let bit = 0; bit < body.length * 8; bit++) {
      const flipped = Buffer.from(body)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => decryptText(sealKey, token.slice(0, 12) + flipped.toString('base64url'))).toThrow(
        expect.objectContaining({ code: 'privacy.bad_token' }),
      )
    }
    const other = deriveKey(new Uint8Array(32).fill(9), 'encrypt', 'default')
    expect(() => decryptText(other, token)).toThrow(expect.objectContaining({ code: 'privacy.wrong_key' }))
    expect(() => decryptText(other, token.replace(sealKey.id, other.id))).toThrow(expect.objectContaining({ code: 'privacy.bad_token' }))
  })
})

describe('made-up values', () => {
  const key = deriveKey(master, 'fake', 'default')
  it.each([
    ['EMAIL_ADDRESS', 'søren@firma.dk', /^[a-z]+\.[0-9a-f]{10}@example\.(com|org|net)$/],
    ['DK_CPR', '070761-4285', /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}-[0-3]\d{3}$/],
    ['PHONE_NUMBER', '+4512345678', /^\+45\d{8}$|^\+4\d{9}$/],
    ['IP_ADDRESS', '192.168.1.20', /^10\.\d+\.\d+\.\d+$/],
    ['IP_ADDRESS', '2001:db8::1', /^2001:db8(:[0-9a-f]{4}){6}$/],
    ['PERSON', 'Anna Holm', /^\p{Lu}\p{L}+ \p{Lu}\p{L}+$/u],
    [null, 'Ab-12 ø', /^[A-Z][a-z]-\d\d [a-z]$/],
  ] as const)('of %s %s have its form and are the same each time', (entity, text, form) => {
    const fake = fakeValue(key, entity, text)
    expect(fake).toMatch(form)
    expect(fake).not.toBe(text)
    expect(fakeValue(key, entity, text)).toBe(fake)
    expect(fakeValue(deriveKey(master, 'fake', 'research'), entity, text)).not.toBe(fake)
  })

  it.each([
    [null, '1980-02-03', /^(\d{4})-(\d\d)-(\d\d)$/],
    ['DATE_OF_BIRTH', '03.02.1980', /^(\d\d)\.(\d\d)\.(\d{4})$/],
    ['DATE_OF_BIRTH', '3/2/1980', /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/],
    ['DATE_OF_BIRTH', '19800203', /^(\d{4})(\d\d)(\d\d)$/],
    ['DATE_OF_BIRTH', 'den 3. februar 1980', /^(\d{4})-(\d\d)-(\d\d)$/],
    [null, '1980-02-03 04:05:06.789+02', /^(\d{4})-(\d\d)-(\d\d) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}\+02$/],
    [null, '1980-02-03T04:05:06Z', /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/],
  ] as const)('of a day are days that exist: %s %s', (entity, text, form) => {
    const years = new Set<number>()
    for (const part of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't']) {
      const made = fakeValue(deriveKey(master, 'fake', part), entity, text)
      const [, ...numbers] = (form.exec(made) ?? []).map(Number)
      const year = numbers.find((number) => number > 31) ?? 0
      const [first = 0, second = 0] = numbers.filter((number) => number !== year)
      years.add(year)
      expect({ made, exists: Math.min(first, second) >= 1 && Math.min(first, second) <= 12 && Math.max(first, second) <= 31 }).toEqual({
        made,
        exists: true,
      })
      expect(year).toBeGreaterThanOrEqual(1920)
      expect(year).toBeLessThanOrEqual(2009)
      const iso = `${year}-${String(first).padStart(2, '0')}-${String(second).padStart(2, '0')}`
      if (made.startsWith(String(year)))
        expect(new Date(`${made.slice(0, 4)}-${iso.slice(5)}T00:00:00Z`).toISOString().slice(0, 10)).toBe(iso)
    }
    expect(years.size).toBeGreaterThan(5)
  })

  it('of JSON are JSON with as many members: texts and numbers made up, what is missing left missing', () => {
    const text = '{"mail":"s\\u00f8ren@firma.dk","n":[10,-2.5,1e3,0],"b":true,"gone":null,"deep":{"q":"a\\"b"}}'
    for (const part of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const made = fakeValue(deriveKey(master, 'fake', part), null, text)
      const [mail, n, b, gone, deep] = Object.values(JSON.parse(made) as Record<string, unknown>)
      expect(mail).toMatch(/^[a-z]{5}@[a-z]{5}\.[a-z]{2}$/)
      expect(mail).not.toBe('søren@firma.dk')
      expect(n).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)])
      expect([typeof b, gone]).toEqual(['boolean', null])
      expect(Object.values(deep as object)).toEqual([expect.stringMatching(/^[a-z]"[a-z]$/)])
    }
    expect(fakeValue(key, null, '{Anna')).toMatch(/^\{[A-Z][a-z]{3}$/)
  })

  it('of a time of day are times that exist, and of a number stay as long', () => {
    for (let index = 10; index < 60; index++) {
      expect(fakeValue(key, null, `23:${index}:59`)).toMatch(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
      expect(fakeValue(key, null, `-${index}`)).toMatch(/^-[1-9]\d$/)
      expect(fakeValue(key, null, `${index}.50`)).toMatch(/^[1-9]\d\.\d\d$/)
    }
    expect(fakeValue(key, null, '1980-02-03 for Anna')).not.toContain('Anna')
  })

  it('of cards and accounts have good check digits', () => {
    const luhn = (digits: string): number =>
      [...digits]
        .toReversed()
        .reduce((sum, digit, index) => sum + [...String(Number(digit) * (1 + (index % 2)))].reduce((a, b) => a + Number(b), 0), 0) % 10
    const mod97 = (iban: string): number =>
      Number(BigInt([...(iban.slice(4) + iban.slice(0, 4))].map((letter) => parseInt(letter, 36)).join('')) % 97n)
    for (let index = 0; index < 200; index++) {
      expect(luhn(fakeValue(key, 'CREDIT_CARD', String(4_111_111_111_111_111 + index)))).toBe(0)
      expect(mod97(fakeValue(key, 'IBAN_CODE', `DK50004004401162${String(index).padStart(2, '0')}`))).toBe(1)
    }
  })
})
