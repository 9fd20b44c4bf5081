/** Types that are kept as they are. Everything else that has a text form becomes text. */
const KEPT =
  /^(BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|BLOB|DATE|TIME|TIMESTAMP|TIMESTAMP_S|TIMESTAMP_MS|TIMESTAMP_NS|TIMESTAMP WITH TIME ZONE|UUID|JSON)$/

/** The type that a Parquet column has in explore: nested ones are JSON text, ones that would not survive a rewrite are text. */
export function exploreType(type: string): string {
  if (/\[\d*\]$|^(STRUCT|MAP|UNION)\(/.test(type)) return 'JSON'
  return KEPT.test(type) ? type : 'VARCHAR'
}

/** Digits before and after the decimal point that hold every value of the type. */
const DIGITS: Record<string, number> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
}
const SIGNED = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']
const UNSIGNED = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT']
const MOMENTS = ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP']

/**
 * The narrowest type that holds every value of both exactly; VARCHAR when there is none. A 64-bit integer never becomes a floating-point number.
 */
export function commonType(a: string, b: string): string {
  if (a === b) return a
  return integers(a, b) ?? decimals(a, b) ?? floats(a, b) ?? floats(b, a) ?? moments(a, b) ?? 'VARCHAR'
}

function integers(a: string, b: string): string | null {
  for (const family of [SIGNED, UNSIGNED]) {
    if (family.includes(a) && family.includes(b)) return family[Math.max(family.indexOf(a), family.indexOf(b))] ?? null
  }
  const unsigned = UNSIGNED.includes(a) ? a : UNSIGNED.includes(b) ? b : null
  const signed = SIGNED.includes(a) ? a : SIGNED.includes(b) ? b : null
  if (unsigned === null || signed === null) return null
  if (unsigned === 'UBIGINT') return 'DECIMAL(20,0)'
  return SIGNED[Math.max(SIGNED.indexOf(signed), UNSIGNED.indexOf(unsigned) + 1)] ?? null
}

function decimals(a: string, b: string): string | null {
  const [x, y] = [digits(a), digits(b)]
  if (x === null || y === null) return null
  const scale = Math.max(x.scale, y.scale)
  const precision = Math.max(x.precision - x.scale, y.precision - y.scale) + scale
  return precision <= 38 ? `DECIMAL(${precision},${scale})` : null
}

function digits(type: string): { precision: number; scale: number } | null {
  const match = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  if (match !== null) return { precision: Number(match[1]), scale: Number(match[2]) }
  const whole = DIGITS[type]
  return whole === undefined ? null : { precision: whole, scale: 0 }
}

/** A double holds every integer of 32 bits, a float every one of 16. */
function floats(a: string, b: string): string | null {
  if (a !== 'FLOAT' && a !== 'DOUBLE') return null
  if (b === 'FLOAT' || b === 'DOUBLE') return 'DOUBLE'
  if (['TINYINT', 'UTINYINT', 'SMALLINT', 'USMALLINT'].includes(b)) return a
  return ['INTEGER', 'UINTEGER'].includes(b) ? 'DOUBLE' : null
}

function moments(a: string, b: string): string | null {
  if (!MOMENTS.includes(a) || !MOMENTS.includes(b)) return null
  return MOMENTS[Math.max(MOMENTS.indexOf(a), MOMENTS.indexOf(b), 3)] ?? null
}
