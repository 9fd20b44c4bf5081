import { AtlasError } from '../../core/errors.ts'
import { throwIfCancelled } from '../http/cancelled.ts'
import { emptyAnswer, readAnswer, type Answer, type FoundRecords } from './answer.ts'
import { firstPosition, knowsNextEarly, nextPosition, totalAt, type Position } from './next-page.ts'
import { followsAddresses, pageRequest, type RequestParts } from './page-request.ts'
import type { RestSession } from './session.ts'
import type { RestStream } from './stream-settings.ts'

export interface PagesRead {
  pages: number
  received: number
  bytes: number
  /** Rows in all as the API states them; null where it does not. */
  total: number | null
  /** Statuses that the stream's rules let pass with a warning. */
  ignored: number[]
}

export interface PageHandler {
  /** Takes the records of an answer, and says how many there were. */
  take(answer: Answer): Promise<number>
  /** False: the next page is asked for only when this one is done. */
  ahead?: boolean
  /** Called when a page is done, with where the next one is. */
  done?(next: Position, soFar: Readonly<PagesRead>): Promise<void> | void
}

/**
 * Reads the pages of a stream one after the other, asking for the next while the records of one are taken where that is possible.
 * @param start where to begin; null for the first page
 * @throws AtlasError `source.pagination_loop` when a page leads to one that was read already or when there are too many, and `source.*`, `run.cancelled`
 */
export async function readPages(
  session: RestSession,
  stream: RestStream,
  parts: RequestParts,
  start: Position,
  handler: PageHandler,
): Promise<PagesRead> {
  const read: PagesRead = { pages: 0, received: 0, bytes: 0, total: null, ignored: [] }
  const guard = createLoopGuard(stream)
  const found: FoundRecords = { path: null }
  const fetchPage = async (position: Position): Promise<Answer> => {
    const reply = await session.send(pageRequest(session, stream, position, parts))
    const rule = stream.statuses[String(reply.status)]
    if (rule === 'ignore') read.ignored.push(reply.status)
    return rule === 'ignore' || rule === 'empty' ? emptyAnswer(reply) : readAnswer(reply, stream, found)
  }
  let position: Position = start ?? firstPosition(stream.pagination)
  let pending = ask(guard, position, fetchPage)
  for (;;) {
    throwIfCancelled(session.context.signal)
    const answer = await pending
    guard.compare(answer)
    read.pages++
    read.bytes += answer.text.length
    read.total = statedTotal(stream, answer) ?? read.total
    const isLast = answer.envelope === ''
    const early = !isLast && handler.ahead !== false && knowsNextEarly(stream.pagination)
    let next = early ? follow(session, stream, position, answer, { page: answer.records === null ? 0 : 1, all: 0 }) : null
    if (next !== null) pending = ask(guard, next, fetchPage)
    const received = await handler.take(answer)
    read.received += received
    if (!early && !isLast) next = follow(session, stream, position, answer, { page: received, all: read.received })
    await handler.done?.(next, read)
    if (next === null) return read
    if (!early) pending = ask(guard, next, fetchPage)
    position = next
  }
}

function ask(guard: LoopGuard, next: Position, fetchPage: (position: Position) => Promise<Answer>): Promise<Answer> {
  guard.enter(next)
  const pending = fetchPage(next)
  // It is awaited in the next turn; until then a failure must not count as unhandled.
  pending.catch(() => undefined)
  return pending
}

function follow(session: RestSession, stream: RestStream, at: Position, answer: Answer, received: { page: number; all: number }): Position {
  const next = nextPosition(stream.pagination, at, answer, received)
  if (typeof next !== 'string' || !followsAddresses(stream)) return next
  const url = new URL(next)
  // Secrets are put in again for the request, so that an address can be kept.
  for (const name of Object.keys(session.secretQuery)) url.searchParams.delete(name)
  return url.href
}

function statedTotal(stream: RestStream, answer: Answer): number | null {
  const { pagination, total } = stream
  const path = total?.path ?? ('total' in pagination ? pagination.total : undefined)
  if (path !== undefined && answer.envelope !== '') return totalAt(answer, path)
  const text = answer.headers.get(total?.header ?? 'x-total-count')
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}

interface LoopGuard {
  enter(position: Position): void
  compare(answer: Answer): void
}

/** Notices pages that lead back, a server that gives the same page whatever is asked for, and reading without an end. */
function createLoopGuard(stream: RestStream): LoopGuard {
  const entered = new Set<Position>()
  const isNumbered = stream.pagination.type === 'page' || stream.pagination.type === 'offset'
  let before = ''
  const loop = (what: string) => new AtlasError('source.pagination_loop', `${stream.name}: ${what}.`)
  return {
    enter: (position) => {
      if (entered.has(position)) throw loop(`page ${entered.size + 1} is one that was read already`)
      if (entered.size >= stream.maxPages) throw loop(`there are more pages than the limit of ${stream.maxPages}`)
      entered.add(position)
    },
    compare: ({ text, records }) => {
      if (!isNumbered || records === null) return
      const now = text.slice(records.start, records.end)
      if (now === before) throw loop(`pages ${entered.size - 1} and ${entered.size} hold the same records`)
      before = now
    },
  }
}
