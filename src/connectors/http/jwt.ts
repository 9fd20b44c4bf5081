import { createPrivateKey, createSign, type KeyObject } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'

/** Short enough for Salesforce (at most five minutes), long enough for clocks that differ. */
const VALID_S = 180

/**
 * A JSON Web Token signed with RS256 (RFC 7515, 7519), valid for three minutes from now. Claims without a value are left out.
 * @param privateKey PEM; line breaks may be written as `\n`, as in files of environment variables
 * @throws AtlasError `source.bad_settings` when it is no RSA key
 */
export function signJwt(claims: Record<string, string | undefined>, privateKey: string, keyId: string | undefined, now: Date): string {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const head = encode({ alg: 'RS256', typ: 'JWT', kid: keyId })
  const signed = `${head}.${encode({ ...claims, iat: issuedAt, exp: issuedAt + VALID_S })}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(rsaKey(privateKey), 'base64url')}`
}

function rsaKey(pem: string): KeyObject {
  let key: KeyObject | undefined
  try {
    key = createPrivateKey(pem.replaceAll(String.raw`\n`, '\n'))
  } catch {
    // OpenSSL's own message says nothing that helps, and the key must not be shown.
  }
  if (key?.asymmetricKeyType === 'rsa') return key
  throw new AtlasError('source.bad_settings', 'The private key is not an RSA key in PEM form (its first line says BEGIN PRIVATE KEY).')
}
