import { createCipheriv, createDecipheriv } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'

const version = 1
const ivBytes = 12
const tagBytes = 16

/**
 * Encrypts a text with AES-GCM (NIST SP 800-38D).
 * @param key 16, 24 or 32 bytes
 * @param random gives the initialisation vector, anew for each text
 * @returns base64url of a version byte, the vector, the ciphertext and the tag
 * @throws AtlasError `pii.bad_key`
 */
export function sealText(text: string, key: Uint8Array, random: (bytes: number) => Uint8Array): string {
  const iv = random(ivBytes)
  const cipher = createCipheriv(algorithmOf(key), key, iv, { authTagLength: tagBytes })
  return Buffer.concat([Buffer.of(version), iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** The text that `sealText` sealed. @throws AtlasError `pii.bad_key`, or `pii.tampered` where the key is another or one bit has changed */
export function openText(sealed: string, key: Uint8Array): string {
  const algorithm = algorithmOf(key)
  const bytes = Buffer.from(sealed, 'base64url')
  const ciphertextEnd = bytes.length - tagBytes
  // Decoding skips what is no base64url: a text that does not come back the same has been changed.
  if (bytes[0] !== version || ciphertextEnd < 1 + ivBytes || bytes.toString('base64url') !== sealed) throw tampered()
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(1, 1 + ivBytes), { authTagLength: tagBytes })
  decipher.setAuthTag(bytes.subarray(ciphertextEnd))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(1 + ivBytes, ciphertextEnd)), decipher.final()]).toString('utf8')
  } catch (error) {
    throw tampered(error)
  }
}

function tampered(cause?: unknown): AtlasError {
  return new AtlasError('pii.tampered', 'The encrypted value was made with another key, or has been changed.', { cause })
}

function algorithmOf({ length }: Uint8Array): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  if (length === 16) return 'aes-128-gcm'
  if (length === 24) return 'aes-192-gcm'
  if (length === 32) return 'aes-256-gcm'
  throw new AtlasError('pii.bad_key', `A key of ${length} bytes is none for AES; it must have 16, 24 or 32 (128, 192 or 256 bits).`)
}
