const SURROGATE = /\\u[dD][89a-fA-F]/

/** Says whether a text in a JSON value holds half of a surrogate pair, which is no text and which DuckDB refuses. What is no JSON holds none. */
export function hasLoneSurrogate(raw: string): boolean {
  if (!SURROGATE.test(raw)) return false
  try {
    return !isWellFormed(JSON.parse(raw))
  } catch {
    return false
  }
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  return (
    typeof value !== 'object' || value === null || Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner))
  )
}
