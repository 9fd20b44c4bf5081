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

/** Carries the status of an answer that became an error. */
class AnsweredStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

/** The status of the answer that led to an error; null when there was none. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && error.cause instanceof AnsweredStatus ? error.cause.status : null
}

/** The error of a status that nobody accepts. The body is left out: it may repeat what was sent. */
export function statusError(
  { status, url }: Pick<WireReply, 'status' | 'url'>,
  method: string,
  retryAfterMs: number | null = null,
): AtlasError {
  const wait = retryAfterMs === null ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1000) }
  const cause = new AnsweredStatus(status)
  return new AtlasError(CODES[status] ?? 'source.bad_status', `${method} ${shownUrl(url)} answered with status ${status}.`, {
    cause,
    ...wait,
  })
}
