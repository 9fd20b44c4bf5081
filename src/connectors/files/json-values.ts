/** A top-level member of a JSON object: its key and its value as it stands in the text. */
export interface RawMember {
  key: string
  raw: string
}

/**
 * The members of a JSON object with their values' own text, so that `1.10` and 20-digit numbers stay as they stand. Of a repeated key the last counts, as everywhere in JSON.
 * @param text one JSON object that JSON.parse accepts
 */
export function membersOf(text: string): RawMember[] {
  const members = new Map<string, string>()
  let at = text.indexOf('{') + 1
  for (;;) {
    at = skipSpace(text, at)
    if (text[at] === '}' || at >= text.length) break
    const keyEnd = endOfString(text, at)
    const key = JSON.parse(text.slice(at, keyEnd)) as string
    at = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, at)
    members.delete(key)
    members.set(key, text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] === ',') at++
  }
  return [...members].map(([key, raw]) => ({ key, raw }))
}

function skipSpace(text: string, start: number): number {
  let at = start
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at++
  return at
}

/** The position after the string that starts here. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

function endOfValue(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') {
    let at = start
    while (at < text.length && !/[,}\]\s]/.test(text[at] ?? ',')) at++
    return at
  }
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at) - 1
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1
  }
  return text.length
}
