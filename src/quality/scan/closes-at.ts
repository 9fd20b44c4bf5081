/** Where the first parenthesis of a SQL text is closed, -1 where it is not. What is quoted does not count. */
export function closesAt(text: string): number {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0 && token === ')') return index
  }
  return -1
}
