const rewritten: readonly [from: RegExp, to: string][] = [
  [/^\(\?[aiLmsux]+\)/, ''],
  [/\(\?P</g, '(?<'],
  [/\(\?P=([A-Za-z_]\w*)\)/g, '\\k<$1>'],
]

/**
 * A regular expression of Python's `re` as JavaScript reads it with the flag `u`: names of groups, the ends of the text, and escapes of characters
 * that need none. What only Python has is left as it is and fails as a pattern that is not valid.
 */
export function fromPythonRegex(source: string): string {
  const renamed = rewritten.reduce((text, [from, to]) => text.replace(from, to), source)
  return renamed.replaceAll(/\\([^])/g, (escape: string, character: string) => {
    if (character === 'A') return '(?<![\\s\\S])'
    if (character === 'Z' || character === 'z') return '(?![\\s\\S])'
    // Under the flag `u` an escaped hyphen is only known inside a class, its number everywhere.
    if (character === '-') return '\\x2d'
    // A syntax character or a class keeps its escape, anything else stands for itself.
    return /[\^$\\.*+?()[\]{}|/a-zA-Z0-9]/.test(character) ? escape : character
  })
}

/** Python's flags (2 ignore case, 8 multiline, 16 dot matches all) as JavaScript's, with `g` and `u`. */
export function fromPythonFlags(flags: number): string {
  return `g${(flags & 2) === 0 ? '' : 'i'}${(flags & 8) === 0 ? '' : 'm'}${(flags & 16) === 0 ? '' : 's'}u`
}
