import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'
import type { Sealed } from '../../core/secret-fields.ts'
import type { SecretKey } from './key-ring.ts'

const VERSION = 'v1'
/** 96 bits, as NIST SP 800-38D §8.2.2 has it for random ones. */
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals any JSON value with AES-256-GCM: `v1.<key id>.<iv>.<ciphertext>.<tag>`, each part in base64url. */
export function sealValue(key: SecretKey, value: unknown): Sealed {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.sealing, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(bound(key.id))
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return { $sealed: [VERSION, key.id, ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.') }
}

/**
 * Opens what `sealValue` sealed.
 * @throws AtlasError `secret.unreadable` when none of the keys sealed it, or when it was changed since
 */
export function openValue(keys: readonly SecretKey[], { $sealed }: Sealed): unknown {
  const [version, keyId, iv = '', ciphertext = '', tag = '', ...rest] = $sealed.split('.')
  if (version !== VERSION || rest.length > 0) throw unreadable('A sealed secret is in a form that this Atlas does not know.')
  const key = keys.find(({ id }) => id === keyId)
  if (key === undefined) throw unreadable(`A secret was sealed with the key ${keyId}, which is not among the keys of this Atlas.`)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.sealing, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES })
    decipher.setAAD(bound(key.id))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return JSON.parse(Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]).toString('utf8'))
  } catch {
    // What node says of it names neither the place nor the cure.
    throw unreadable('A sealed secret was changed since it was sealed.')
  }
}

/** Whether that key sealed it. */
export function isSealedWith(key: SecretKey, { $sealed }: Sealed): boolean {
  return $sealed.split('.')[1] === key.id
}

/** A text by which a secret is found again without being known. */
export function fingerprintOf(key: SecretKey, secret: string): string {
  return `${key.id}.${createHmac('sha256', key.fingerprint).update(secret, 'utf8').digest('base64url')}`
}

/** What the seal also vouches for: that it is one of Atlas's secrets, in this form, under this key. */
function bound(keyId: string): Buffer {
  return Buffer.from(`atlas source secret ${VERSION} ${keyId}`)
}

function unreadable(message: string): AtlasError {
  return new AtlasError('secret.unreadable', message)
}
