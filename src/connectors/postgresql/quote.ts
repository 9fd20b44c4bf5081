/** Quotes an identifier for Postgres. COPY takes no parameters, so this and `quoteText` are what stands between a value and the statement. */
export function quoteName(name: string): string {
  if (name.includes('\0')) throw new RangeError('an identifier cannot hold a NUL character')
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes a text as a literal for Postgres. Right with `standard_conforming_strings` on, which every session pins. */
export function quoteText(value: string): string {
  if (value.includes('\0')) throw new RangeError('a text literal cannot hold a NUL character')
  return `'${value.replaceAll("'", "''")}'`
}
