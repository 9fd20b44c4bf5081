const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Milliseconds of a time such as `500ms`, `60s`, `10min`, `2h` or `1d`.
 * @throws RangeError for any other text: schemas let none through
 */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/.exec(text)
  if (match === null) throw new RangeError(`"${text}" is no duration`)
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}
