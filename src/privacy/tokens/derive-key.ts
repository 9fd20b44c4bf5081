import { createHash, hkdfSync } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'

/** What a key is for; each has keys of its own. */
export type KeyUse = 'hash' | 'pseudonymise' | 'encrypt' | 'fake'

export interface PrivacyKey {
  /** Eight hexadecimal digits that stand in every token and tell nothing of the key. */
  id: string
  /** 64 bytes. */
  bytes: Uint8Array
}

/** The purpose of a policy that names none. */
export const DEFAULT_PURPOSE = 'default'

const MASTER_BYTES = 32

/**
 * The key of one use for one purpose, out of the home's master key: HKDF-SHA-256 (RFC 5869), so that tokens of two purposes cannot be brought together.
 * @throws AtlasError `privacy.key_missing` when the master key is not there or too short
 */
export function deriveKey(master: Uint8Array, use: KeyUse, purpose: string): PrivacyKey {
  if (master.length < MASTER_BYTES)
    throw new AtlasError('privacy.key_missing', `The key that tokens are made with has ${master.length} bytes; it needs ${MASTER_BYTES}.`)
  const bytes = new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), `atlas ${use} v1 ${purpose}`, 64))
  return { id: createHash('sha256').update('atlas key id\0').update(bytes).digest('hex').slice(0, 8), bytes }
}
