import { Agent, request } from 'undici'
import { assertAllowedUrl } from '../../connectors/http/address-guard.ts'
import { agentOptions } from '../../connectors/http/agent-options.ts'
import { AtlasError } from '../../core/errors.ts'

const SHOWN = 200
const READ_BYTES = 8192

/** What cannot be tried sooner than the other side says. */
export class NotDelivered extends AtlasError {
  constructor(message: string, options: { cause?: unknown; retryAfterS?: number } = {}) {
    super('alert.not_delivered', message, options)
  }
}

/**
 * Sends JSON by POST; redirects are not followed, because a body that is signed for one place is not for another.
 * @param address is named in errors by its host alone: the rest may be a secret
 * @returns status and the beginning of the answer
 * @throws AtlasError `alert.not_delivered`, `source.refused` for link-local and metadata addresses
 */
export async function postJson(address: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
  const url = new URL(address)
  assertAllowedUrl(url)
  const agent = new Agent(agentOptions(undefined, 10_000))
  try {
    const reply = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'atlas', ...headers },
      body,
      signal,
    })
    const text = await beginning(reply.body)
    const answer = `${reply.statusCode}${text === '' ? '' : ` ${text}`}`
    if (reply.statusCode >= 200 && reply.statusCode < 300) return answer
    throw refused(url, reply.statusCode, answer, reply.headers['retry-after'])
  } catch (error) {
    throw asNotDelivered(error, url, signal)
  } finally {
    await agent.destroy().catch(() => undefined)
  }
}

function refused(url: URL, status: number, answer: string, retryAfter: string | string[] | undefined): AtlasError {
  if (status >= 300 && status < 400)
    return new NotDelivered(`${url.host} redirects (${status}), which is not followed; give the address that it leads to.`)
  const seconds = Number(retryAfter)
  return new NotDelivered(`${url.host} answered ${answer}.`, Number.isFinite(seconds) && seconds > 0 ? { retryAfterS: seconds } : {})
}

function asNotDelivered(error: unknown, url: URL, signal: AbortSignal): AtlasError {
  if (error instanceof AtlasError) return error
  const cause = (error as { cause?: unknown }).cause
  if (cause instanceof AtlasError) return cause
  if (signal.aborted) return new NotDelivered(`${url.host} did not answer in time.`, { cause: error })
  const { code, message } = error as { code?: string; message?: string }
  return new NotDelivered(`${url.host} cannot be reached: ${code ?? message ?? 'the connection broke'}.`, { cause: error })
}

/** The answer's first characters as one line; the rest is not read. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    parts.push(part)
    bytes += part.length
    if (bytes >= READ_BYTES) break
  }
  const text = Buffer.concat(parts)
    .toString('utf8')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
