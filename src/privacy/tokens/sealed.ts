import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { PrivacyKey } from './derive-key.ts'
import { readToken, refuseToken, tokenPrefix, writeToken } from './token.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A text encrypted by AES-256-GCM (NIST SP 800-38D) with a nonce of its own, so that the same text gives another token each time. What stands in front of
 * the token is authenticated too.
 * @returns `e1_<key id>_<base64url of nonce, ciphertext and tag>`
 */
export function encryptText(key: PrivacyKey, text: string, random: (bytes: number) => Uint8Array = randomBytes): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.bytes.subarray(0, 32), nonce)
  cipher.setAAD(Buffer.from(tokenPrefix('e1', key)))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return writeToken('e1', key, Buffer.concat([nonce, body, cipher.getAuthTag()]))
}

/**
 * The text, exactly as it was.
 * @throws AtlasError `privacy.bad_token` when a bit of the token was changed, `privacy.wrong_key`
 */
export function decryptText(key: PrivacyKey, token: string): string {
  const body = readToken('e1', key, token, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key.bytes.subarray(0, 32), body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(tokenPrefix('e1', key)))
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(body.subarray(NONCE_BYTES, body.length - TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return refuseToken()
  }
}
