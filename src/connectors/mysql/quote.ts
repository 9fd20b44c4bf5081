/** Quotes the name of a table or column for MySQL. The only place that does. */
export function quoteName(name: string): string {
  if (name.includes('\0')) throw new RangeError('a name cannot hold a NUL character')
  return `\`${name.replaceAll('`', '``')}\``
}

/**
 * Quotes text for MySQL. Sessions have a `sql_mode` without NO_BACKSLASH_ESCAPES and speak utf8mb4 (see `connect.ts`), so a backslash escapes and no byte of a
 * character can be taken for a quote.
 */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`
}

/** Bytes, given as hex digits, for MySQL. @throws RangeError when it is something else */
export function quoteHex(hex: string): string {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new RangeError('bytes are written in hex digits')
  return `x'${hex}'`
}

/** A number for MySQL exactly as it is written. @throws RangeError when it is none */
export function quoteNumber(text: string): string {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new RangeError(`${JSON.stringify(text)} is not a number`)
  return text
}
