/** A line of one of two texts, or of both. */
export interface DiffLine {
  sign: '+' | '-' | ' '
  text: string
}

/** Longer texts are told as removed and added as a whole: the table below grows with the product of their lines. */
const MOST_CELLS = 4_000_000

/** How two texts differ, line by line: the fewest lines removed and added (longest common subsequence). */
export function lineDifference(from: string, to: string): DiffLine[] {
  const [before, after] = [linesOf(from), linesOf(to)]
  if (before.length * after.length > MOST_CELLS)
    return [...before.map((text) => ({ sign: '-' as const, text })), ...after.map((text) => ({ sign: '+' as const, text }))]
  const longest = commonLengths(before, after)
  const lines: DiffLine[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]]
    if (old !== undefined && old === now) {
      lines.push({ sign: ' ', text: old })
      row += 1
      column += 1
    } else if (old !== undefined && (now === undefined || at(longest, row + 1, column) >= at(longest, row, column + 1))) {
      lines.push({ sign: '-', text: old })
      row += 1
    } else if (now !== undefined) {
      lines.push({ sign: '+', text: now })
      column += 1
    }
  }
  return lines
}

/** By row and column how long the longest common subsequence of what follows is. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const longest = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--) {
      const line = longest[row]
      if (line === undefined) continue
      line[column] =
        before[row] === after[column]
          ? at(longest, row + 1, column + 1) + 1
          : Math.max(at(longest, row + 1, column), at(longest, row, column + 1))
    }
  return longest
}

function at(table: readonly Uint32Array[], row: number, column: number): number {
  return table[row]?.[column] ?? 0
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
