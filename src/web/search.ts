/** One part of a page's address: takes what stands there, gives back what the page understands, or undefined. */
type Part<T> = (value: unknown) => T | undefined

/** One of a list of words. */
export function oneOf<const T extends string>(words: readonly T[]): Part<T> {
  return (value) => words.find((word) => word === value)
}

/** One or more of a list of words, with commas between. */
export function someOf(words: readonly string[]): Part<string> {
  return (value) => (typeof value === 'string' && value.split(',').every((word) => words.includes(word)) ? value : undefined)
}

/** A moment (ISO 8601), or one so long before now as `-24h` says. */
export function moment(): Part<string> {
  return (value) => (typeof value === 'string' && (/^-\d{1,4}[hd]$/.test(value) || isInstant(value)) ? value : undefined)
}

function isInstant(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value))
}

/** A text of at most `max` characters. */
export function text(max = 200): Part<string> {
  return (value) => (typeof value === 'string' && value !== '' && value.length <= max ? value : undefined)
}

/** A whole number from 0. */
export function count(): Part<number> {
  return (value) =>
    (typeof value === 'string' || typeof value === 'number') && /^\d{1,12}$/.test(String(value)) ? Number(value) : undefined
}

/** The validator of a route's address: bad values become undefined, and the shell says so. It never throws. */
export function search<T extends Record<string, Part<unknown>>>(
  parts: T,
): (raw: Record<string, unknown>) => { [K in keyof T]?: NonNullable<ReturnType<T[K]>> } {
  return (raw) => {
    const known: Record<string, unknown> = {}
    for (const [key, part] of Object.entries(parts)) {
      // Undefined, not left out: the router lays this over what stands in the address.
      known[key] = part(raw[key])
    }
    return known as never
  }
}

/** An address's query as plain texts: no quotes, no JSON. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

/** The other way; parts that are undefined are left out. */
export function stringifySearch(parts: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parts)) {
    if (typeof value === 'string' || typeof value === 'number') query.set(key, String(value))
  }
  return query.size > 0 ? `?${query}` : ''
}
