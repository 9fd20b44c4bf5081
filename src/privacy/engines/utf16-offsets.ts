/** Gives the UTF-16 offset of a code point offset of the text; null beyond its end. Free for text without surrogate pairs. */
export function utf16Offsets(text: string): (codePoint: number) => number | null {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return (codePoint) => (codePoint <= text.length ? codePoint : null)
  const offsets: number[] = []
  let at = 0
  for (const character of text) {
    offsets.push(at)
    at += character.length
  }
  offsets.push(at)
  return (codePoint) => offsets[codePoint] ?? null
}
