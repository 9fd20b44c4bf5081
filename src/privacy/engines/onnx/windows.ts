/** A stretch of tokens that the model sees at once, and the part of it whose answers count. */
export interface Window {
  from: number
  to: number
  /** Answers count for tokens `keepFrom` (inclusive) to `keepTo`: those seen with more around them than in the window beside. */
  keepFrom: number
  keepTo: number
}

/** Windows of at most `size` tokens over `count` tokens, each sharing about a quarter with the next. Every token is kept by exactly one. */
export function windowsOver(count: number, size: number): Window[] {
  const overlap = Math.min(128, Math.floor(size / 4))
  const windows: Window[] = []
  for (let from = 0; from < count || from === 0; from += size - overlap) {
    const to = Math.min(count, from + size)
    const isLast = to === count
    const half = Math.floor(overlap / 2)
    windows.push({ from, to, keepFrom: from === 0 ? 0 : from + half, keepTo: isLast ? count : to - overlap + half })
    if (isLast) break
  }
  return windows
}
