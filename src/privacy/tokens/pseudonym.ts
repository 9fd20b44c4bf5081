import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { PrivacyKey } from './derive-key.ts'
import { readToken, refuseToken, writeToken } from './token.ts'

const IV_BYTES = 16

/**
 * Reversible pseudonym of a text: deterministic authenticated encryption in the shape of RFC 5297 (SIV). The synthetic IV is the first 128 bits of
 * HMAC-SHA-256 over the text with one half of the key, in the place of RFC 5297's S2V over AES-CMAC, which Node does not have; the text is encrypted by
 * AES-256-CTR from that IV with the other half. The same text gives the same token under one key, and equality is all that a token tells.
 * @returns `p1_<key id>_<base64url of IV and ciphertext>`
 */
export function pseudonymise(key: PrivacyKey, text: string): string {
  const plain = Buffer.from(text, 'utf8')
  const iv = syntheticIv(key, plain)
  return writeToken('p1', key, Buffer.concat([iv, crypt(key, iv, plain)]))
}

/**
 * The text of a pseudonym.
 * @throws AtlasError `privacy.bad_token` when it was changed, `privacy.wrong_key` when it was made with another key
 */
export function revealPseudonym(key: PrivacyKey, token: string): string {
  const body = readToken('p1', key, token, IV_BYTES)
  const iv = body.subarray(0, IV_BYTES)
  const plain = crypt(key, iv, body.subarray(IV_BYTES))
  if (!timingSafeEqual(iv, syntheticIv(key, plain))) refuseToken()
  return plain.toString('utf8')
}

function syntheticIv(key: PrivacyKey, plain: Uint8Array): Buffer {
  return createHmac('sha256', key.bytes.subarray(0, 32)).update(plain).digest().subarray(0, IV_BYTES)
}

/** CTR is its own inverse. */
function crypt(key: PrivacyKey, iv: Uint8Array, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ctr', key.bytes.subarray(32, 64), iv)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}
