import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { anonymise, deanonymise, type MarkedSpan } from '../../../src/privacy/anonymise/anonymise.ts'
import type { Operator } from '../../../src/privacy/anonymise/operator.ts'
import { AtlasError } from '../../../src/core/errors.ts'

const random = (bytes: number): Uint8Array => randomBytes(bytes)
const text = 'Skriv til Jens 🙂 på 12 34 56 78.'
const phone: MarkedSpan = { entity: 'PHONE_NUMBER', start: text.indexOf('12'), end: text.indexOf('.') }

function only(operator: Operator, spans: readonly MarkedSpan[] = [phone]): string {
  return anonymise(text, spans, { DEFAULT: operator }, random).text
}

describe('anonymise', () => {
  const made: [name: string, operator: Operator, expected: string][] = [
    ['replaces by the name of the entity', { type: 'replace' }, '<PHONE_NUMBER>'],
    ['replaces by a given value', { type: 'replace', newValue: 'x' }, 'x'],
    ['redacts', { type: 'redact' }, ''],
    ['keeps', { type: 'keep' }, '12 34 56 78'],
    ['masks from the start', { type: 'mask', maskingCharacter: '*', count: 4, fromEnd: false }, '****4 56 78'],
    ['masks from the end', { type: 'mask', maskingCharacter: '#', count: 5, fromEnd: true }, '12 34 #####'],
    ['masks no more than there is', { type: 'mask', maskingCharacter: '*', count: 99, fromEnd: true }, '***********'],
    ['masks nothing for a count below zero', { type: 'mask', maskingCharacter: '*', count: -3, fromEnd: true }, '12 34 56 78'],
    [
      'hashes with a salt',
      { type: 'hash', algorithm: 'sha256', salt: Buffer.from('salt') },
      createHash('sha256').update('salt12 34 56 78').digest('hex'),
    ],
    [
      'makes a token of a key',
      { type: 'hmac', key: Buffer.from('key'), keyId: 'k1' },
      `k1:${createHmac('sha256', 'key').update('12 34 56 78').digest('hex')}`,
    ],
  ]
  it.each(made)('%s', (_name, operator, expected) => {
    expect(only(operator)).toBe(`Skriv til Jens 🙂 på ${expected}.`)
  })

  it('hashes the same value differently each time without a salt', () => {
    const operator: Operator = { type: 'hash', algorithm: 'sha512' }
    expect(only(operator)).not.toBe(only(operator))
    expect(only(operator)).toMatch(/på [0-9a-f]{128}\.$/)
  })

  it('says where each item is in the new text', () => {
    const person = { entity: 'PERSON', start: 10, end: 14 }
    const result = anonymise(text, [phone, person], {}, random)
    expect(result.items.map(({ entity, start, end }) => [entity, result.text.slice(start, end)])).toEqual([
      ['PERSON', '<PERSON>'],
      ['PHONE_NUMBER', '<PHONE_NUMBER>'],
    ])
  })

  it('leaves nothing of overlapping spans, takes no character twice, and joins one entity across spaces', () => {
    const spans = [
      { entity: 'PERSON', start: 0, end: 4, score: 0.8 },
      { entity: 'PERSON', start: 5, end: 10, score: 0.8 },
      { entity: 'ADDRESS', start: 8, end: 17, score: 0.5 },
      { entity: 'CITY', start: 18, end: 20, score: 0.5 },
    ]
    expect(anonymise('Anna Hansenvej 12 KV', spans, {}, random).text).toBe('<PERSON><ADDRESS> <CITY>')
  })

  it.each([
    { start: -1, end: 2 },
    { start: 3, end: 3 },
    { start: 0, end: 9999 },
    { start: 0.5, end: 2 },
  ])('refuses the span $start to $end', (span) => {
    expect(() => anonymise(text, [{ entity: 'X', ...span }], {}, random)).toThrow(expect.objectContaining({ code: 'pii.bad_operator' }))
  })

  it('refuses a masking character of two letters', () => {
    expect(() => only({ type: 'mask', maskingCharacter: 'ab', count: 1, fromEnd: false })).toThrow(AtlasError)
  })
})

describe('encryption', () => {
  const value = 'Jens 🙂\nlinje to, æøå'
  const key = randomBytes(32)
  const sealed = anonymise(value, [{ entity: 'PERSON', start: 0, end: value.length }], { PERSON: { type: 'encrypt', key } }, random).text
  const open = (token: string, openedWith: Uint8Array): string =>
    deanonymise(token, [{ entity: 'PERSON', start: 0, end: token.length }], { PERSON: { type: 'decrypt', key: openedWith } }, random).text

  it('P30: comes back exactly, emoji and new lines too, and never looks the same twice', () => {
    const again = anonymise(value, [{ entity: 'PERSON', start: 0, end: value.length }], { PERSON: { type: 'encrypt', key } }, random).text
    expect(open(sealed, key)).toBe(value)
    expect(again).not.toBe(sealed)
  })

  it('P30: another key is an error', () => {
    expect(() => open(sealed, randomBytes(32))).toThrow(expect.objectContaining({ code: 'pii.tampered' }))
  })

  it('P30: one flipped bit anywhere is an error', () => {
    const bytes = Buffer.from(sealed, 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
      expect(() => open(changed.toString('base64url'), key)).toThrow(expect.objectContaining({ code: 'pii.tampered' }))
    }
  })

  it.each(['', 'AA', '!!!!', `${sealed}=`, `${sealed} `])('what is no sealed text is an error: %j', (token) => {
    expect(() => open(`${token}.`, key)).toThrow(expect.objectContaining({ code: 'pii.tampered' }))
  })

  it('a key of a wrong length is an error', () => {
    expect(() => open(sealed, randomBytes(20))).toThrow(expect.objectContaining({ code: 'pii.bad_key' }))
  })

  it('what has no operator stays when turned back', () => {
    expect(deanonymise('abc', [{ entity: 'X', start: 0, end: 2 }], {}, random).text).toBe('abc')
  })
})
