import { numberFormat, userLocale } from './locale.ts'

/** A count in full, e.g. `1,204,551`. */
export function formatCount(count: number | bigint, locale = userLocale()): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(count)
}

/** For axes and the single number only, e.g. `1.2M`. */
export function formatCompact(count: number, locale = userLocale()): string {
  return numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count)
}

/** A decimal figure such as a mean, with at most four significant decimals. */
export function formatFigure(value: number, locale = userLocale()): string {
  return numberFormat(locale, { maximumSignificantDigits: 6 }).format(value)
}

/** `1 row`, `2 rows`. */
export function formatRows(count: number, locale = userLocale()): string {
  return `${formatCount(count, locale)} ${count === 1 ? 'row' : 'rows'}`
}
