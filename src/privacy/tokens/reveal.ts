import { deriveKey } from './derive-key.ts'
import { revealPseudonym } from './pseudonym.ts'
import { decryptText } from './sealed.ts'
import { describeToken, refuseToken } from './token.ts'

/**
 * The value behind a pseudonym or an encrypted text.
 * @param master the home's key
 * @throws AtlasError `privacy.bad_token`, also for a hash, which leads nowhere; `privacy.wrong_key`; `privacy.key_missing`
 */
export function revealToken(master: Uint8Array, purpose: string, token: string): string {
  const kind = describeToken(token)?.kind
  if (kind === 'p1') return revealPseudonym(deriveKey(master, 'pseudonymise', purpose), token)
  if (kind === 'e1') return decryptText(deriveKey(master, 'encrypt', purpose), token)
  return refuseToken()
}
