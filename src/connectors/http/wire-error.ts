import type { CheckPart } from '../connector.ts'
import { AtlasError } from '../../core/errors.ts'
import { cancelled } from './cancelled.ts'
import { shownUrl } from './shown-url.ts'

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA', 'EAI_FAIL', 'EAI_AGAIN'])
const TIMEOUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])
const NEVER_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'EAI_AGAIN'])
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/

/** Where in the exchange it broke: before the head of the answer, or within its body. */
export type Phase = 'head' | 'body'

/** What went wrong on the wire, in words: name look-up, connection, TLS, time limit or a body cut short. Never holds a header or a query value. */
export function wireError(error: unknown, url: URL, phase: Phase, signal: AbortSignal): AtlasError {
  if (signal.aborted) return cancelled(signal)
  const own = chain(error).find((one) => one instanceof AtlasError)
  if (own !== undefined) return own
  const code = codeOf(error)
  const host = url.host
  if (UNKNOWN_HOST.has(code))
    return new AtlasError('source.unreachable', `The host ${url.hostname} is not known (${code}).`, { cause: error })
  if (TLS.test(code))
    return new AtlasError('source.tls', `The certificate or TLS set-up of ${host} is not accepted: ${code}.`, { cause: error })
  if (TIMEOUT.has(code))
    return new AtlasError('source.timeout', `${shownUrl(url)} did not ${phase === 'head' ? 'answer' : 'go on'} in time (${code}).`, {
      cause: error,
    })
  if (phase === 'body')
    return new AtlasError('source.incomplete', `The answer of ${shownUrl(url)} was cut short (${code || 'no end'}).`, { cause: error })
  return new AtlasError('source.unreachable', `${host} cannot be reached: ${code || 'the connection broke'}.`, { cause: error })
}

/** Says whether trying again may help, and whether that is safe for a request that must not be repeated (it never left). */
export function retryable(error: AtlasError): { again: boolean; neverSent: boolean } {
  const code = codeOf(error.cause)
  const again =
    error.code === 'source.timeout' || error.code === 'source.incomplete' || (error.code === 'source.unreachable' && code !== 'ENOTFOUND')
  return { again: again && error.retryAfterS === undefined, neverSent: NEVER_SENT.has(code) }
}

/** Which part of a check an error belongs to. */
export function failedPart(error: unknown): CheckPart['part'] {
  if (!(error instanceof AtlasError)) return 'object'
  if (error.code === 'source.tls') return 'tls'
  if (error.code === 'source.sign_in_failed') return 'sign_in'
  if (error.code === 'source.permission_denied') return 'permission'
  if (error.code === 'source.unreachable') return UNKNOWN_HOST.has(codeOf(error.cause)) ? 'name' : 'connection'
  return error.code === 'source.timeout' || error.code === 'source.refused' ? 'connection' : 'object'
}

function codeOf(error: unknown): string {
  for (const one of chain(error)) {
    const code = (one as { code?: unknown } | null)?.code
    if (typeof code === 'string' && !(one instanceof AtlasError)) return code
  }
  return ''
}

/** The error, its causes, and the errors gathered in it (several addresses tried), outermost first. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = []
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || found.includes(one) || found.length > 20) return
    found.push(one)
    if (one instanceof AggregateError) one.errors.forEach(visit)
    visit(one.cause)
  }
  visit(error)
  return found
}
