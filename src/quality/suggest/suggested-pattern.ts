/** With fewer values nothing can be said. */
const FEWEST = 5
const LONGEST = 40

interface Part {
  kind: 'upper' | 'lower' | 'digit' | 'other'
  text: string
}

const classes = { upper: '[A-Z]', lower: '[a-z]', digit: '[0-9]' } as const

/**
 * A pattern that all values have, RE2: letters and digits by their class and number, everything else as it stands; a part that is the same in all
 * values is kept as text.
 * @returns null where the values are not built alike, or are plain words
 */
export function suggestedPattern(values: readonly string[]): string | null {
  if (values.length < FEWEST || values.some((value) => value.length === 0 || value.length > LONGEST)) return null
  const parsed = values.map(partsOf)
  const [first] = parsed
  if (first === undefined || !parsed.every((parts) => isAlike(parts, first))) return null
  if (!first.some(({ kind }) => kind === 'digit') && !isCode(parsed)) return null
  return first.map((_, index) => patternOf(parsed.map((parts) => parts[index]!))).join('')
}

function partsOf(value: string): Part[] {
  return [...value.matchAll(/[A-Z]+|[a-z]+|[0-9]+|[^A-Za-z0-9]+/g)].map(([text]) => ({ text, kind: kindOf(text) }))
}

function kindOf(text: string): Part['kind'] {
  if (/^[A-Z]/.test(text)) return 'upper'
  if (/^[a-z]/.test(text)) return 'lower'
  return /^[0-9]/.test(text) ? 'digit' : 'other'
}

function isAlike(parts: readonly Part[], first: readonly Part[]): boolean {
  return (
    parts.length === first.length &&
    parts.every(({ kind, text }, index) => kind === first[index]!.kind && (kind !== 'other' || text === first[index]!.text))
  )
}

/** Capital letters of one length are a code; anything else without digits is a word. */
function isCode(parsed: readonly Part[][]): boolean {
  return parsed.every((parts) =>
    parts.every(({ kind, text }, index) => (kind === 'upper' || kind === 'other') && text.length === parsed[0]![index]!.text.length),
  )
}

function patternOf(parts: readonly Part[]): string {
  const [{ kind, text }] = parts as [Part, ...Part[]]
  const isSame = parts.every((part) => part.text === text)
  if (kind === 'other' || (isSame && kind !== 'digit')) return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  const lengths = parts.map((part) => part.text.length)
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)]
  if (shortest === longest) return `${classes[kind]}${shortest === 1 ? '' : `{${shortest}}`}`
  return `${classes[kind]}+`
}
