import type { Problem } from '../contract/problem.ts'

/** A failed call. Carries the server's problem (RFC 9457), or one made here when no answer could be read. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  /** When the failure was seen, in the caller's clock (ms since 1970). */
  readonly at: number

  constructor(problem: Problem, at: number, options?: { cause?: unknown }) {
    super(problem.detail, options)
    this.problem = problem
    this.at = at
  }

  get code(): string {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }

  get retry(): boolean {
    return this.problem.retry
  }
}

/** No answer came at all: the server is down, the network is away, or the connection broke. */
export function unreachable(url: string, at: number, cause: unknown): ProblemError {
  return new ProblemError(
    {
      type: '/docs#network.unreachable',
      title: 'Atlas does not answer',
      status: 0,
      code: 'network.unreachable',
      detail: `No answer came from ${url}.`,
      next: 'Check that Atlas is running and that the network is up, then try again.',
      retry: true,
    },
    at,
    { cause },
  )
}

/** Reads the problem of a failed response; a body that is not a problem (a proxy's page) becomes `network.bad_reply`. */
export async function problemOf(response: Response, at: number): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null)
  return problemFromBody(body, response.status, at)
}

/** The same for a body that is parsed already. */
export function problemFromBody(body: unknown, status: number, at: number): ProblemError {
  if (isProblem(body)) return new ProblemError(body, at)
  return new ProblemError(
    {
      type: '/docs#network.bad_reply',
      title: 'The answer is not from Atlas',
      status,
      code: 'network.bad_reply',
      detail: `The server answered with status ${status} and no reason that can be read.`,
      next: 'Check what stands between you and Atlas (a proxy, a gateway), then try again.',
      retry: status >= 500 || status === 429,
    },
    at,
  )
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'detail' in body && 'title' in body
}
