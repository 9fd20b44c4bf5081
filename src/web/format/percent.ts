import { numberFormat, userLocale } from './locale.ts'

/*
 * Percent rounds against you: pass rates floor and failure rates round up, at one decimal. 100 % only if all passed, 0 % only if none did;
 * a trace is `<0.1 %`, and 0 of 0 is a dash. So 9 999 of 10 000 never prints 100.
 */

const NONE = '—'

/** Share that passed, from counts. */
export function formatPassRate(passed: number, all: number, locale = userLocale()): string {
  if (all === 0) return NONE
  if (passed === all) return percent(1000, locale)
  if (passed === 0) return percent(0, locale)
  const tenths = Number((BigInt(passed) * 1000n) / BigInt(all))
  return tenths === 0 ? trace(locale) : percent(tenths, locale)
}

/** Share that failed or is missing, from counts. */
export function formatFailRate(failed: number, all: number, locale = userLocale()): string {
  if (all === 0) return NONE
  if (failed === 0) return percent(0, locale)
  if (failed === all) return percent(1000, locale)
  if (BigInt(failed) * 1000n < BigInt(all)) return trace(locale)
  const tenths = Number((BigInt(failed) * 1000n + BigInt(all) - 1n) / BigInt(all))
  return tenths >= 1000 ? `>${percent(999, locale)}` : percent(tenths, locale)
}

/** A share of failing rows from 0 to 1, as a fail rate. */
export function formatFailShare(share: number, locale = userLocale()): string {
  if (share > 0 && share < 0.001) return trace(locale)
  // A share that stands at a tenth exactly is not a little more for the noise of floating point.
  const tenths = Math.max(0, Math.ceil(share * 1000 - 1e-9))
  return tenths >= 1000 && share < 1 ? `>${percent(999, locale)}` : percent(tenths, locale)
}

/** A score from 0 to 1, as a pass rate. */
export function formatScore(score: number, locale = userLocale()): string {
  if (score >= 1) return percent(1000, locale)
  if (score <= 0) return percent(0, locale)
  // The small addend keeps 0.57 (0.5699999… in binary) from falling a tenth; it never lifts a score to 100.
  const tenths = Math.min(999, Math.floor(score * 1000 + 1e-9))
  return tenths === 0 ? trace(locale) : percent(tenths, locale)
}

function percent(tenths: number, locale: string): string {
  const whole = tenths === 0 || tenths === 1000
  return numberFormat(locale, { style: 'percent', minimumFractionDigits: whole ? 0 : 1, maximumFractionDigits: 1 }).format(tenths / 1000)
}

function trace(locale: string): string {
  return `<${percent(1, locale)}`
}
