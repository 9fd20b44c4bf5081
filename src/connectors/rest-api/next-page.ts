import { AtlasError } from '../../core/errors.ts'
import { shownUrl } from '../http/shown-url.ts'
import type { Answer } from './answer.ts'
import { plainText, rawAt, textAt } from './json-path.ts'
import { linkWithRelation } from './link-header.ts'
import type { RestPagination } from './stream-settings.ts'

/** Where a page is: a number for pages and offsets, the JSON text of a token, an address; null for a first page that needs none. */
export type Position = number | string | null

const NEXT_ADDRESSES = [
  '@odata.nextLink',
  'next',
  'next_url',
  'nextUrl',
  'next_page_url',
  'nextLink',
  'links.next',
  'links.next.href',
  '_links.next.href',
  '_links.next',
  'paging.next',
  'paging.next.link',
  'pagination.next',
  'pagination.next_url',
  'meta.next',
]
const MORE = ['has_more', 'hasMore', 'has_next', 'meta.has_more', 'pagination.has_more', 'paging.has_more']

/** Where the first page is. */
export function firstPosition(pagination: RestPagination): Position {
  return pagination.type === 'page' || pagination.type === 'offset' ? pagination.start : null
}

/** Says whether the next page can be asked for before the records of this one were counted. */
export function knowsNextEarly(pagination: RestPagination): boolean {
  return pagination.type !== 'offset' && !(pagination.type === 'page' && pagination.total !== undefined)
}

/**
 * Where the page after this one is; null when this was the last.
 * @param received records of this page, and of all pages so far with it
 * @throws AtlasError `source.unexpected_answer` for a total that is no number, `source.incomplete` when there is more but nothing says where
 */
export function nextPosition(pagination: RestPagination, at: Position, answer: Answer, received: { page: number; all: number }): Position {
  if (pagination.type === 'page' || pagination.type === 'offset') return nextNumber(pagination, Number(at), answer, received)
  if (pagination.type === 'cursor') return nextToken(pagination, answer)
  if (pagination.type === 'link_header') return resolve(linkWithRelation(answer.headers.get('link'), pagination.rel), answer)
  if (pagination.type === 'next_url') {
    const more = saysMore(answer, pagination.hasMore)
    return more === false ? null : resolve(textAt(answer.envelope, pagination.path), answer)
  }
  return pagination.type === 'auto' ? nextByLinks(answer) : null
}

function nextNumber(
  pagination: Extract<RestPagination, { type: 'page' | 'offset' }>,
  at: number,
  answer: Answer,
  received: { page: number; all: number },
): number | null {
  const more = saysMore(answer, pagination.hasMore)
  const total = pagination.total === undefined || answer.envelope === '' ? null : totalAt(answer, pagination.total)
  if (more === false || (total !== null && received.all >= total) || (received.page === 0 && more !== true)) return null
  const step = pagination.type === 'page' ? 1 : received.page === 0 || pagination.advance === 'asked' ? pagination.limit : received.page
  const next = at + step
  return pagination.maximum !== undefined && next >= pagination.maximum ? null : next
}

function nextToken(pagination: Extract<RestPagination, { type: 'cursor' }>, answer: Answer): string | null {
  const more = saysMore(answer, pagination.hasMore)
  if (more === false) return null
  const header = pagination.header === undefined ? null : answer.headers.get(pagination.header)
  const raw = pagination.path === undefined ? (header === null ? null : JSON.stringify(header)) : rawAt(answer.envelope, pagination.path)
  if (raw !== null && !['null', '""', 'false', '0', '[]', '{}'].includes(raw)) return raw
  if (more === true) throw incomplete(answer, 'says that there is more, but has no token of the next page')
  return null
}

function nextByLinks(answer: Answer): string | null {
  const link = linkWithRelation(answer.headers.get('link'), 'next')
  if (link !== null) return resolve(link, answer)
  const address = NEXT_ADDRESSES.map((path) => textAt(answer.envelope, path)).find(
    (text) => text !== null && /^(https?:\/\/|\/|\?)/i.test(text),
  )
  if (address !== undefined) return resolve(address, answer)
  if (MORE.some((path) => truth(textAt(answer.envelope, path)) === true))
    throw incomplete(answer, 'says that there is more, but not where: set the pagination of the stream')
  return null
}

function resolve(address: string | null, answer: Answer): string | null {
  if (address === null || address === '') return null
  try {
    const url = new URL(address, answer.url)
    // A server behind a proxy often does not know that it is reached by https.
    if (answer.url.protocol === 'https:' && url.protocol === 'http:' && url.hostname === answer.url.hostname) {
      url.protocol = 'https:'
      url.port = answer.url.port
    }
    return url.href
  } catch {
    throw new AtlasError('source.unexpected_answer', `${shownUrl(answer.url)} names a next page that is no address.`)
  }
}

/** The number of rows that an answer states. @throws AtlasError `source.unexpected_answer` when it is missing or no number */
export function totalAt(answer: Answer, path: string): number {
  const raw = rawAt(answer.envelope, path)
  const text = raw === null ? null : plainText(raw)
  if (text !== null && /^\d{1,15}$/.test(text)) return Number(text)
  throw new AtlasError(
    'source.unexpected_answer',
    `${shownUrl(answer.url)} has no number of rows at ${path}: ${raw === null ? 'it is missing' : raw.slice(0, 20)}.`,
  )
}

/** True or false where the answer says whether there is more; null where it does not. */
function saysMore(answer: Answer, path: string | undefined): boolean | null {
  return path === undefined || answer.envelope === '' ? null : truth(textAt(answer.envelope, path))
}

function truth(text: string | null): boolean | null {
  if (text === null) return null
  return text.toLowerCase() === 'true' || text === '1'
}

function incomplete(answer: Answer, what: string): AtlasError {
  return new AtlasError('source.incomplete', `${shownUrl(answer.url)} ${what}.`)
}
