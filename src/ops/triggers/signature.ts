import { createHmac, timingSafeEqual } from 'node:crypto'
import { AtlasError } from '../../core/errors.ts'

/** How far the clocks of sender and server may be apart, with the way between them. */
export const SIGNATURE_WINDOW_MS = 300_000

/** The HMAC-SHA-256 (RFC 2104) of `<timestamp>.<body>`, in hex. @param timestamp seconds since 1970, as it is sent */
export function signCall(secret: string, timestamp: string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
}

export interface SignedCall {
  timestamp: string | undefined
  signature: string | undefined
  body: Uint8Array
}

/**
 * Checks a signed call.
 * @returns the signature, which names the call
 * @throws AtlasError `trigger.bad_signature`, `trigger.outside_window`
 */
export function checkCall(secret: string, { timestamp, signature, body }: SignedCall, now: Date): string {
  const sent = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]?.toLowerCase()
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp) || sent === undefined)
    throw new AtlasError('trigger.bad_signature', 'The call lacks x-atlas-timestamp or x-atlas-signature, or they are not in their form.')
  const right = signCall(secret, timestamp, body)
  if (!timingSafeEqual(Buffer.from(right, 'hex'), Buffer.from(sent, 'hex')))
    throw new AtlasError('trigger.bad_signature', 'The signature does not fit the timestamp, the body and the secret of this trigger.')
  const apartMs = Math.abs(now.getTime() - Number(timestamp) * 1000)
  if (apartMs > SIGNATURE_WINDOW_MS)
    throw new AtlasError(
      'trigger.outside_window',
      `The call was signed ${Math.round(apartMs / 1000)} s away from the clock of this server; ${SIGNATURE_WINDOW_MS / 1000} s are the most.`,
    )
  return right
}
