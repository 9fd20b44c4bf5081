import { AtlasError, type ErrorCode } from '../../core/errors.ts'

/** Why Salesforce refused a request, in its own code beside Atlas's. */
export class ApiError extends AtlasError {
  readonly errorCode: string
  readonly httpStatus: number

  constructor(code: ErrorCode, message: string, errorCode: string, httpStatus: number) {
    super(code, message)
    this.errorCode = errorCode
    this.httpStatus = httpStatus
  }
}

/** The limit of the day (or Atlas's share of it) is used up: nothing helps but time. */
export class LimitReached extends AtlasError {}

const CODES: Record<string, ErrorCode> = {
  INVALID_SESSION_ID: 'source.sign_in_failed',
  INVALID_AUTH_HEADER: 'source.sign_in_failed',
  API_DISABLED_FOR_ORG: 'source.permission_denied',
  API_CURRENTLY_DISABLED: 'source.permission_denied',
  INSUFFICIENT_ACCESS: 'source.permission_denied',
  INSUFFICIENT_ACCESS_OR_READONLY: 'source.permission_denied',
  INVALID_TYPE: 'source.stream_not_found',
  NOT_FOUND: 'source.stream_not_found',
  INVALID_FIELD: 'source.column_missing',
  MALFORMED_QUERY: 'source.bad_query',
  QUERY_TOO_COMPLICATED: 'source.bad_query',
  QUERY_TIMEOUT: 'source.timeout',
  REQUEST_LIMIT_EXCEEDED: 'source.rate_limited',
}

/**
 * The error of a reply that refuses, from its status and body (`[{"errorCode":…,"message":…}]`). A body in another form is not shown.
 * @param shown method and path, for people
 */
export function apiError(status: number, body: string, shown: string): ApiError | LimitReached {
  const { errorCode, message } = parseRefusal(body)
  const where = `${shown} answered with status ${status}${errorCode === '' ? '' : `, ${errorCode}`}`
  const isTotal = errorCode === 'REQUEST_LIMIT_EXCEEDED' && !/concurrent/i.test(message)
  if (isTotal || errorCode === 'LIMIT_EXCEEDED')
    return new LimitReached('source.rate_limited', `Salesforce allows no more requests for now (${errorCode}: ${shortened(message)}).`)
  const code =
    CODES[errorCode] ?? (status === 401 ? 'source.sign_in_failed' : status === 403 ? 'source.permission_denied' : 'source.bad_status')
  return new ApiError(code, message === '' ? `${where}.` : `${where}: ${shortened(message)}`, errorCode, status)
}

/** True for "too many long requests at once", which a wait cures. */
export function isConcurrentLimit(error: unknown): boolean {
  return error instanceof ApiError && error.errorCode === 'REQUEST_LIMIT_EXCEEDED'
}

function parseRefusal(body: string): { errorCode: string; message: string } {
  try {
    const parsed = JSON.parse(body) as unknown
    const first = (Array.isArray(parsed) ? parsed[0] : parsed) as Record<string, unknown> | null
    const [errorCode, message] = [first?.['errorCode'], first?.['message']]
    return { errorCode: typeof errorCode === 'string' ? errorCode.slice(0, 80) : '', message: typeof message === 'string' ? message : '' }
  } catch {
    return { errorCode: '', message: '' }
  }
}

/** Salesforce quotes the query before the reason; the query may hold values of a filter, so only the reason is kept. */
function shortened(message: string): string {
  const reason = message.split(/ERROR at Row:\d+:Column:\d+\s*/).at(-1) ?? ''
  return reason.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
}
