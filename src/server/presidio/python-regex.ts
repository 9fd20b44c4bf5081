const rewritten: readonly [from: RegExp, to: string][] = [
  [/\(\?P</g, '(?<'],
  [/\(\?P=([A-Za-z_]\w*)\)/g, '\\k<$1>'],
]
/** What Python's `\w` holds in a text: letters and digits of any script, and the underscore. */
const WORD = '\\p{L}\\p{N}_'
const outsideClass: Readonly<Record<string, string>> = {
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  z: '(?![\\s\\S])',
}
const insideClass: Readonly<Record<string, string>> = { w: WORD, d: '\\p{Nd}', D: '\\P{Nd}' }

/**
 * A regular expression of Python's `re` as JavaScript reads it with the flag `u`: names of groups, flags before it, the ends of the text, words and digits
 * of any script, and escapes of characters that need none. What only Python has is left as it is and fails as a pattern that is not valid.
 */
export function fromPythonRegex(source: string): string {
  const [, before, body = source] = /^\(\?([aiLmsu]+)\)([^]*)$/.exec(source) ?? []
  const renamed = rewritten.reduce((text, [from, to]) => text.replace(from, to), body)
  const read = rewriteEscapes(renamed, before?.includes('a') === true)
  const flags = [...new Set(before ?? '')].filter((flag) => 'ims'.includes(flag)).join('')
  return flags === '' ? read : `(?${flags}:${read})`
}

/** @param isAscii words and digits of ASCII alone, as under Python's flag `a` */
function rewriteEscapes(source: string, isAscii: boolean): string {
  let isInClass = false
  return source.replaceAll(/\\([^])|[[\]]/g, (part: string, character: string | undefined) => {
    if (character !== undefined) return escapeOf(character, isInClass, isAscii)
    if (part === '[' && isInClass) return '\\['
    isInClass = part === '['
    return part
  })
}

function escapeOf(character: string, isInClass: boolean, isAscii: boolean): string {
  const known = isInClass ? insideClass : outsideClass
  const rewrittenTo = isAscii && 'wWdDbB'.includes(character) ? undefined : known[character]
  if (rewrittenTo !== undefined) return rewrittenTo
  // Under the flag `u` an escaped hyphen is only known inside a class, its number everywhere.
  if (character === '-') return '\\x2d'
  // A syntax character or a class keeps its escape, anything else stands for itself.
  return /[\^$\\.*+?()[\]{}|/a-zA-Z0-9]/.test(character) ? `\\${character}` : character
}

/** Python's flags (2 ignore case, 8 multiline, 16 dot matches all) as JavaScript's, with `g` and `u`. */
export function fromPythonFlags(flags: number): string {
  return `g${(flags & 2) === 0 ? '' : 'i'}${(flags & 8) === 0 ? '' : 'm'}${(flags & 16) === 0 ? '' : 's'}u`
}
