import { AtlasError } from '../../core/errors.ts'
import type { PrivacyKey } from './derive-key.ts'

/** `h1`: keyed hash, `p1`: pseudonym, `e1`: encrypted. The digit is the version of how they are made. */
export type TokenKind = 'h1' | 'p1' | 'e1'

const TOKEN = /^(h1|p1|e1)_([0-9a-f]{8})_([A-Za-z0-9_-]+)$/

/** What stands in front of every token of a key. */
export function tokenPrefix(kind: TokenKind, key: PrivacyKey): string {
  return `${kind}_${key.id}_`
}

export function writeToken(kind: TokenKind, key: PrivacyKey, body: Buffer): string {
  return tokenPrefix(kind, key) + body.toString('base64url')
}

/**
 * The bytes of a token that this key made.
 * @throws AtlasError `privacy.wrong_key`, `privacy.bad_token`
 */
export function readToken(kind: TokenKind, key: PrivacyKey, token: string, leastBytes: number): Buffer {
  const [, found, keyId, text = ''] = TOKEN.exec(token) ?? []
  if (found !== kind) refuseToken()
  if (keyId !== key.id) throw new AtlasError('privacy.wrong_key', `The token was made with the key ${keyId}; this one is ${key.id}.`)
  const body = Buffer.from(text, 'base64url')
  // Base64 has several spellings of the same bytes; only the one that is written is taken.
  if (body.length < leastBytes || body.toString('base64url') !== text) refuseToken()
  return body
}

/** @throws AtlasError `privacy.bad_token` */
export function refuseToken(): never {
  throw new AtlasError('privacy.bad_token', 'The token was changed, cut, or is none.')
}
/** Kind and key id of a token; null of any other text. */
export function describeToken(token: string): { kind: TokenKind; keyId: string } | null {
  const [, kind, keyId] = TOKEN.exec(token) ?? []
  return kind === undefined || keyId === undefined ? null : { kind: kind as TokenKind, keyId }
}
