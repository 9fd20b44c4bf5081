import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import { backoffMs, waitFor, type Wait } from '../http/backoff.ts'
import { createHttpClient, type HttpReply } from '../http/http-client.ts'
import type { SalesforceSettings } from './settings.ts'
import { apiError, isConcurrentLimit, LimitReached } from './api-error.ts'
import { createSignIn } from './sign-in.ts'

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/services/data/vXX.0`, or a path from the root that Salesforce gave (nextRecordsUrl). */
  path: string
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  attempts?: number
}

/** The requests of one run to one organisation. */
export interface Session {
  /** @throws AtlasError `source.*`; ApiError and LimitReached for what Salesforce refuses */
  request(request: ApiRequest): Promise<HttpReply>
  /** The body as text, asked for again when it is an HTML page in the place of JSON. */
  text(request: ApiRequest): Promise<string>
  json(request: ApiRequest): Promise<unknown>
  /** The organisation's clock, from the last reply; this machine's before there was one. Whole seconds. */
  serverNow(): Date
  /** Bytes that the path and query take in the address. */
  addressBytes(request: ApiRequest): number
  /** Waits between tries. @param tries that failed so far, from 1 */
  pause(tries: number): Promise<void>
  usage(): { used: number; max: number } | null
  close(): Promise<void>
}

const TRIES = 6
/** 406 and 420 are what an overloaded instance answers with, without a body. */
const RETRIED = new Set([406, 420, 429, 500, 502, 503, 504])

export function openSession(settings: SalesforceSettings, context: ReadContext, wait: Wait = waitFor): Session {
  const origins = [new URL(settings.loginUrl).origin]
  const client = createHttpClient({
    context,
    origins,
    timeoutMs: settings.requestTimeoutSeconds * 1000,
    idleTimeoutMs: settings.requestTimeoutSeconds * 1000,
    wait,
  })
  const signIn = createSignIn(settings, client, context)
  const root = `/services/data/v${settings.apiVersion}`
  let serverMs: number | null = null
  let used: { used: number; max: number } | null = null

  const assertBudget = (): void => {
    if (used === null || used.used < (used.max * settings.apiBudgetPercent) / 100) return
    throw new LimitReached(
      'source.rate_limited',
      `${used.used} of ${used.max} API calls of the day are used, which is the share of ${settings.apiBudgetPercent} percent that reading may use up.`,
    )
  }
  const target = ({ path, query }: ApiRequest): string => {
    const full = path.startsWith('/services/') ? path : `${root}${path}`
    const search = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    return search.length === 0 ? full : `${full}?${search.join('&')}`
  }
  const note = (headers: Headers): void => {
    const date = Date.parse(headers.get('date') ?? '')
    if (Number.isFinite(date)) serverMs = date
    const usage = /api-usage=(\d+)\/(\d+)/.exec(headers.get('sforce-limit-info') ?? '')
    if (usage !== null) used = { used: Number(usage[1]), max: Number(usage[2]) }
  }
  const once = async (asked: ApiRequest): Promise<HttpReply> => {
    assertBudget()
    let sent = ''
    const reply = await client.request({
      method: asked.method ?? 'GET',
      url: new URL(target(asked), await signIn.instance()),
      // Every request reads or makes a query job; a job made twice costs nothing but itself.
      safe: true,
      headers: { ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }), ...asked.headers },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      ...(asked.attempts === undefined ? {} : { attempts: asked.attempts }),
      authorise: async () => ({ authorization: `Bearer ${(sent = await signIn.token())}` }),
      renew: () => signIn.renew(sent),
      retry: (status) => RETRIED.has(status),
      accept: () => true,
    })
    note(reply.headers)
    if (reply.status < 300) return reply
    throw apiError(reply.status, await reply.text(1 << 20), `${asked.method ?? 'GET'} ${target({ path: asked.path }).split('?')[0]}`)
  }
  const pause = (tries: number): Promise<void> => wait(backoffMs(tries, context.random), context.signal)
  const request = async (asked: ApiRequest): Promise<HttpReply> => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(asked)
      } catch (error) {
        if (!isConcurrentLimit(error) || tries >= TRIES) throw error
        context.log('warn', 'Salesforce answers too many long requests at once; waiting.')
        await pause(tries + 2)
      }
    }
  }
  const text = async (asked: ApiRequest): Promise<string> => {
    for (let tries = 1; ; tries++) {
      const reply = await request(asked)
      const body = await reply.text()
      if (/^\s*[[{]/.test(body)) return body
      if (tries >= TRIES) throw notJson(body, reply, asked)
      context.log('warn', `${notJson(body, reply, asked).message} Trying again.`)
      await pause(tries)
    }
  }
  return {
    request,
    text,
    json: async (asked) => JSON.parse(await text(asked)) as unknown,
    serverNow: () => new Date(serverMs ?? Math.floor(context.now().getTime() / 1000) * 1000),
    addressBytes: (asked) => Buffer.byteLength(target(asked)),
    pause,
    usage: () => used,
    close: () => client.close(),
  }
}

function notJson(body: string, { headers }: HttpReply, { path }: ApiRequest): AtlasError {
  const title = /<title[^>]*>([^<]{1,60})/i.exec(body)?.[1]
  const what =
    body.trim() === ''
      ? 'nothing'
      : `${headers.get('content-type') ?? 'text'}${title === undefined ? '' : ` titled ${JSON.stringify(title)}`}`
  return new AtlasError('source.unexpected_answer', `Salesforce answers ${path.split('?')[0]} with ${what} instead of JSON.`)
}
