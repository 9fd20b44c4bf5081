import type { RestRoute } from './rest-server.ts'

/** Records by offset and limit, of which the server gives at most `cap` at once. */
export function offsetRoute(
  records: readonly unknown[],
  cap: number,
  more: (sent: number) => Record<string, unknown> = () => ({}),
): RestRoute {
  return ({ query }) => {
    const offset = Number(query.get('offset'))
    const items = records.slice(offset, offset + Math.min(cap, Number(query.get('limit') ?? cap)))
    return { body: { items, ...more(offset + items.length) } }
  }
}

/** Records by page number from 1. */
export function pageRoute(
  records: readonly unknown[],
  size: number,
  more: (page: number) => Record<string, unknown> = () => ({}),
): RestRoute {
  return ({ query }) => {
    const page = Number(query.get('page') ?? 1)
    return { body: { items: records.slice((page - 1) * size, page * size), ...more(page) } }
  }
}

/** Records by a token in the body, which stands for a position. */
export function tokenRoute(records: readonly unknown[], size: number): RestRoute {
  return ({ query }) => {
    const at = Number((query.get('token') ?? 'at-0').slice(3))
    const next = at + size
    return { body: { items: records.slice(at, next), meta: { next: next < records.length ? `at-${next}` : null } } }
  }
}

/** Records with a Link header to the next page. */
export function linkRoute(records: readonly unknown[], size: number, origin: () => string): RestRoute {
  return ({ path, query }) => {
    const page = Number(query.get('p') ?? 0)
    const isLast = (page + 1) * size >= records.length
    const links = [
      `<${origin()}${path}?p=0>; rel="first"`,
      ...(isLast ? [] : [`<${origin()}${path}?p=${page + 1}>; title="a, \\"b\\""; rel="next last"`]),
    ]
    return { headers: { link: links.join(', ') }, body: records.slice(page * size, (page + 1) * size) }
  }
}
