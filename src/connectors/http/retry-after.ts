/** Longest wait that is believed; what is beyond is shown as this. */
const LONGEST_MS = 7 * 24 * 3_600_000

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110 §10.2.3): seconds (fractions too) or an HTTP date, read beside the server's own `Date` so that clocks
 * need not agree. Past dates and negative numbers are 0; null when there is no such header or it cannot be read. At most a week.
 */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const text = headers.get('retry-after')?.trim()
  if (text === undefined || text === '') return null
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return clamp(Number(text) * 1000)
  const at = Date.parse(text)
  if (Number.isNaN(at)) return null
  const serverNow = Date.parse(headers.get('date') ?? '')
  return clamp(at - (Number.isNaN(serverNow) ? now.getTime() : serverNow))
}

function clamp(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), LONGEST_MS)
}
