import { createHash, createHmac } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'
import { openText, sealText } from './sealed-text.ts'

/** What is done with a finding. Keys are bytes. */
export type Operator =
  | { type: 'keep' }
  | { type: 'redact' }
  /** `<ENTITY>` unless a value is given. */
  | { type: 'replace'; newValue?: string }
  /** So many characters (of the language, not bytes) become the masking character, from the start or the end. */
  | { type: 'mask'; maskingCharacter: string; count: number; fromEnd: boolean }
  /** Salted hash in hexadecimal digits; with a salt of its own for each value unless one is given, so that no two can be told to be the same. */
  | { type: 'hash'; algorithm: 'sha256' | 'sha512'; salt?: Uint8Array }
  /** HMAC-SHA-256 behind the key's id: the same value gives the same token for whoever has the key, and nobody else can confirm a guess. */
  | { type: 'hmac'; key: Uint8Array; keyId: string }
  | { type: 'encrypt'; key: Uint8Array }
  | { type: 'decrypt'; key: Uint8Array }

export type RandomBytes = (bytes: number) => Uint8Array

const saltBytes = 16

/** What stands in the text instead of a value. @throws AtlasError `pii.bad_operator`, `pii.bad_key`, `pii.tampered` */
export function applyOperator(operator: Operator, value: string, entity: string, random: RandomBytes): string {
  switch (operator.type) {
    case 'keep':
      return value
    case 'redact':
      return ''
    case 'replace':
      return operator.newValue ?? `<${entity}>`
    case 'mask':
      return maskValue(value, operator)
    case 'hash':
      return createHash(operator.algorithm)
        .update(operator.salt ?? random(saltBytes))
        .update(value, 'utf8')
        .digest('hex')
    case 'hmac':
      return `${operator.keyId}:${createHmac('sha256', operator.key).update(value, 'utf8').digest('hex')}`
    case 'encrypt':
      return sealText(value, operator.key, random)
    case 'decrypt':
      return openText(value, operator.key)
  }
}

function maskValue(value: string, { maskingCharacter, count, fromEnd }: Extract<Operator, { type: 'mask' }>): string {
  if (Array.from(maskingCharacter).length !== 1)
    throw new AtlasError('pii.bad_operator', `The masking character must be one character, not ${Array.from(maskingCharacter).length}.`)
  if (!Number.isInteger(count)) throw new AtlasError('pii.bad_operator', `The number of characters to mask must be whole, not ${count}.`)
  const characters = Array.from(value)
  const masked = Math.min(Math.max(count, 0), characters.length)
  const cover = maskingCharacter.repeat(masked)
  return fromEnd ? characters.slice(0, characters.length - masked).join('') + cover : cover + characters.slice(masked).join('')
}
