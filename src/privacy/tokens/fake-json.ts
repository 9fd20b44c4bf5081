import { fakeNumber, type Next, sameShape } from './same-shape.ts'

/** A text with the colon that makes it the name of a member, a number, or a truth value; `null` stays as it is. */
const PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?[0-9][0-9.eE+-]*|true|false/g

/**
 * JSON (RFC 8259) of the same members with everything in it made up: names that differ go on differing. Null where the text is no object or array.
 */
export function fakeJson(text: string, next: Next): string | null {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return null
  const [names, taken] = [new Map<string, string>(), new Set<string>()]
  return text.replaceAll(PARTS, (part, quoted: string | undefined, colon: string | undefined) => {
    if (quoted === undefined)
      return part === 'true' || part === 'false' ? String(next(2) === 0) : (fakeNumber(part, next) ?? String(next(10)))
    const value = JSON.parse(quoted) as string
    if (colon === undefined) return JSON.stringify(sameShape(value, next, 0))
    if (!names.has(value)) names.set(value, anotherName(value, taken, next))
    return `${JSON.stringify(names.get(value))}${colon}`
  })
}

function anotherName(name: string, taken: Set<string>, next: Next): string {
  let made = sameShape(name, next, 0)
  while (taken.has(made)) made = `${made}${next(10)}`
  taken.add(made)
  return made
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
