import { AtlasError, type ErrorCode } from '../../core/errors.ts'
import type { WireReply } from './http-body.ts'
import { shownUrl } from './shown-url.ts'

const CODES: Record<number, ErrorCode> = {
  401: 'source.sign_in_failed',
  403: 'source.permission_denied',
  404: 'source.stream_not_found',
  407: 'source.sign_in_failed',
  429: 'source.rate_limited',
}

/** The error of a status that nobody accepts. The body is left out: it may repeat what was sent. */
export function statusError(
  { status, url }: Pick<WireReply, 'status' | 'url'>,
  method: string,
  retryAfterMs: number | null = null,
): AtlasError {
  const wait = retryAfterMs === null ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1000) }
  return new AtlasError(CODES[status] ?? 'source.bad_status', `${method} ${shownUrl(url)} answered with status ${status}.`, wait)
}
