/**
 * Regular expression for a body that stands alone: no letter or digit of any script and no underscore touches it. Needs the `u` flag.
 * @param body alternatives need no parentheses of their own
 */
export function alone(body: string): string {
  return `(?<![\\p{L}\\p{N}_])(?:${body})(?![\\p{L}\\p{N}_])`
}

/** As `alone`, for scripts that put no space between words (Korean, Thai, Chinese): only ASCII letters, digits and the underscore may not touch it. */
export function aloneInAscii(body: string): string {
  return `(?<![A-Za-z0-9_])(?:${body})(?![A-Za-z0-9_])`
}
