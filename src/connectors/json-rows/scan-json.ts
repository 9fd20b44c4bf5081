/** Reading JSON as text, value by value, so that numbers and nested values stay as they are written. Positions are indices of UTF-16 units. */

/** The position of the first character from `start` on that is no white space. */
export function skipSpace(text: string, start: number): number {
  let at = start
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at++
  return at
}

/** The position after the string that begins here; that of the end of the text when it never ends. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

/**
 * The position after the value that begins here. Brackets are counted; what is between them is not checked.
 * @param plain no string in the text has an escape
 */
export function endOfValue(text: string, start: number, plain = false): number {
  const first = text.charCodeAt(start)
  if (first === 34) return endOfString(text, start)
  if (first !== 123 && first !== 91) return endOfScalar(text, start)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) at = plain ? endOfPlainString(text, at) : endOfString(text, at) - 1
    else if (code === 123 || code === 91) depth++
    else if ((code === 125 || code === 93) && --depth === 0) return at + 1
  }
  return text.length
}

/** The position of the quote that ends a string without escapes. */
function endOfPlainString(text: string, start: number): number {
  const quote = text.indexOf('"', start + 1)
  return quote < 0 ? text.length : quote
}

/** The position after a number, `true`, `false` or `null`. */
export function endOfScalar(text: string, start: number): number {
  let at = start
  for (let code = text.charCodeAt(at); code > 32 && code !== 44 && code !== 125 && code !== 93; code = text.charCodeAt(at)) at++
  return at
}

export interface Span {
  start: number
  end: number
}

/**
 * Where the value at a path of keys stands in a JSON text; null when it is not there. Numbers in the path are places in arrays. Of a repeated key the first counts.
 * @param text JSON that was checked by JSON.parse, or will be
 */
export function locate(text: string, path: readonly string[]): Span | null {
  const plain = !text.includes('\\')
  let at = skipSpace(text, 0)
  for (const step of path) {
    const code = text.charCodeAt(at)
    const found = code === 123 ? memberOf(text, at, step) : code === 91 ? elementOf(text, at, Number(step)) : -1
    if (found < 0) return null
    at = found
  }
  return at >= text.length ? null : { start: at, end: endOfValue(text, at, plain) }
}

function memberOf(text: string, object: number, key: string): number {
  for (let at = skipSpace(text, object + 1); text.charCodeAt(at) === 34;) {
    const keyEnd = endOfString(text, at)
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1)
    if (nameOf(text.slice(at, keyEnd)) === key) return value
    at = afterComma(text, endOfValue(text, value))
  }
  return -1
}

function elementOf(text: string, array: number, index: number): number {
  let at = skipSpace(text, array + 1)
  for (let n = 0; at < text.length && text.charCodeAt(at) !== 93; n++) {
    if (n === index) return at
    at = afterComma(text, endOfValue(text, at))
  }
  return -1
}

function afterComma(text: string, start: number): number {
  const at = skipSpace(text, start)
  return text.charCodeAt(at) === 44 ? skipSpace(text, at + 1) : at
}

/** The name that a key's token stands for, or the token itself where it is no JSON. */
export function nameOf(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1)
  try {
    return JSON.parse(token) as string
  } catch {
    return token
  }
}

/** The members of an object as texts: key with its quotes, and value. */
export function membersOf(text: string): [token: string, raw: string][] {
  const members: [string, string][] = []
  for (let at = skipSpace(text, 1); text.charCodeAt(at) === 34;) {
    const keyEnd = endOfString(text, at)
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, start)
    members.push([text.slice(at, keyEnd), text.slice(start, end)])
    const comma = skipSpace(text, end)
    at = text.charCodeAt(comma) === 44 ? skipSpace(text, comma + 1) : comma
  }
  return members
}

/** Where the elements of an array stand, or the value itself where it is none. */
export function* elementsOf(text: string, { start, end }: Span): Generator<Span> {
  if (text.charCodeAt(start) !== 91) {
    yield { start, end }
    return
  }
  for (let at = skipSpace(text, start + 1); at < end - 1;) {
    const elementEnd = endOfValue(text, at)
    yield { start: at, end: elementEnd }
    at = afterComma(text, elementEnd)
  }
}
