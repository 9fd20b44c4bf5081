/**
 * Options of `pattern` and `not-pattern` for regular expressions of other tools, which look for the pattern anywhere in the value unless it is
 * anchored. Null where an expression uses what RE2 has not: look-around, back-references, possessive or atomic groups.
 */
export function textMatch(column: string, patterns: readonly string[]): Record<string, unknown> | null {
  if (patterns.length === 0 || patterns.some((pattern) => pattern === '' || !isRe2(pattern))) return null
  const whole = patterns.map(unanchored)
  const isWhole = whole.every((pattern) => pattern !== null)
  const kept = isWhole ? whole.flatMap((pattern) => pattern ?? []) : [...patterns]
  const options = kept.length === 1 ? { pattern: kept[0] } : { patterns: kept }
  return { column, ...options, ...(isWhole ? {} : { anywhere: true }) }
}

function isRe2(pattern: string): boolean {
  // What is escaped or stands in a class is a character like others.
  const plain = pattern.replaceAll(/\\[^1-9]/g, 'x').replaceAll(/\[\^?\]?[^\]]*\]/g, 'x')
  return !/\(\?(=|!|<=|<!|>|\()/.test(plain) && !/\\[1-9]/.test(plain) && !/[*+?}]\+/.test(plain)
}

/** What stands between `^` and `$`; null where the pattern is not bound at both ends, or might be another without them. */
function unanchored(pattern: string): string | null {
  const inner = /^(?:\^|\\A)([^]*)(?:\$|\\z|\\Z)$/.exec(pattern)?.[1]
  if (inner === undefined || inner === '' || /(?:^|[^\\])(?:\\\\)*\\$/.test(inner)) return null
  return hasTopLevelOr(inner) ? null : inner
}

function hasTopLevelOr(pattern: string): boolean {
  let depth = 0
  let inClass = false
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]
    if (character === '\\') index += 1
    else if (inClass) inClass = character !== ']'
    else if (character === '[') inClass = true
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === '|' && depth === 0) return true
  }
  return false
}
