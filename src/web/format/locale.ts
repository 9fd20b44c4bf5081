/** The viewer's locale. Only for display: how a file is read never follows it. */
export function userLocale(): string {
  return typeof navigator === 'undefined' ? 'en-GB' : navigator.language
}

const made = new Map<string, Intl.NumberFormat>()

/** One `Intl.NumberFormat` per locale and form; making them is slow. */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = made.get(key)
  if (known !== undefined) return known
  const fresh = new Intl.NumberFormat(locale, options)
  made.set(key, fresh)
  return fresh
}
