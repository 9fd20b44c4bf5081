import type { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import type { GoogleSheetsSettings } from './sheet-settings.ts'
import { backoffMs, waitFor, type Wait } from '../http/backoff.ts'
import { createHttpClient } from '../http/http-client.ts'
import { parseJson } from '../http/parse-json.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { takeRequest } from './read-budget.ts'
import { readRefusal, sheetsError } from './sheets-error.ts'
import { openTokens, signInOf } from './sign-in.ts'
import { FormatsReply, SpreadsheetReply, ValuesReply, type Book, type CellFormat, type RawCell } from './sheets-reply.ts'

/** Google gives up after 180 s itself. */
const TIMEOUT_MS = 185_000
const LIMIT_BYTES = 256 << 20

export interface SheetsApi {
  spreadsheet(): Promise<Book>
  /** Rows of each range, without the empty ones at its end and the empty cells at the end of a row. `bytes` is the size of the answer, `ms` its time. */
  values(
    ranges: readonly string[],
    shown?: 'UNFORMATTED_VALUE' | 'FORMATTED_VALUE',
  ): Promise<{ blocks: RawCell[][][]; bytes: number; ms: number }>
  /** Number format and error of each cell, for each range. */
  formats(ranges: readonly string[]): Promise<{ blocks: (CellFormat | undefined)[][][]; bytes: number }>
  /** The version that Drive keeps; null when it may not be asked for. */
  version(): Promise<string | null>
  close(): Promise<void>
}

export interface ApiOptions {
  /** Waits between tries and for the budget; tests pass a fast one. */
  wait?: Wait
  /** Tries of a request that fails for another reason than the quota. */
  tries?: number
}

/** Opens the API of one spreadsheet. No request is made yet. @throws AtlasError `source.bad_settings` */
export function openSheetsApi(
  settings: GoogleSheetsSettings,
  context: ReadContext,
  { wait = waitFor, tries = 5 }: ApiOptions = {},
): SheetsApi {
  const signIn = signInOf(settings)
  const id = spreadsheetId(settings.spreadsheet)
  const client = createHttpClient({
    context,
    origins: [settings.sheetsUrl, settings.driveUrl, signIn.tokenUrl].map((url) => new URL(url).origin),
    timeoutMs: TIMEOUT_MS,
    attempts: tries,
    wait,
  })
  const tokens = openTokens(signIn, client, context)

  const send = async (url: URL, retries504: boolean, isDrive: boolean) => {
    let token = ''
    let sentMs = 0
    const authorise = async (): Promise<Record<string, string>> => {
      if (!isDrive) await takeRequest(context, settings.requestsPerMinute, wait)
      token = await tokens.token()
      sentMs = context.now().getTime()
      return { authorization: `Bearer ${token}` }
    }
    const retry = (status: number): boolean => status >= 500 && (status !== 504 || retries504)
    const renew = async (): Promise<boolean> => (await tokens.renew(token)) !== token
    const reply = await client.request({ url, authorise, renew, retry, accept: () => true })
    const text = await reply.text(LIMIT_BYTES)
    return { reply, text, ms: context.now().getTime() - sentMs }
  }
  /** Google fills the quota again each minute, so an answer of 429 is waited out, longer each time, and longer than other failures. */
  const ask = async (url: URL, { retries504 = true, isDrive = false } = {}) => {
    let waitedMs = 0
    for (let tried = 1; ; tried++) {
      const { reply, text, ms } = await send(url, retries504, isDrive)
      if (reply.status === 200) return { body: parseJson(text, reply.headers, new URL(reply.url)), bytes: text.length, ms }
      const refusal = readRefusal(reply.status, tryJson(text))
      const pauseMs = Math.max(backoffMs(tried, context.random), retryAfterMs(reply.headers, context.now()) ?? 0)
      if (reply.status !== 429 || waitedMs + pauseMs > settings.quotaWaitS * 1000) return { refusal }
      context.log(
        'warn',
        `Google’s quota of reads per minute is used up; trying again in ${(pauseMs / 1000).toFixed(1)} s (${tried} tries made).`,
      )
      waitedMs += pauseMs
      await wait(pauseMs, context.signal)
    }
  }
  const asked = async (url: URL, range?: string, options: { retries504?: boolean } = {}) => {
    const answer = await ask(url, options)
    if (answer.refusal !== undefined) throw sheetsError(answer.refusal, id, signIn, range)
    return answer
  }
  const at = (path: string, parameters: [string, string][]): URL => {
    const url = new URL(`/v4/spreadsheets/${encodeURIComponent(id)}${path}`, settings.sheetsUrl)
    for (const [name, value] of parameters) url.searchParams.append(name, value)
    return url
  }
  const ranged = (ranges: readonly string[]): [string, string][] => ranges.map((range) => ['ranges', range])
  return {
    spreadsheet: async () => {
      const { body } = await asked(at('', [['fields', BOOK_FIELDS]]))
      return read(SpreadsheetReply, body)
    },
    values: async (ranges, shown = 'UNFORMATTED_VALUE') => {
      const how: [string, string][] = [
        ['valueRenderOption', shown],
        ['dateTimeRenderOption', 'SERIAL_NUMBER'],
        ['fields', 'valueRanges.values'],
      ]
      const { body, bytes, ms } = await asked(at('/values:batchGet', [...ranged(ranges), ...how]), ranges.join(', '), { retries504: false })
      const blocks = read(ValuesReply, body).valueRanges.map(({ values }) => values)
      return { blocks: sameLength(blocks, ranges), bytes, ms }
    },
    formats: async (ranges) => {
      const { body, bytes } = await asked(at('', [...ranged(ranges), ['fields', FORMAT_FIELDS]]), ranges.join(', '), { retries504: false })
      const grids = read(FormatsReply, body).sheets.flatMap(({ data }) => data)
      return { blocks: sameLength(grids, ranges).map((grid) => grid.rowData.map((row) => row.values)), bytes }
    },
    version: async () => {
      const url = new URL(`/drive/v3/files/${encodeURIComponent(id)}`, settings.driveUrl)
      url.search = new URLSearchParams({ fields: 'version,modifiedTime', supportsAllDrives: 'true' }).toString()
      const answer = await ask(url, { isDrive: true })
      if (answer.refusal === undefined) return JSON.stringify(answer.body)
      if ([403, 404].includes(answer.refusal.status)) return null
      throw sheetsError(answer.refusal, id, signIn)
    },
    close: () => client.close(),
  }
}

const BOOK_FIELDS =
  'properties(title,timeZone),sheets(properties(sheetId,title,sheetType,hidden,gridProperties(rowCount,columnCount)),merges),namedRanges(name,range)'
const FORMAT_FIELDS = 'sheets.data.rowData.values(effectiveFormat.numberFormat(type,pattern),effectiveValue.errorValue.type)'

/** The id in the address of a spreadsheet, or the id itself. */
export function spreadsheetId(spreadsheet: string): string {
  return /\/spreadsheets\/(?:u\/\d+\/)?d\/([^/?#]+)/.exec(spreadsheet)?.[1] ?? spreadsheet.trim()
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new AtlasError(
    'source.unexpected_answer',
    `Google’s answer is not what its API describes (at ${where === '' ? 'its top' : where}).`,
  )
}

function sameLength<T>(blocks: T[], ranges: readonly string[]): T[] {
  if (blocks.length === ranges.length) return blocks
  throw new AtlasError('source.incomplete', `${ranges.length} ranges were asked for, and Google answered with ${blocks.length}.`)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
