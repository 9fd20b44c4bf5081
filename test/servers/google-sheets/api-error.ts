/** An error as the Google APIs answer it: a status, a word for it, and details for machines. */
export class ApiError extends Error {
  readonly httpStatus: number
  readonly status: string
  readonly details: unknown[]
  readonly headers: Record<string, string>

  constructor(httpStatus: number, status: string, message: string, details: unknown[] = [], headers: Record<string, string> = {}) {
    super(message)
    this.httpStatus = httpStatus
    this.status = status
    this.details = details
    this.headers = headers
  }

  body(): unknown {
    const { httpStatus: code, message, status, details } = this
    return { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } }
  }
}

export function errorInfo(reason: string, metadata: Record<string, string> = {}): unknown {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, 'domain': 'googleapis.com', metadata }
}

const PROJECT = '123456789012'

export const apiErrors = {
  unauthenticated: () =>
    new ApiError(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      [errorInfo('ACCESS_TOKEN_EXPIRED')],
    ),
  unregistered: () =>
    new ApiError(
      403,
      'PERMISSION_DENIED',
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    ),
  insufficientScopes: () =>
    new ApiError(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.', [
      errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT'),
    ]),
  notShared: () => new ApiError(403, 'PERMISSION_DENIED', 'The caller does not have permission'),
  disabled: (api: string, host: string) =>
    new ApiError(
      403,
      'PERMISSION_DENIED',
      `${api} has not been used in project ${PROJECT} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${host}/overview?project=${PROJECT} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
      [errorInfo('SERVICE_DISABLED', { service: host, consumer: `projects/${PROJECT}` })],
    ),
  notFound: () => new ApiError(404, 'NOT_FOUND', 'Requested entity was not found.'),
  officeFile: () => new ApiError(400, 'FAILED_PRECONDITION', 'This operation is not supported for this document'),
  quota: (per: 'user' | 'project') => {
    const limit = per === 'user' ? 'Read requests per minute per user' : 'Read requests per minute'
    return new ApiError(
      429,
      'RESOURCE_EXHAUSTED',
      `Quota exceeded for quota metric 'Read requests' and limit '${limit}' of service 'sheets.googleapis.com' for consumer 'project_number:${PROJECT}'.`,
      [
        errorInfo('RATE_LIMIT_EXCEEDED', {
          service: 'sheets.googleapis.com',
          quota_metric: 'sheets.googleapis.com/read_requests',
          quota_limit: per === 'user' ? 'ReadRequestsPerMinutePerUser' : 'ReadRequestsPerMinutePerProject',
          quota_limit_value: per === 'user' ? '60' : '300',
          consumer: `projects/${PROJECT}`,
        }),
      ],
    )
  },
  internal: () => new ApiError(500, 'INTERNAL', 'Internal error encountered.'),
  unavailable: () => new ApiError(503, 'UNAVAILABLE', 'The service is currently unavailable.'),
  deadline: () => new ApiError(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
}
