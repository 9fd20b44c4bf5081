import { createHash, timingSafeEqual } from 'node:crypto'

/** 256 random bits as base64url: 43 characters that fit a cookie, a header and a URL fragment. */
export function newSecret(random: (bytes: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** SHA-256 in hex: how secrets of full entropy rest in the store. (Passwords have little entropy and use argon2id.) */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Compares two texts in time that does not depend on where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest())
}
