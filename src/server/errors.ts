import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AtlasError, toProblem } from '../core/errors.ts'
import { isConnectionError } from '../store/connection-error.ts'

/** Answers with an error as `application/problem+json` (RFC 9457). */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toAtlasError(error)
  if (known.code === 'internal') request.log.error({ err: error }, 'request failed')
  if (known.retryAfterS !== undefined) reply.header('retry-after', String(known.retryAfterS))
  if (known.code === 'access.not_signed_in' || known.code === 'access.bad_token') reply.header('www-authenticate', 'Bearer realm="Atlas"')
  // A request that is refused before it is routed has been through no hook.
  reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  return reply
    .code(known.status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(toProblem(known, request.id)))
}

/** Registers the two places where a request can end badly. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
}

/** Any error as one that may be shown: what is not Atlas's own says nothing of its inside. */
export function toAtlasError(error: unknown): AtlasError {
  if (error instanceof AtlasError) return error.code === 'store.unreachable' ? unreachableStore(error) : error
  return fromZod(error) ?? fromFastify(error) ?? fromMachine(error) ?? fromDuckDb(error) ?? fault(error)
}

function fault(cause: unknown): AtlasError {
  return new AtlasError('internal', 'Atlas could not finish this because of a fault of its own.', { cause })
}

/** Which part of the request failed, by JSON Pointer (RFC 6901). */
export function invalidRequest(part: 'params' | 'query' | 'body', error: z.ZodError): AtlasError {
  const fields = error.issues.flatMap((issue) => issuesWithin(issue)).slice(0, 50)
  const described = fields.map(({ path, message }) => ({ pointer: `/${[part, ...path].map(escapePointer).join('/')}`, detail: message }))
  const first = described[0]
  return new AtlasError('request.invalid', first === undefined ? `The ${part} is not valid.` : `${first.pointer}: ${first.detail}`, {
    fields: described,
  })
}

/** For a union, the issues of the alternative that came closest: the one with the fewest. */
function issuesWithin(issue: z.core.$ZodIssue, base: PropertyKey[] = []): { path: PropertyKey[]; message: string }[] {
  const path = [...base, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }]
  const closest = issue.errors.toSorted((one, other) => one.length - other.length)[0] ?? []
  return closest.flatMap((inner) => issuesWithin(inner, path))
}

function escapePointer(part: PropertyKey): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1')
}

function fromZod(error: unknown): AtlasError | undefined {
  return error instanceof z.ZodError ? invalidRequest('body', error) : undefined
}

const fastifyCodes: Record<string, () => AtlasError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AtlasError('request.too_large', 'The body is larger than 1 MiB; only uploads may be larger.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new AtlasError('request.unsupported_media_type', 'The content type of the body is not read here.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new AtlasError('request.invalid', 'The body is empty where JSON is expected.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new AtlasError('request.invalid', 'The body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new AtlasError('request.invalid', 'The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => new AtlasError('request.invalid', 'The path is not a valid URL.'),
  FST_MP_PREMATURE_CLOSE: () => new AtlasError('request.invalid', 'The upload ended before its last part was complete; nothing was kept.'),
}

function fromFastify(error: unknown): AtlasError | undefined {
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>
  const known = typeof code === 'string' ? fastifyCodes[code] : undefined
  if (known !== undefined) return known()
  if (error instanceof SyntaxError && statusCode === 400) return new AtlasError('request.invalid', 'The body is not valid JSON.')
  const ours = typeof code === 'string' && code.startsWith('FST_')
  return ours && statusCode !== undefined && statusCode < 500
    ? new AtlasError('request.invalid', 'The request does not have the expected form.')
    : undefined
}

function fromMachine(error: unknown): AtlasError | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AtlasError('lake.disk_full', 'There is no space left on the disk of the home.', { cause: error })
  const isFile = error instanceof Error && 'path' in error
  return !isFile && isConnectionError(error) ? unreachableStore(error) : undefined
}

/** The store's own message names the host or the socket's folder, which callers over HTTP need not know. */
function unreachableStore(cause: unknown): AtlasError {
  return new AtlasError('store.unreachable', 'The database does not answer just now.', { cause })
}

function fromDuckDb(error: unknown): AtlasError | undefined {
  if (!(error instanceof Error)) return undefined
  const { message } = error
  if (!message.startsWith('IO Error')) return undefined
  if (/No files found|No such file/.test(message))
    return new AtlasError('lake.file_missing', 'A file of this snapshot is not in the lake.', { cause: error })
  return undefined
}
