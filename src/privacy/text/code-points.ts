/** Gives the code point offset of a UTF-16 offset of the text. Offsets inside a surrogate pair count as before it. Free for text without pairs. */
export function codePointOffsets(text: string): (utf16: number) => number {
  const pairs: number[] = []
  for (let index = text.search(/[\ud800-\udbff][\udc00-\udfff]/); index !== -1 && index < text.length - 1; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0xd800 || unit > 0xdbff) continue
    pairs.push(index)
    index += 1
  }
  if (pairs.length === 0) return (utf16) => utf16
  return (utf16) => utf16 - countBefore(pairs, utf16)
}

/** How many of the ascending numbers are below `limit`. */
function countBefore(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? limit) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Gives the UTF-16 offset of a code point offset of the text; one past the end for offsets past the end. */
export function utf16Offsets(text: string): (codePoint: number) => number {
  if (text.search(/[\ud800-\udbff][\udc00-\udfff]/) === -1) return (codePoint) => (codePoint > text.length ? text.length + 1 : codePoint)
  const offsets = [0]
  for (const character of text) offsets.push((offsets.at(-1) ?? 0) + character.length)
  return (codePoint) => (codePoint < 0 ? codePoint : (offsets[codePoint] ?? text.length + 1))
}
