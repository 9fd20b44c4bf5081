import type { ReadContext } from '../connector.ts'
import { AtlasError } from '../../core/errors.ts'
import { backoffMs, type Wait } from './backoff.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { discard, type WireReply } from './http-body.ts'
import type { HttpRequest } from './http-client.ts'
import type { RateBudget } from './rate-budget.ts'
import { retryAfterMs } from './retry-after.ts'
import { sendOnce, type Sending } from './send-once.ts'
import { shownUrl } from './shown-url.ts'
import { statusError } from './status-error.ts'
import { retryable } from './wire-error.ts'

export interface ExchangeSetting extends Omit<Sending, 'signal'> {
  context: Pick<ReadContext, 'signal' | 'now' | 'random' | 'log'>
  attempts: number
  maxWaitMs: number
  wait: Wait
  breaker: CircuitBreaker
  budget: RateBudget
}

/** A request with the tries that it has left. */
export interface Exchange {
  /** Tries until there is an answer that can be handed back. */
  next(): Promise<WireReply>
  /** Another answer after the body of the last was cut short; throws `why` when the request must not be repeated or has no tries left. */
  again(why: AtlasError): Promise<WireReply>
}

const RETRIED = new Set([429, 500, 502, 503, 504])
const OUTAGE = new Set([502, 503, 504])

/** @throws AtlasError `source.foreign_host` when the address is not at one of the origins */
export function openExchange(request: HttpRequest, setting: ExchangeSetting): Exchange {
  const { context, breaker, budget } = setting
  const url = parseUrl(request.url, setting.origins)
  const attempts = request.attempts ?? setting.attempts
  const isSafe = request.safe ?? (request.method ?? 'GET') === 'GET'
  const retried = request.retry ?? ((status: number) => RETRIED.has(status))
  const accepted = request.accept ?? ((status: number) => status >= 200 && status < 300)
  const sending = { ...setting, signal: context.signal }
  let tries = 0
  let waitedMs = 0
  let renewed = request.renew === undefined

  const pause = async (ms: number, why: AtlasError, askedFor = false): Promise<void> => {
    if (waitedMs + ms > setting.maxWaitMs) throw askedFor ? tooLong(url, ms, why) : why
    waitedMs += ms
    context.log('warn', `${why.message} Trying again in ${(ms / 1000).toFixed(1)} s (${tries} of ${attempts} tries made).`)
    await setting.wait(ms, context.signal)
  }
  const send = async (): Promise<WireReply> => {
    tries++
    breaker.assertClosed(url.origin, context.now().getTime())
    const waitMs = budget.reserve(context.now().getTime())
    if (waitMs > 0) await setting.wait(waitMs, context.signal)
    return sendOnce(request, url, (await request.authorise?.()) ?? {}, sending)
  }
  /** The answer, or the error of this try; throws what must not be tried again. */
  const attempt = async (): Promise<WireReply | AtlasError> => {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error
      const { again, neverSent } = retryable(error)
      if (again && tries >= attempts) breaker.failed(url.origin, context.now().getTime())
      if (!again || tries >= attempts || !(isSafe || neverSent)) throw error
      return error
    }
  }
  const settle = (reply: WireReply): WireReply => {
    if (OUTAGE.has(reply.status)) breaker.failed(url.origin, context.now().getTime())
    else breaker.succeeded(url.origin)
    if (accepted(reply.status)) return reply
    discard(reply)
    throw statusError(reply, request.method ?? 'GET', retryAfterMs(reply.headers, context.now()))
  }
  const next = async (): Promise<WireReply> => {
    for (;;) {
      const reply = await attempt()
      if (reply instanceof AtlasError) {
        await pause(backoffMs(tries, context.random), reply)
        continue
      }
      if (reply.status === 401 && !renewed) {
        renewed = true
        discard(reply)
        if (await request.renew?.()) tries--
        else return settle(reply)
        continue
      }
      if (!retried(reply.status) || !isSafe || tries >= attempts) return settle(reply)
      discard(reply)
      await waitAsAsked(reply)
    }
  }
  const waitAsAsked = async (reply: WireReply): Promise<void> => {
    const asked = retryAfterMs(reply.headers, context.now())
    const why = statusError(reply, request.method ?? 'GET', asked)
    const ms = asked === null || asked === 0 ? backoffMs(tries, context.random) : asked + backoffMs(1, context.random) / 4
    if (asked !== null && asked > 0 && waitedMs + ms <= setting.maxWaitMs) budget.pauseUntil(context.now().getTime() + asked)
    await pause(ms, why, asked !== null)
  }
  return {
    next,
    again: async (why) => {
      if (!retryable(why).again || !isSafe || tries >= attempts) throw why
      await pause(backoffMs(tries, context.random), why)
      return next()
    },
  }
}

function parseUrl(text: string | URL, origins: ReadonlySet<string>): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new AtlasError('source.bad_settings', 'The address of the source is not a valid URL.')
  }
  url.username = url.password = url.hash = ''
  if (!origins.has(url.origin))
    throw new AtlasError('source.foreign_host', `${url.host} is not a host of this source; no request was sent there.`)
  return url
}

function tooLong(url: URL, ms: number, why: AtlasError): AtlasError {
  const seconds = Math.ceil(ms / 1000)
  return new AtlasError(
    'source.rate_limited',
    `${shownUrl(url)} is to be asked again in ${seconds} s, which is longer than is waited for. ${why.message}`,
    {
      cause: why,
      retryAfterS: seconds,
    },
  )
}
